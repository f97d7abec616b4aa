"""Which event tells whom what: the catalogue as data, and its rendering."""
