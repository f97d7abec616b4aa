"""Lists from a standby of the database, as old as is allowed and no older."""
