"""信用核查: what credit platforms answer of whoever declares; who is listed as barred is not accepted (一（八）)."""
