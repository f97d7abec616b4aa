"""Credentials, status lists, papers and the page that verifies, over HTTP and by tools of others."""
