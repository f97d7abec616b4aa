"""What each hot operation costs, by how many declarations there are: no more than its answer grows."""
