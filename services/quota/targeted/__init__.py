"""The targeted posts of a grass-roots unit, a stock of their own (一（四）1)."""
