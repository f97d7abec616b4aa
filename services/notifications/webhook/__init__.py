"""Webhooks: what third parties are told of the organisations below the one that they registered for."""
