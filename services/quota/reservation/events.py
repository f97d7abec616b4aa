"""What workflow tells about recommendations, and what follows for their places."""

from collections.abc import Mapping

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import audit
from services.kit.clock import Moment
from services.kit.inbox import type_of_handler
from services.kit.outbox import CloudEvent, Event
from services.quota.contract import ReservationState
from services.quota.policy import Policies
from services.quota.reservation import service, store
from services.quota.reservation.model import Reservation
from services.quota.reservation.states import Action
from services.quota.system import SYSTEM
from services.workflow.contract import (
    RecommendationConfirmed,
    RecommendationEnded,
    RecommendationEvent,
    RecommendationReserved,
)

log = structlog.get_logger(__name__)


class Listener:
    """Keeps places in step with their recommendations."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    def handlers(self) -> Mapping[type[Event], type_of_handler]:
        """The events listened to."""
        return {
            RecommendationReserved: self.came_to_be,
            RecommendationConfirmed: self.confirmed,
            RecommendationEnded: self.ended,
        }

    async def came_to_be(
        self, tx: AsyncSession, event: RecommendationEvent, moment: Moment, envelope: CloudEvent
    ) -> None:
        """The recommendation exists; nobody needs to ask any more whether it does."""
        await self._known(tx, event, moment, envelope)

    async def confirmed(
        self, tx: AsyncSession, event: RecommendationConfirmed, moment: Moment, envelope: CloudEvent
    ) -> None:
        """The place is taken for good."""
        found = await self._known(tx, event, moment, envelope)
        if found is not None:
            await self._move(tx, found, Action.CONFIRM, moment, envelope)

    async def ended(
        self, tx: AsyncSession, event: RecommendationEnded, moment: Moment, envelope: CloudEvent
    ) -> None:
        """The place is free again."""
        found = await store.of_recommendation(tx, event.recommendation_id)
        if found is not None:
            await self._move(tx, found, Action.RELEASE, moment, envelope)
            await store.mark_known(tx, [event.recommendation_id])

    async def _known(
        self, tx: AsyncSession, event: RecommendationEvent, moment: Moment, envelope: CloudEvent
    ) -> Reservation | None:
        """Note that the recommendation lives; take its place again should it have been given back too early.

        A place given back after the recommendation was heard of is not sought again: it has ended, and this is old news.
        """
        found = await store.of_recommendation(tx, event.recommendation_id)
        if found is None:
            log.error("recommendation without reservation", recommendation=str(event.recommendation_id))
            return None
        if found.state == ReservationState.RELEASED and found.known_at is None:
            policy = self._policies.of(found.year)
            if not await service.reclaim(tx, found, policy, moment, note=envelope.type):
                await self._tell_lost(tx, found, moment)
                return found
        await store.mark_known(tx, [event.recommendation_id])
        return found

    async def _move(
        self, tx: AsyncSession, found: Reservation, action: Action, moment: Moment, envelope: CloudEvent
    ) -> None:
        await service.move(tx, found.id, action, self._policies.of(found.year), moment, note=envelope.type)

    async def _tell_lost(self, tx: AsyncSession, found: Reservation, moment: Moment) -> None:
        """A live recommendation has no place: for people to settle, never granted beyond the number."""
        log.error("live recommendation has lost its place", reservation=str(found.id))
        await audit.record(
            tx,
            actor=SYSTEM,
            action="reservation.PLACE_LOST",
            subject=f"reservation/{found.id}",
            moment=moment,
            organisation_id=found.unit_id,
            basis=self._policies.of(found.year).basis("within_numbers"),
        )
