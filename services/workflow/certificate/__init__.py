"""Certificates: filing of results, numbers, what befalls them, keys."""
