"""What happens in the services takes what tells of it out of the memory of every replica.

The relay brings each event to one replica. Where replicas share a Valkey or Redis (`LIMITS_URL`) that one tells the
others, and the relay is told only once it has; one that comes, or hears again after it could not, forgets everything.
Without it the others go by the age of what they keep, as all do while no event arrives.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
import structlog
from fastapi import APIRouter, Request
from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.kept.memory import Memory
from gateway.settings import GatewaySettings
from services.accounts import contract as accounts
from services.kit.auth import authenticate, current_service
from services.kit.errors import Unavailable
from services.kit.inbox import read
from services.kit.outbox import CloudEvent, Event
from services.workflow import contract as workflow

log = structlog.get_logger(__name__)
CHANNEL = "purged"
EVERYTHING = "*"
AGAIN_SECONDS = 1.0
PATIENCE_SECONDS = 2.0
"""How long the others may take to be told, and how long a connection may be silent before it is tried."""
CYCLE = ("cycle", "cycle/{cycle_id}")
EXTENSION = (*CYCLE, "extension/{extension_id}")
SPECIALTY = ("specialty", "specialty/{specialty_id}")
COMMITTEE = ("committee", "committee/{committee_id}")
PUBLICITY = ("publicity",)
ORGANISATION = ("organisation",)
"""All of them: who moves or is renamed stands in the lineage of all below."""
PURGES: Mapping[type[Event], tuple[str, ...]] = {
    workflow.CycleOpened: CYCLE,
    workflow.CycleClosed: CYCLE,
    workflow.WindowExtended: EXTENSION,
    workflow.ExtensionWithdrawn: EXTENSION,
    workflow.PassMarkRecorded: CYCLE,
    workflow.BatchMoved: ("batch", "batch/{batch_id}"),
    workflow.SpecialtyFiled: SPECIALTY,
    workflow.SpecialtyChanged: (*SPECIALTY, "specialty/{successor_id}"),
    workflow.ArrangementPublished: ("arrangement", "arrangement/{arrangement_id}"),
    workflow.CriteriaMoved: ("criteria", "criteria/{criteria_id}"),
    workflow.CommitteeApproved: COMMITTEE,
    workflow.CommitteeWithdrawn: COMMITTEE,
    workflow.PlanPublished: ("recommendation_plan", "recommendation_plan/{plan_id}"),
    workflow.RecommendationPublicised: PUBLICITY,
    workflow.RecommendationConfirmed: PUBLICITY,
    workflow.RecommendationEnded: PUBLICITY,
    workflow.ResultPublicised: PUBLICITY,
    workflow.ObjectionMoved: PUBLICITY,
    workflow.CertificateIssued: PUBLICITY,
    workflow.DeclarationMoved: PUBLICITY,
    accounts.OrganisationRenamed: ORGANISATION,
    accounts.OrganisationMoved: ORGANISATION,
    accounts.OrganisationMerged: ORGANISATION,
    accounts.OrganisationClosed: ORGANISATION,
    accounts.OrganisationReopened: ORGANISATION,
}
"""Event -> what it changes; a name in braces is a field of the event."""
WRITTEN = {("accounts", re.compile("/v1/organisations/[^/]+/actions/.+")): ORGANISATION}
"""Part and path -> what a write there may change of that which is kept for those who are signed in."""
ENDING = frozenset({"END", "DISQUALIFY"})
"""The steps of a declaration that may end its publicity."""
EVENTS = {event.type: event for event in PURGES}
purging = APIRouter()


def changed_by(envelope: CloudEvent) -> list[str]:
    """What an event changes of that which is kept.

    Raises:
        EventUnreadable: it does not fit its contract.
    """
    if (kind := EVENTS.get(envelope.type)) is None:
        return []
    event = read(kind, envelope)
    if isinstance(event, workflow.DeclarationMoved) and event.action not in ENDING:
        return []
    return [tag.format_map(event.model_dump()) for tag in PURGES[kind]]


class Purging:
    """This replica's memory, and the way to the others'."""

    def __init__(self, memory: Memory, server: Redis | None) -> None:
        self.memory = memory
        self._server = server

    async def purge(self, tags: Collection[str]) -> None:
        """Keep nothing that tells of these, here or in another replica; of `EVERYTHING`, nothing at all.

        Raises:
            Unavailable: the others could not be told.
        """
        self._purged(tags)
        if self._server is None or not tags:
            return
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._server.publish(CHANNEL, orjson.dumps(list(tags)))
        except (RedisError, OSError) as error:
            log.warning("other replicas cannot be told what to purge", error=str(error))
            raise Unavailable(part="gateway") from error

    def wrote(self, part: str, path: str) -> None:
        """Keep nothing here that a write may have changed: whoever wrote reads it at once. The others hear of it by its event."""
        for (changed, paths), tags in WRITTEN.items():
            if part == changed and paths.fullmatch(path):
                self.memory.purge(tags)

    async def listen(self) -> None:
        """Hear of what others purge, for ever."""
        assert self._server is not None
        while True:
            try:
                async with self._server.pubsub() as heard:
                    await heard.subscribe(CHANNEL)
                    while True:
                        self._hear(await heard.get_message(timeout=PATIENCE_SECONDS))
            except (RedisError, OSError, ValueError) as error:  # that of another release may be no JSON to us
                log.warning("what others purge cannot be heard", error=str(error))
            self.memory.purge_all()
            await asyncio.sleep(AGAIN_SECONDS)

    def _hear(self, message: Mapping[str, Any] | None) -> None:
        if message is None:
            return
        if message["type"] == "message":
            self._purged(orjson.loads(message["data"]))
        else:  # we listen, for the first time or again: what was told before we do not know
            self.memory.purge_all()

    def _purged(self, tags: Collection[str]) -> None:
        if EVERYTHING in tags:
            self.memory.purge_all()
        else:
            self.memory.purge(tags)


@asynccontextmanager
async def keeping(settings: GatewaySettings) -> AsyncIterator[Purging]:
    """The memory of a gateway, and what purges it, as long as it."""
    memory = Memory(settings.public_bytes)
    if not (url := settings.limits_url.get_secret_value()):
        yield Purging(memory, None)
        return
    patient = Redis.from_url(url, socket_connect_timeout=PATIENCE_SECONDS, health_check_interval=2)
    async with patient as server:
        made = Purging(memory, server)
        listening = asyncio.create_task(made.listen())
        try:
            yield made
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening


@purging.post("/events", status_code=204, include_in_schema=False)
async def happened(event: CloudEvent, request: Request) -> None:
    """Take one event from the relay; one that comes twice purges twice."""
    request.state.actor = await authenticate(request)
    await current_service(request)
    made: Purging = request.app.state.purging
    await made.purge(changed_by(event))
