"""Identifiers: UUIDv7, so that keys grow with time and stay local in an index."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new time-ordered id."""
    return uuid7()
