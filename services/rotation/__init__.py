"""Keys that change under way: the file that holds them is looked at, and taken anew when it has changed.

So a mounted secret is followed without a restart, in every replica by itself.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from services.kit.background import at_work

log = structlog.get_logger(__name__)


class Followed:
    """Keys of one kind: where their text is read, who takes them, and what was last read."""

    def __init__(self, what: str, read: Callable[[], str], take: Callable[[str], list[str]]) -> None:
        self.what = what
        self._read = read
        self._take = take
        self._seen: str | None = None

    def look(self) -> None:
        """Take the keys where they are others than before; keys that cannot be used leave the present ones."""
        try:
            text = self._read()
            if text == self._seen:
                return
            self._seen = text
            kids = self._take(text)
        except ValueError as error:
            log.warning("the keys stay as they are", keys=self.what, reason=str(error))
        else:
            log.info("keys taken", keys=self.what, kids=kids)


@asynccontextmanager
async def following(file: Path | None, followed: Followed, *, every: float) -> AsyncIterator[None]:
    """Follow the keys' file in the background; with keys from the environment there is nothing to follow."""
    if file is None:
        yield
        return

    async def look() -> None:
        await asyncio.to_thread(followed.look)

    await look()
    async with at_work(followed.what, look, every=every):
        yield
