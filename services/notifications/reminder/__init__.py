"""Reminders: before, on and after the day by which somebody is to act, as events tell of it."""
