"""The quota service, through its HTTP app on a real PostgreSQL."""
