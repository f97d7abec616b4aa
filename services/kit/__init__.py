"""Plumbing that every service shares. It knows no noun of the domain."""
