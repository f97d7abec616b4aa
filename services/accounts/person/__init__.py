"""Applicants and the accounts their units give them (附件3 四)."""
