"""Meetings of a committee: plan, draw, training, pledge, agenda, secret ballot, tally."""
