"""Announcements (公告): told to everybody of a subtree, seen to progress, and withdrawn."""
