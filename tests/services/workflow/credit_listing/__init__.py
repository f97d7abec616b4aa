"""What credit platforms answer of whoever declares."""
