"""监督: how fast reviewers approve, what is flagged for it, and what supervisors find."""
