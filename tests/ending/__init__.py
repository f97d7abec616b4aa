"""How processes end."""
