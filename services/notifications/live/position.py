"""Where a reader of changes stands.

Ids are made before their transactions commit, and so are numbers of a sequence: whoever goes on after the greatest one
seen misses what commits later with a smaller one. Changes are therefore told in the order of the transaction that made
them, and only those of transactions older than every one still running (the horizon): behind a position nothing is
added any more.
"""

import re
from dataclasses import dataclass
from typing import Self

from services.notifications.live.errors import CursorMalformed

SHAPE = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A transaction, and a number within it."""

    xid: int
    seq: int

    @classmethod
    def before(cls, horizon: int) -> Self:
        """Where everything older than the horizon has been told."""
        return cls(horizon, 0)

    @classmethod
    def read(cls, cursor: str) -> Self:
        """The position that a cursor names.

        Raises:
            CursorMalformed: it names none.
        """
        found = SHAPE.fullmatch(cursor)
        if found is None:
            raise CursorMalformed(field="after")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.xid}-{self.seq}"
