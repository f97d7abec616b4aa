"""Corrections of certificates: asked for, approved by a document or refused; the corrected one is issued anew."""
