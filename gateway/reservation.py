"""Reservations of posts (岗位预留): what a recommendation holds of a unit's numbers (二（一）)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.organisation import Organisation
from gateway.person import Person
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.title_level import TitleLevel
from gateway.words import described, terms
from services.quota.contract import ReservationState

terms("Where a reservation of a post stands.")(ReservationState)


@strawberry.type(description="The post that a recommendation holds (岗位预留).")
class Reservation(Entity):
    """A reservation."""

    source = OneByOne("quota", "/v1/reservations")

    id: relay.NodeID[UUID]
    year: int = described("The year (年度).")
    level: TitleLevel = described("The level (层级).")
    state: ReservationState = described("Where it stands.")
    exempt_by: str | None = described("The case of the policy in which no post is taken.")
    created_at: datetime = described("When the post was held.")
    unit_id: strawberry.Private[UUID]
    person_id: strawberry.Private[UUID]

    @strawberry.field(description="Whose post (用人单位).")
    async def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return await Organisation.find(info, self.unit_id)

    @strawberry.field(description="For whom.")
    async def person(self, info: Info) -> Person | None:
        """The person."""
        return await Person.find(info, self.person_id)


@strawberry.type
class ReservationQuery:
    """Reservations."""

    @strawberry.field(description="The reservations of posts that the caller may see, newest first.")
    async def reservations(
        self,
        info: Info,
        first: First,
        after: After = None,
        unit_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this unit.")] = None,
        year: Annotated[int | None, strawberry.argument(description="Of this year.")] = None,
        level: Annotated[TitleLevel | None, strawberry.argument(description="Of this level.")] = None,
    ) -> Connection[Reservation] | None:
        """Many reservations."""
        return await page(
            info.context.quota,
            "/v1/reservations",
            Reservation.of,
            first,
            after,
            unit_id=uuid_of(unit_id, "Organisation", field="unit_id") if unit_id else None,
            year=year,
            level=level and level.name,
        )
