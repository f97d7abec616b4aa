"""The annual review form of an institution (附件2)."""
