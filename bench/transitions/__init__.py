"""Durable transitions a second, by us and by others, on one server and by turns."""
