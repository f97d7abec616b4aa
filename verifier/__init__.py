"""Verifies certificates offline: it needs the published keys and nothing else of the platform."""
