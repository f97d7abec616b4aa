"""What other services may know of notifications: it publishes no event, it only listens."""
