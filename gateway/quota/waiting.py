"""Who was refused for lack of places (等待岗位), in the order of the first refusal (二（一）)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from gateway.accounts.organisation import Organisation
from gateway.accounts.person import Person
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.post_words import PostPool
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, First, page
from gateway.told import Told, body_of
from gateway.words import described, optional


@strawberry.type(description="Someone whom a unit wanted to recommend when no place was left (等待岗位).")
class Waiting(Told):
    """One who waits."""

    id: UUID = described("Its id, to strike it.")
    year: int = described("The year (年度).")
    pool: PostPool = described("Which stock of posts (岗位类别).")
    level: TitleLevel = described("The level (层级).")
    person_name: str | None = described("The person's name.")
    refused_at: datetime = described("When there was no place the first time; the order goes by it.")
    refusals: int = described("How often there was none.")
    told_at: datetime | None = described("When the unit was told that a place had become free for this one.")
    unit_id: strawberry.Private[UUID]
    person_id: strawberry.Private[UUID]

    @strawberry.field(description="At which unit (用人单位).")
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)

    @strawberry.field(description="Who.")
    def person(self, info: Info) -> Person | None:
        """The person."""
        return Person.edge(info, self.person_id)


@strawberry.type
class WaitingQuery:
    """The waiting order."""

    @strawberry.field(
        description="Those refused for lack of places at units that the caller sees, first come first."
    )
    async def waiting(
        self,
        info: Info,
        first: First,
        after: After = None,
        unit_id: Annotated[strawberry.ID | None, strawberry.argument(description="At this unit.")] = None,
        year: Annotated[int | None, strawberry.argument(description="Of this year.")] = None,
    ) -> Connection[Waiting] | None:
        """Many who wait."""
        unit = uuid_of(unit_id, "Organisation", field="unit_id") if unit_id else None
        return await page(
            info.context.quota, "/v1/waiting", Waiting.of, first, after, unit_id=unit, year=year
        )


@strawberry.input(description="A wish to take out of the waiting order, by the unit's recommender.")
class StrikeWaitingInput(Act):
    """Strike it."""

    id: UUID = described("Who waits.")
    reason: str = described("Why; it is kept.")


@strawberry.type(description="What came of striking a wish.")
class WaitingPayload(Payload):
    """The wish."""

    waiting: Waiting | None = optional("The wish as it was.")


@strawberry.type
class WaitingMutation:
    """Acts on the waiting order."""

    @mutation("Take a wish out of the waiting order.")
    async def strike_waiting(self, info: Info, input: StrikeWaitingInput) -> WaitingPayload | None:
        """Strike it."""
        path = f"/v1/waiting/{input.id}/strike"
        done = await info.context.quota.write("POST", path, body_of(input, "id"))
        return WaitingPayload(waiting=Waiting.of(done.record), basis=Basis.each(done.basis))
