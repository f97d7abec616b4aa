"""What accounts tells of the tree of organisations, and what follows for all that quota keeps of units."""

import asyncio
from collections.abc import Mapping
from itertools import chain
from uuid import UUID

from fastapi import FastAPI

from services.accounts.contract import OrganisationMerged, OrganisationMoved
from services.kit.db import Database
from services.kit.errors import Unavailable
from services.kit.inbox import InPieces
from services.kit.outbox import Event
from services.quota.line import tree
from services.quota.line.tree import Change

SECONDS = 5.0
"""How long one delivery works; the relay waits ten, and delivers again."""

FIRST = UUID(int=0)


class StillAtWork(Unavailable):
    """There is more to do than fits into one delivery; the next one goes on where this one stopped."""

    code = "STILL_AT_WORK"
    zh = "机构变更涉及的记录较多，正在继续处理"
    en = "More rows follow the change of the tree than fit into one delivery; the next one goes on."


class TreeListener:
    """Lets what quota keeps of units follow them."""

    def __init__(self) -> None:
        self._app: FastAPI | None = None

    def of(self, app: FastAPI) -> None:
        """Where the database is reached."""
        self._app = app

    def handlers(self) -> Mapping[type[Event], InPieces]:
        """The events listened to."""
        return dict.fromkeys((OrganisationMoved, OrganisationMerged), InPieces(self.changed))

    async def changed(self, event: OrganisationMoved | OrganisationMerged) -> None:
        """Do every chunk, each in a transaction of its own; what is done stays done if the time is over.

        Raises:
            StillAtWork: there is more.
        """
        assert self._app is not None, "the application has not begun to live"
        heir = event.into_id if isinstance(event, OrganisationMerged) else None
        change = Change(event.organisation_id, tuple(event.line), heir)
        loop, database = asyncio.get_running_loop(), self._app.state.db
        await _work(database, change, loop.time() + SECONDS)


async def _work(database: Database, change: Change, ends: float) -> None:
    loop = asyncio.get_running_loop()
    for chunk in chain.from_iterable(tree.CHUNKS.values()):
        after: UUID | None = FIRST
        while after is not None:
            if loop.time() > ends:
                raise StillAtWork(part="quota")
            async with database.begin() as tx:
                after = await chunk(tx, change, after)
