"""The language of scenarios: reading, merging, units, distributions, and mistakes said in sentences."""
