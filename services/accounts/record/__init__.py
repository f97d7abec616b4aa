"""Records of people (档案信息): facts with evidence, confirmed by whoever answers for them, read by other services."""
