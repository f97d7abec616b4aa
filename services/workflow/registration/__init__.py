"""Registrations of interest in a unit's plan, and the ranked list made of them (三（六）2, 一（四）3)."""
