"""逐级审核: the organisations that review a declaration in turn, each answering for what it passes."""
