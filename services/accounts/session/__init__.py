"""Sessions as their owners see them, and the history of sign-ins."""
