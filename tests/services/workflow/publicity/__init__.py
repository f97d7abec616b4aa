"""Tests of publicity."""
