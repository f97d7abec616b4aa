"""A ballot box: what it holds, how a ballot goes in, how it is opened. Nothing here knows who votes.

A box is a string of one byte for each seat of the committee: empty, in favour, or against. It is kept **sorted**, so
that two boxes with the same ballots are the same bytes: where a ballot went in cannot be seen, because nothing was
appended anywhere. Its length never changes. At rest it is sealed (AES-256-GCM, a fresh nonce each time) under a key
of the meeting, so that neither the score nor whether it moved can be read from the database.
"""

import os
from enum import IntEnum
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.ciphers import Keyed
from services.kit.sealing import Sealer

KEY_BYTES = 32
KEY_ID = "box"


class Slot(IntEnum):
    """One place of a box."""

    EMPTY = 0
    IN_FAVOUR = 1
    AGAINST = 2


class BoxFull(ValueError):
    """As many ballots as seats are in already."""


def empty(seats: int) -> bytes:
    """A box for a committee of `seats`."""
    return bytes([Slot.EMPTY]) * seats


def cast(box: bytes, *, in_favour: bool) -> bytes:
    """The box with one ballot more.

    Raises:
        BoxFull: no place is left.
    """
    if Slot.EMPTY not in box:
        raise BoxFull
    ballot = Slot.IN_FAVOUR if in_favour else Slot.AGAINST
    return bytes(sorted([*box.replace(bytes([Slot.EMPTY]), b"", 1), ballot]))


def ballots(box: bytes) -> list[bool]:
    """The ballots of an opened box, those in favour first: an order that tells nothing."""
    return [slot == Slot.IN_FAVOUR for slot in box if slot != Slot.EMPTY]


def new_key() -> bytes:
    """The key of one meeting's boxes."""
    return os.urandom(KEY_BYTES)


class BoxSealer:
    """Seals the boxes of one meeting, each for its own declaration."""

    def __init__(self, key: bytes, meeting_id: UUID) -> None:
        self._sealer = Sealer({KEY_ID: AESGCM(key)}, Keyed(key))
        self._meeting_id = meeting_id

    def seal(self, box: bytes, declaration_id: UUID) -> bytes:
        """The box as the database keeps it."""
        return self._sealer.seal(box, context=self._context(declaration_id))

    def open(self, sealed: bytes, declaration_id: UUID) -> bytes:
        """The box again.

        Raises:
            SealBroken: altered, or the box of another declaration or meeting.
        """
        return self._sealer.open(sealed, context=self._context(declaration_id))

    def _context(self, declaration_id: UUID) -> str:
        return f"ballot_box/{self._meeting_id}/{declaration_id}"
