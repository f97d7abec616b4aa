"""What everybody who is signed in is told alike, and what rarely changes: kept thing by thing, whoever asked for it.

A service tells such things to any verified token that may read, so the gateway, which has verified the caller's, may tell
them again. Nobody else's words are in them, and no language. A write by this replica takes out what it may have changed
before it is answered; events take it out of the others, and its age.
"""

from dataclasses import dataclass
from uuid import UUID

import orjson

from gateway.context import Context
from gateway.kept.rules import MOMENT
from gateway.relay import Lookup, Record
from services.kit.auth import READING
from services.kit.errors import Refusal


@dataclass(frozen=True, slots=True)
class KeptLookup:
    """Many things by their ids: those that are kept, and the others in one call. What is refused is not kept."""

    asked: Lookup
    tag: str
    """What they are taken out by, all together."""

    async def find(self, context: Context, ids: list[UUID]) -> list[Record | Refusal]:
        """For each id its record, or why there is none."""
        if not _may_be_told(context):
            return await self.asked.find(context, ids)
        memory = context.connection.app.state.purging.memory
        found: dict[UUID, Record | Refusal] = {}
        for each in ids:
            if (kept := memory.known(self._key(each))) is not None:
                found[each] = orjson.loads(kept.body)
        missing = [each for each in ids if each not in found]
        if missing:
            keep = memory.keeping((self.tag,), min(MOMENT.here, context.settings.public_seconds))
            for each, told in zip(missing, await self.asked.find(context, missing), strict=True):
                found[each] = told
                if not isinstance(told, Refusal):
                    keep(self._key(each), told)
        return [found[each] for each in ids]

    def _key(self, wanted: UUID) -> tuple[str, ...]:
        return self.asked.part, self.asked.path, str(wanted)


def _may_be_told(context: Context) -> bool:
    """Whether the service would answer: to this token, verified for this very request, as far as it may read."""
    actor = context.actor
    if actor is None or context.over_socket or context.writing.token is not None:
        return False
    return actor.scope is None or READING in actor.scope
