"""The scenes of the season, in order."""
