"""Clients of the platform, written in other languages or generated, against all processes."""
