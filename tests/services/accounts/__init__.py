"""The accounts service through its HTTP interface, on a real database."""
