"""Handing a role to a colleague for the time of a leave (请假委托)."""
