"""Corrections of certificates over HTTP, on a real PostgreSQL."""
