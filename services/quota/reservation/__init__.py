"""Posts held for recommendations, confirmed and given back."""
