"""Who has an account at an organisation: lists for whoever manages accounts there, names for whoever hands a role over."""
