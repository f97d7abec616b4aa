"""Review committees and the pool of experts."""
