"""Spot checks under test."""
