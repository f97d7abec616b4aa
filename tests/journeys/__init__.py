"""Stories over real processes: what people do, from their first sign-in to the end."""
