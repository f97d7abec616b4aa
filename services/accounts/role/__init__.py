"""Roles held at organisations, and who grants them."""
