"""Imports of historic certificates."""
