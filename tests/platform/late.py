"""A delivery that outlived its caller: the same event is handled meanwhile, and what came after it."""

from __future__ import annotations

import asyncio

import pytest

from services import pieces
from services.kit.outbox import CloudEvent


class Late:
    """Of those who work at events in pieces, the first one waits before its second piece until it `goes`.

    It holds no connection then, as one that waits for one.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waits, self.goes = asyncio.Event(), asyncio.Event()
        self._first: asyncio.Task[object] | None = None
        self._is_done = pieces.is_done
        monkeypatch.setattr(pieces, "is_done", self._looked)

    async def _looked(self, tx: object, envelope: CloudEvent) -> bool:
        if self._first is None:
            self._first = asyncio.current_task()
        elif self._first is asyncio.current_task() and not self.waits.is_set():
            self.waits.set()
            await self.goes.wait()
        return await self._is_done(tx, envelope)  # type: ignore[arg-type]
