"""What is kept of public answers: which, how long, in how much memory, until what happens, and how that is told."""
