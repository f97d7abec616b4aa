"""A process takes as many requests at once as it can answer in time."""
