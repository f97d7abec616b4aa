"""The inbox live: over real HTTP."""
