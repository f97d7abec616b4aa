"""Identifiers: UUIDv7, so that keys grow with time and stay local in an index."""

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

MILLISECOND_BITS = 80


def new_id() -> UUID:
    """A new time-ordered id."""
    return uuid7()


def first_id_of(instant: datetime) -> UUID:
    """The least id that can be made at `instant`; ids of earlier instants are smaller."""
    milliseconds = int(instant.timestamp() * 1000)
    return UUID(int=(milliseconds << MILLISECOND_BITS) | (7 << 76) | (2 << 62))


def made_at(key: UUID) -> datetime:
    """The real time at which an id was made, to the millisecond."""
    return datetime.fromtimestamp((key.int >> MILLISECOND_BITS) / 1000, UTC)
