"""Forms and tables as PDF, XLSX and pictures."""
