"""Disruptions: what can be hit, how, and when."""
