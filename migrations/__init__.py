"""The history of each service's schema, and what runs it."""
