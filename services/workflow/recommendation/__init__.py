"""The unit's plan, and the recommendation of a person."""
