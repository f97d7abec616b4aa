"""The local stack: what it says when it cannot start, and that it survives what happens to it."""
