"""Organisations and who may create whom (附件3)."""
