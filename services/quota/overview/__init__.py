"""Posts and their use per prefecture and level."""
