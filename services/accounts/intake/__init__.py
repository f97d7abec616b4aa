"""Imports: the organisations a province has already, and a unit's people, from a spreadsheet (批量导入)."""
