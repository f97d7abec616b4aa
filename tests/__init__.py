"""Tests: pure rules, services over a real PostgreSQL, the gateway, journeys over real processes, architecture."""
