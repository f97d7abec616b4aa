"""Organisations, people and their records, accounts and sign-in, the online test (账户) as GraphQL."""
