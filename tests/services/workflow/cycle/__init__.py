"""Tests of cycle."""
