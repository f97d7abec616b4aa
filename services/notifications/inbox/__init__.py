"""Messages and who has read them."""
