"""Notifications, through its public API."""
