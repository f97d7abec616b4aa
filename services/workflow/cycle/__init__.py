"""The year's cycle: windows, series, specialties, arrangements."""
