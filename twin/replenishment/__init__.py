"""Replenishment: how much to hold, when to order, how much, and from whom."""
