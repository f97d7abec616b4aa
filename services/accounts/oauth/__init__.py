"""Third parties: OAuth 2.1 and OpenID Connect for front ends, apps and integrations; sign-in at an external issuer."""
