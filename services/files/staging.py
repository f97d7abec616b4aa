"""Files that arrive in parts: each straight in the storage, until all are there and are read as one.

A part is an object of its own, below what it belongs to. Which are there the storage alone knows, and nobody else keeps
count: any process goes on where another stopped, and a part that is sent again takes the place of the former one.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.files.storage import Storage

STAGED = "staging/"
"""Below it lies what may be swept; no file that is kept does."""

KEPT = timedelta(days=2)
"""So long after its arrival a part may wait for the others."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a file of so many bytes is sent: in parts of one size, numbered from 1, the last as long as what is left."""

    folder: str
    size: int
    part_bytes: int

    @property
    def numbers(self) -> range:
        """The parts."""
        return range(1, -(-self.size // self.part_bytes) + 1)

    def offset(self, number: int) -> int:
        """Where a part begins."""
        return (number - 1) * self.part_bytes

    def size_of(self, number: int) -> int:
        """How many bytes it has."""
        return min(self.part_bytes, self.size - self.offset(number))

    def key(self, number: int) -> str:
        """Where it lies."""
        return f"{self.folder}{number:05d}"


def folder_of(province: str, name: object) -> str:
    """Below which the parts of a file lie."""
    return f"{STAGED}{province}/{name}/"


async def missing(storage: Storage, plan: Plan) -> list[int]:
    """The parts that are not there, or not of their size."""
    there = {each.key: each.size for each in await storage.found(plan.folder)}
    return [number for number in plan.numbers if there.get(plan.key(number)) != plan.size_of(number)]


async def whole(storage: Storage, plan: Plan) -> AsyncIterator[bytes]:
    """All parts, one after another."""
    for number in plan.numbers:
        async for piece in await storage.open(plan.key(number)):
            yield piece


async def clear(storage: Storage, plan: Plan) -> None:
    """Let the parts go, and whatever else was put beside them."""
    for each in await storage.found(plan.folder):
        await storage.remove(each.key)


async def sweep(storage: Storage, *, kept: timedelta = KEPT) -> int:
    """Let parts go whose file was never finished; how many. What anybody sends meanwhile is younger."""
    since = datetime.now(UTC) - kept
    forsaken = [each for each in await storage.found(STAGED) if each.arrived_at < since]
    for each in forsaken:
        await storage.remove(each.key)
    return len(forsaken)
