"""Publicity (公示): what is shown to everybody for some working days, and the objections raised in it (三（六）2, 4)."""

from datetime import date
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.scalars import JSON

from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, Known, OneByOne, page
from gateway.told import body_of
from gateway.words import described, id_of, listed, optional, terms


@terms("What is publicised.")
class PublicityKind(Enum):
    """Kind of a publicity."""

    RECOMMENDATION = "推荐公示"
    RESULT = "评审结果公示"


@terms("Where a publicity stands.")
class PublicityState(Enum):
    """State of a publicity."""

    OPEN = "公示中"
    HELD = "期满，异议未处理完毕"
    OVER = "期满无异议"
    OBJECTED = "异议成立"
    SETTLED = "已据此作出决定"
    CANCELLED = "已撤销"


@terms("Where an objection stands.")
class ObjectionState(Enum):
    """State of an objection."""

    OPEN = "待处理"
    UPHELD = "成立"
    DISMISSED = "不成立"


@terms("What can be done with an objection.")
class ObjectionAction(Enum):
    """Action on an objection."""

    UPHOLD = "认定成立"
    DISMISS = "认定不成立"


@strawberry.type(description="An objection raised in a publicity (异议); who raised it is never told.")
class Objection(Known):
    """An objection."""

    text: str | None = described("What is objected; told to those who decide only.")
    anonymous: bool = described("Whether it was raised without a name.")
    state: ObjectionState = described("Where it stands.")
    reason: str | None = described("Why it was decided so.")
    raised_on: date | None = described("When it was raised.")
    decided_on: date | None = described("When it was decided.")
    version: int | None = described("Its version; told to those who decide only.")
    available_actions: list[ObjectionAction] = listed("What the caller may try now.")


@strawberry.type(description="What was made public, frozen, and until when anybody may object (公示).")
class Publicity(Entity):
    """A publicity."""

    source = OneByOne("workflow", "/v1/publicities")

    id: relay.NodeID[UUID]
    kind: PublicityKind = described("What is publicised.")
    state: PublicityState = described("Where it stands.")
    opens_on: date = described("First day on which anybody may object.")
    closes_on: date = described("Last day on which anybody may object.")
    named_until: date = described(
        "Last day on which anybody reads what is shown; later only whom it is about, and who decides or oversees."
    )
    working_days: int = described("How many working days that is.")
    working_days_left: int | None = described("How many of them are left after today.")
    snapshot: JSON = described(
        "What is shown, as it was when it was made public; empty when it is not shown any more."
    )
    objections_open: int = described("How many objections wait for a decision.")
    objections_upheld: int | None = described("How many were upheld.")
    basis: list[Basis] = listed("On what articles anybody objects.")
    organisation_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Who made it public.")
    def organisation(self, info: Info) -> Organisation | None:
        """The publisher."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.input(description="An objection to what is publicised.")
class RaiseObjectionInput(Act):
    """Object."""

    publicity_id: strawberry.ID = id_of("Publicity", "To which publicity.")
    text: str = described("What is objected, with facts.")
    anonymous: bool = strawberry.field(
        default=False, description="Whether the name stays unknown to the unit."
    )


@strawberry.input(description="A decision on an objection.")
class DecideObjectionInput(Act):
    """Decide."""

    id: strawberry.ID = id_of("Objection", "The objection.")
    upheld: bool = described("Whether it stands (异议成立).")
    reason: str = described("Why.")
    version: int | None = optional("The version that was read.")


@strawberry.type(description="What came of an act on an objection.")
class ObjectionPayload(Payload):
    """The objection."""

    objection: Objection | None = optional("The objection as it is now.")


@strawberry.type
class PublicityQuery:
    """Publicities."""

    @strawberry.field(description="A publicity by its id; for anyone.")
    async def publicity(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Publicity | None:
        """One publicity."""
        return await Publicity.at(info, id)

    @strawberry.field(description="The publicities, newest first; for anyone.")
    async def publicities(
        self,
        info: Info,
        first: First,
        after: After = None,
        kind: Annotated[PublicityKind | None, strawberry.argument(description="Of this kind.")] = None,
        running: Annotated[
            bool, strawberry.argument(description="Those only that take objections today.")
        ] = False,
    ) -> Connection[Publicity] | None:
        """Many publicities."""
        return await page(
            info.context.workflow,
            "/v1/publicities",
            Publicity.of,
            first,
            after,
            kind=kind and kind.name,
            running=running or None,
        )

    @strawberry.field(description="The objections that the caller may decide on, newest first.")
    async def objections(
        self,
        info: Info,
        first: First,
        after: After = None,
        publicity_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="In this publicity.")
        ] = None,
    ) -> Connection[Objection] | None:
        """Many objections."""
        where = uuid_of(publicity_id, "Publicity", field="publicity_id") if publicity_id else None
        return await page(
            info.context.workflow, "/v1/objections", Objection.of, first, after, publicity_id=where
        )


@strawberry.type
class PublicityMutation:
    """Acts in a publicity."""

    @mutation("Object to what is publicised; anybody may, while the publicity is open (三（六）3).")
    async def raise_objection(self, info: Info, input: RaiseObjectionInput) -> ObjectionPayload | None:
        """Object."""
        path = f"/v1/publicities/{uuid_of(input.publicity_id, 'Publicity', field='publicity_id')}/objections"
        body = body_of(input, "publicity_id")
        done = await info.context.workflow.write("POST", path, body, unnamed=input.anonymous)
        return ObjectionPayload(objection=Objection.of(done.record), basis=Basis.each(done.basis))

    @mutation("Decide an objection, with the reason (三（六）3).")
    async def decide_objection(self, info: Info, input: DecideObjectionInput) -> ObjectionPayload | None:
        """Decide it."""
        objection = uuid_of(input.id, "Objection")
        done = await info.context.workflow.write(
            "POST", f"/v1/objections/{objection}/decide", body_of(input, "id")
        )
        return ObjectionPayload(objection=Objection.of(done.record), basis=Basis.each(done.basis))
