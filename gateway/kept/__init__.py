"""What is kept of answers that are the same for all: which, how long, in how much memory, until what happens, and how that is told."""
