"""Certificates: filing of results, numbers, signed credentials, verification."""
