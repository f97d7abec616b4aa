"""Whether a certificate is real, for anyone by number and name, and for other provinces' systems."""
