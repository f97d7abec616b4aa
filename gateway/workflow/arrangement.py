"""The year's arrangement of a series (系列年度工作安排), public before declarations are taken (三（四）)."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.acting import StepInput, act_on
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import body_of
from gateway.words import described, id_of, listed, optional, optional_id_of, terms
from gateway.workflow.cycle import Cycle


@terms("Where the arrangement of a series stands.")
class ArrangementState(Enum):
    """State of an arrangement."""

    DRAFT = "起草"
    PUBLISHED = "已公布"


@terms("What can be done with an arrangement.")
class ArrangementAction(Enum):
    """Action on an arrangement."""

    PUBLISH = "公布"


@strawberry.type(description="The year's arrangement of a series (工作安排, 三（四）).")
class Arrangement(Entity):
    """An arrangement."""

    source = OneByOne("workflow", "/v1/arrangements")

    id: relay.NodeID[UUID]
    series: str = described("Code of the series (系列).")
    title: str = described("Title (标题).")
    text: str = described("Text (正文).")
    state: ArrangementState = described("Where it stands.")
    version: int = described("Its version.")
    published_at: datetime | None = described("When it was published.")
    available_actions: list[ArrangementAction] = listed("What the caller may try now.")
    cycle_id: strawberry.Private[UUID]
    organisation_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Of which year.")
    def cycle(self, info: Info) -> Cycle | None:
        """The cycle."""
        return Cycle.edge(info, self.cycle_id)

    @strawberry.field(description="Who publishes it.")
    def organisation(self, info: Info) -> Organisation | None:
        """The publisher."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.input(description="An arrangement of a series for a year.")
class CreateArrangementInput(Act):
    """Draft an arrangement."""

    cycle_id: strawberry.ID = id_of("Cycle", "The year.")
    series: str = described("Code of the series (系列).")
    title: str = described("Title (标题).")
    text: str = described("Text (正文).")
    organisation_id: strawberry.ID | None = optional_id_of(
        "Organisation", "Which of the caller's organisations publishes."
    )


@strawberry.input(description="An arrangement to be published.")
class PublishArrangementInput(StepInput):
    """Publish an arrangement."""


@strawberry.type(description="What came of an act on an arrangement.")
class ArrangementPayload(Payload):
    """The arrangement."""

    arrangement: Arrangement | None = optional("The arrangement as it is now.")


@strawberry.type
class ArrangementQuery:
    """Arrangements."""

    @strawberry.field(description="The published arrangements; for anyone.")
    async def arrangements(
        self,
        info: Info,
        first: First,
        after: After = None,
        cycle_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this year.")] = None,
        series: Annotated[str | None, strawberry.argument(description="Of this series.")] = None,
    ) -> Connection[Arrangement] | None:
        """Many arrangements."""
        return await page(
            info.context.workflow,
            "/v1/arrangements",
            Arrangement.of,
            first,
            after,
            cycle_id=uuid_of(cycle_id, "Cycle", field="cycle_id") if cycle_id else None,
            series=series,
        )


@strawberry.type
class ArrangementMutation:
    """Acts on arrangements."""

    @mutation("Draft the year's arrangement of a series (三（四）).")
    async def create_arrangement(
        self, info: Info, input: CreateArrangementInput
    ) -> ArrangementPayload | None:
        """Draft it."""
        done = await info.context.workflow.write("POST", "/v1/arrangements", body_of(input))
        return ArrangementPayload(arrangement=Arrangement.of(done.record), basis=Basis.each(done.basis))

    @mutation("Publish an arrangement: the series can take declarations from then on (三（四）).")
    async def publish_arrangement(
        self, info: Info, input: PublishArrangementInput
    ) -> ArrangementPayload | None:
        """Publish it."""
        done = await act_on(info.context.workflow, "arrangements", Arrangement, input, "PUBLISH")
        return ArrangementPayload(arrangement=Arrangement.of(done.record), basis=Basis.each(done.basis))
