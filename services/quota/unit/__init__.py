"""What quota knows of a unit itself: region, level, nature, industry, line."""
