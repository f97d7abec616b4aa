"""Forms and tables as PDF, XLSX and pictures."""

from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
