"""Verification by number and name: counted, alike for all that does not fit, and by other systems."""
