"""Plumbing of imports: spreadsheets of strangers read by a process of their own, templates and reports written."""
