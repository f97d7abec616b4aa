"""Recognition of titles from elsewhere."""
