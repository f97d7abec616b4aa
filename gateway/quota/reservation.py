"""Reservations of posts (岗位预留): what a recommendation holds of a unit's numbers (二（一）)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.accounts.person import Person
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.post_words import Ground, PostPool, ReservationState
from gateway.quota.title_level import TitleLevel
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.words import described


@strawberry.type(description="The post that a recommendation holds (岗位预留).")
class Reservation(Entity):
    """A reservation."""

    source = OneByOne("quota", "/v1/reservations")

    id: relay.NodeID[UUID]
    year: int = described("The year (年度).")
    pool: PostPool = described("Which stock of posts (岗位类别).")
    level: TitleLevel = described("The level (层级).")
    state: ReservationState = described("Where it stands.")
    exempt_by: str | None = described("The case of the policy in which no post is taken.")
    ground: Ground | None = described("The ground named outside the numbers.")
    assessment: str | None = described("The document of the unit's assessment, for such a ground (考核材料).")
    flagged_at: datetime | None = described("Since when nothing bears it any more (失去岗位依据).")
    created_at: datetime = described("When the post was held.")
    unit_id: strawberry.Private[UUID]
    person_id: strawberry.Private[UUID]

    @strawberry.field(description="Whose post (用人单位).")
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)

    @strawberry.field(description="For whom.")
    def person(self, info: Info) -> Person | None:
        """The person."""
        return Person.edge(info, self.person_id)


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
        pool: Annotated[PostPool | None, strawberry.argument(description="Of this stock of posts.")] = None,
        flagged: Annotated[
            bool, strawberry.argument(description="Those only that nothing bears any more.")
        ] = False,
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
            pool=pool and pool.name,
            flagged="true" if flagged else None,
        )
