"""Last year's staffing of a unit, read from a spreadsheet."""
