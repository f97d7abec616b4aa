"""Guides and the online test before declaring (二（三）)."""
