"""How a notice reaches its readers."""
