"""Workflow: from the year's cycle to the certificate."""
