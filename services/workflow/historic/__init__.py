"""Certificates of earlier years, imported from a spreadsheet by the person in charge (一（三）3)."""
