"""Tests of registrations of interest and of ranked lists."""
