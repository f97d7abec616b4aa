"""What the experts of a pool are called in the published draw: names of one meeting, which lead to nobody and to no other draw.

A meeting has a key of 32 random bytes, sealed and never published. Its seed and the pseudonyms of its pool are HMAC-SHA256
under it: so what the seed is committed to before the pool is known binds the pseudonyms too, and nobody chooses a key by
what it would make of the pool. Whoever is shown the key of one meeting checks the pseudonyms of that one, and of no other.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self
from uuid import UUID

from services.workflow.meeting.draw import Candidate
from services.workflow.meeting.model import DrawRecord

KEY_BYTES = 32
SEED = b"seed"
"""What the seed is made of; no id is as short."""


def seed_of(key: bytes) -> bytes:
    """The seed of the draw of the meeting that has the key."""
    return hmac.digest(key, SEED, hashlib.sha256)


def pseudonym(key: bytes, expert_id: UUID) -> UUID:
    """What an expert is called in the draw of the meeting that has the key."""
    return UUID(bytes=hmac.digest(key, str(expert_id).encode(), hashlib.sha256)[:16])


@dataclass(frozen=True)
class Roster:
    """Who is who in the draw of one meeting."""

    names: Mapping[UUID, UUID]
    """The pseudonym of each expert of the pool, by his or her id."""
    pool: tuple[Candidate, ...]

    @classmethod
    def of(cls, record: DrawRecord) -> Self:
        """As it was drawn; who was drawn before there were pseudonyms was published by the id."""
        told = [
            (UUID(each["expert_id"]), UUID(each.get("pseudonym", each["expert_id"])), each)
            for each in record.pool
        ]
        names = {expert_id: name for expert_id, name, _ in told}
        return cls(names, tuple(Candidate(name, each["stratum"]) for _, name, each in told))

    @cached_property
    def experts(self) -> Mapping[UUID, UUID]:
        """The expert behind each pseudonym."""
        return {name: expert_id for expert_id, name in self.names.items()}
