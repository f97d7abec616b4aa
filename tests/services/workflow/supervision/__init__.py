"""Supervision: pace, flags, findings and reports."""
