"""Rows that follow people and organisations."""
