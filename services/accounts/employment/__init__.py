"""Employments with their periods, and the change of employer (二（二）1)."""
