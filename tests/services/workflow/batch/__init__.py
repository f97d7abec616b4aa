"""Batches under test."""
