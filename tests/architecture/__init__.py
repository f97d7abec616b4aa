"""Rules about the code itself: imports, sizes, names, roles, generated files."""
