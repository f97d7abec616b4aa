"""Routes (申报途径): by which way a title is declared, whom each is open to, and on what conditions."""
