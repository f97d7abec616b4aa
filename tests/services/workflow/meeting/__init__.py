"""Meetings over HTTP, on a real PostgreSQL."""
