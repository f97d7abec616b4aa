"""What follows for forms and reservations when an organisation has another place."""
