"""Studies: many runs of the same question, and what may be concluded from them."""
