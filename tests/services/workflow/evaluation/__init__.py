"""Tests of how declarations are held against criteria."""
