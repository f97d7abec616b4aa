"""The declaration page through the gateway, beside its own bytes unchanged and beside PostGraphile on the same tables."""
