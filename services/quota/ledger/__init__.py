"""The posts of a unit in a year: what is approved, taken and free."""
