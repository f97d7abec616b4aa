"""Who is reached where, and how they wish it: contacts, preferences, quiet hours, digest."""
