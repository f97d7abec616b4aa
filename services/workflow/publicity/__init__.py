"""Publicity of recommendations and results, and the objections raised in it."""
