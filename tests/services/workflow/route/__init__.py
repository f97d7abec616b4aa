"""Routes: the table played through, and its rules by themselves."""
