"""Batches (申报批次): declarations of one route that a region organises in windows of its own (一（四）2)."""

from datetime import date, datetime
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
from gateway.workflow.cycle import Cycle, Window, WindowName


@terms("Where a batch stands; it takes declarations once it is published.")
class BatchState(Enum):
    """State of a batch."""

    DRAFT = "拟定"
    PUBLISHED = "已公布"
    WITHDRAWN = "已撤回"


@terms("What can be done with a batch.")
class BatchAction(Enum):
    """Action on a batch."""

    PUBLISH = "公布"
    WITHDRAW = "撤回"


@strawberry.type(
    description="A batch of one route, organised by a region for everybody below it (申报批次, 一（四）2)."
)
class Batch(Entity):
    """A batch."""

    source = OneByOne("workflow", "/v1/batches")

    id: relay.NodeID[UUID]
    route: str = described("Code of the route (申报途径); see `routes`.")
    title: str = described("Its title.")
    document_number: str = described("The document that opens it (文号).")
    windows: list[Window] = listed("Its own windows; all others are the year's.")
    state: BatchState = described("Where it stands.")
    published_at: datetime | None = described("When it was published.")
    created_at: datetime = described("When it was opened.")
    version: int = described("Its version.")
    available_actions: list[BatchAction] = listed("What the caller may try now.")
    cycle_id: strawberry.Private[UUID]
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(description="The year.")
    def cycle(self, info: Info) -> Cycle | None:
        """The year."""
        return Cycle.edge(info, self.cycle_id)

    @strawberry.field(description="The HRSS that organises it.")
    def organisation(self, info: Info) -> Organisation | None:
        """The organiser."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.input(description="A window of a batch; both days are within it.")
class BatchWindowInput:
    """A window."""

    window: WindowName = described("Which period.")
    opens: date = described("First day.")
    closes: date = described("Last day.")


@strawberry.input(description="A batch of a year, by the document of the region that organises it.")
class OpenBatchInput(Act):
    """Open a batch."""

    cycle_id: strawberry.ID = id_of("Cycle", "The year.")
    route: str = described("Code of the route.")
    organisation_id: strawberry.ID | None = optional_id_of(
        "Organisation", "Of several organisations of the caller's, the one that organises it."
    )
    title: str = described("Its title.")
    document_number: str = described("The document that opens it (文号).")
    windows: list[BatchWindowInput] = described("DECLARE, REVIEW and MEET, each once.")


@strawberry.input(description="A step of a batch.")
class ActOnBatchInput(StepInput):
    """Take a step."""

    action: BatchAction = described("Which step; one of `availableActions`.")


@strawberry.type(description="What came of an act on a batch.")
class BatchPayload(Payload):
    """The batch."""

    batch: Batch | None = optional("The batch as it is now.")


@strawberry.type
class BatchQuery:
    """Batches."""

    @strawberry.field(
        description="The published batches, newest first; title officers also see drafts of their own line."
    )
    async def batches(
        self,
        info: Info,
        first: First,
        after: After = None,
        cycle_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this year.")] = None,
        route: Annotated[str | None, strawberry.argument(description="Of this route.")] = None,
        organisation_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Organised by this HRSS.")
        ] = None,
    ) -> Connection[Batch] | None:
        """Many batches."""
        return await page(
            info.context.workflow,
            "/v1/batches",
            Batch.of,
            first,
            after,
            cycle_id=uuid_of(cycle_id, "Cycle", field="cycle_id") if cycle_id else None,
            route=route,
            organisation_id=uuid_of(organisation_id, "Organisation", field="organisation_id")
            if organisation_id
            else None,
        )


@strawberry.type
class BatchMutation:
    """Acts on batches."""

    @mutation(
        "Open a batch by a document (the HRSS of a prefecture or county); nobody declares in it before it is published."
    )
    async def open_batch(self, info: Info, input: OpenBatchInput) -> BatchPayload | None:
        """Open it."""
        done = await info.context.workflow.write("POST", "/v1/batches", body_of(input))
        return BatchPayload(batch=Batch.of(done.record), basis=Basis.each(done.basis))

    @mutation(
        "Publish a batch: its region's people declare in it; or withdraw it while nothing was declared."
    )
    async def act_on_batch(self, info: Info, input: ActOnBatchInput) -> BatchPayload | None:
        """Take the step."""
        done = await act_on(info.context.workflow, "batches", Batch, input, input.action.name)
        return BatchPayload(batch=Batch.of(done.record), basis=Basis.each(done.basis))
