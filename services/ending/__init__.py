"""How open answers learn that their process is about to end."""
