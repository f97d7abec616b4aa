"""申报: a person's declaration for a title, from the draft to the certificate."""
