"""What answers that stay open need, in services and in the gateway alike."""
