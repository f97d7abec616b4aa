"""What Annex 3 and 二（二）、二（三）ask for, clause by clause, in GraphQL alone."""
