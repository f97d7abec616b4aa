"""Integrity: cases, what follows from a finding, bars, the archive."""
