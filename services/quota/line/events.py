"""What accounts tells of the tree of organisations, and what follows for all that quota keeps of units."""

from collections.abc import Iterator, Mapping
from itertools import chain
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationMerged, OrganisationMoved
from services.kit.inbox import InPieces
from services.kit.outbox import Event
from services.pieces import Chunk, in_pieces
from services.quota.line import tree
from services.quota.line.tree import Change


class TreeListener:
    """Lets what quota keeps of units follow them."""

    def handlers(self) -> Mapping[type[Event], InPieces]:
        """The events listened to."""
        return dict.fromkeys((OrganisationMoved, OrganisationMerged), in_pieces(self.changed))

    def changed(self, event: OrganisationMoved | OrganisationMerged) -> Iterator[Chunk]:
        """Every kind of row that follows."""
        heir = event.into_id if isinstance(event, OrganisationMerged) else None
        change = Change(event.organisation_id, tuple(event.line), heir)
        return (_of(change, chunk) for chunk in chain.from_iterable(tree.CHUNKS.values()))


def _of(change: Change, chunk: tree.Chunk) -> Chunk:
    async def following(tx: AsyncSession, after: UUID) -> UUID | None:
        return await chunk(tx, change, after)

    return following
