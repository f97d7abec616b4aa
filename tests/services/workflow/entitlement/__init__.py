"""Lists of people who keep their preferences."""
