"""Tests of the check of invariants."""
