"""The event relay: from every service's outbox to its subscribers, and the sealing of every audit chain."""
