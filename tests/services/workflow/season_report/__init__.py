"""The season's report under test."""
