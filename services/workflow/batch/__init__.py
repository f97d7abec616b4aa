"""Batches: declarations of one route that a region organises by itself, in windows of its own (一（四）2)."""
