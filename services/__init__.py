"""The four services, the event relay and the plumbing they share."""
