"""What follows for the season's rows when a person or an organisation has another place."""
