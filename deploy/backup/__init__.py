"""Copies of an installation that has no operator: taken, kept, tried, and brought back, to the moment."""
