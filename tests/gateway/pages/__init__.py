"""The public pages under test, over the real workflow."""
