"""The plumbing that every service shares, proven by a small service of its own."""
