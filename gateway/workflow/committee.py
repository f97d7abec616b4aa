"""Review committees (评审委员会, 评委会): their jurisdiction, and approval of the senior ones by the province (一（三）1)."""

from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.acting import StepInput, act_on
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, optional_id_of, terms
from gateway.workflow.cycle import Cycle
from gateway.workflow.specialty import Specialty


@terms("Where a committee stands.")
class CommitteeState(Enum):
    """State of a committee."""

    PROPOSED = "待批准"
    APPROVED = "已批准组建"
    WITHDRAWN = "已撤销"


@terms("What can be done with a committee.")
class CommitteeAction(Enum):
    """Action on a committee."""

    APPROVE = "批准组建"
    WITHDRAW = "撤销"


@strawberry.type(description="A review committee of one cycle, with its jurisdiction (评委会, 一（三）1).")
class Committee(Entity):
    """A committee."""

    source = OneByOne("workflow", "/v1/committees")

    id: relay.NodeID[UUID]
    name: str = described("Its name.")
    series: str = described("Code of the series it reviews (系列).")
    levels: list[TitleLevel] = listed("The levels it reviews (层级).")
    region_code: str | None = described(
        "The region it serves (行政区划代码); null for one unit, or for the province."
    )
    delegation: str | None = described("Code of the delegation of review authority it rests on (一（三）1).")
    size: int = described("How many experts sit in a meeting.")
    state: CommitteeState = described("Where it stands.")
    version: int = described("Its version.")
    available_actions: list[CommitteeAction] = listed("What the caller may try now.")
    cycle_id: strawberry.Private[UUID]
    office_id: strawberry.Private[UUID | None]
    serves_id: strawberry.Private[UUID | None]
    specialty_ids: strawberry.Private[list[UUID]]

    @strawberry.field(description="Of which year.")
    def cycle(self, info: Info) -> Cycle | None:
        """The cycle."""
        return Cycle.edge(info, self.cycle_id)

    @strawberry.field(description="Its office (评委会办事机构).")
    def office(self, info: Info) -> Organisation | None:
        """The office."""
        return Organisation.edge(info, self.office_id)

    @strawberry.field(description="The organisation whose line it serves.")
    def serves(self, info: Info) -> Organisation | None:
        """Whom it serves."""
        return Organisation.edge(info, self.serves_id)

    @strawberry.field(description="The specialties it reviews; empty for all of the series.")
    async def specialties(self, info: Info) -> list[Specialty] | None:
        """Its specialties."""
        return await Specialty.find_each(info, self.specialty_ids)


@strawberry.type(description="Review authority given to a named body (下放职称评审权, 一（三）1).")
class Delegation(Told):
    """A delegation."""

    code: str = described("Its stable name; a committee names it.")
    body: str = described("Who got the authority.")
    series: str = described("Code of the series (系列).")
    specialty: str | None = described("The specialty, where it is one only (专业).")
    levels: list[TitleLevel] = listed("The levels (层级).")
    run_by: str = described("Who runs the review.")
    cite: str = described("The article (依据).")


@strawberry.input(description="A committee to be set up for a cycle.")
class CreateCommitteeInput(Act):
    """Set up a committee."""

    cycle_id: strawberry.ID = id_of("Cycle", "The year.")
    name: str = described("Its name.")
    series: str = described("Code of the series it reviews (系列).")
    specialty_ids: list[strawberry.ID] | None = optional_id_of(
        "Specialty", "The specialties; all of the series without any."
    )
    levels: list[TitleLevel] = described("The levels it reviews (层级).")
    region_code: str | None = optional("The region it serves (行政区划代码).")
    unit_id: strawberry.ID | None = optional_id_of("Organisation", "The one unit it serves (自主评审单位).")
    delegation: str | None = optional("Code of the delegation of review authority it rests on (一（三）1).")
    office_id: strawberry.ID = id_of("Organisation", "Its office (评委会办事机构).")
    size: int = described("How many experts sit in a meeting.")


@strawberry.input(description="A committee to be approved.")
class ApproveCommitteeInput(StepInput):
    """Approve a committee."""


@strawberry.input(description="A committee whose approval is taken back.")
class WithdrawCommitteeInput(StepInput):
    """Withdraw a committee."""


@strawberry.type(description="What came of an act on a committee.")
class CommitteePayload(Payload):
    """The committee."""

    committee: Committee | None = optional("The committee as it is now.")


@strawberry.type
class CommitteeQuery:
    """Committees."""

    @strawberry.field(description="A committee by its id.")
    async def committee(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Committee | None:
        """One committee."""
        return await Committee.at(info, id)

    @strawberry.field(description="The committees that the caller may see.")
    async def committees(
        self,
        info: Info,
        first: First,
        after: After = None,
        cycle_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this year.")] = None,
        series: Annotated[str | None, strawberry.argument(description="Of this series.")] = None,
        state: Annotated[CommitteeState | None, strawberry.argument(description="In this state.")] = None,
    ) -> Connection[Committee] | None:
        """Many committees."""
        return await page(
            info.context.workflow,
            "/v1/committees",
            Committee.of,
            first,
            after,
            cycle_id=uuid_of(cycle_id, "Cycle", field="cycle_id") if cycle_id else None,
            series=series,
            state=state and state.name,
        )

    @strawberry.field(
        description="The bodies that review authority was delegated to; for anyone (一（三）1)."
    )
    async def delegations(
        self,
        info: Info,
        year: Annotated[
            int | None, strawberry.argument(description="By the notice of this year; else the newest.")
        ] = None,
    ) -> list[Delegation] | None:
        """The delegations of a year."""
        return Delegation.each((await info.context.workflow.get("/v1/delegations", year=year))["items"])


@strawberry.type
class CommitteeMutation:
    """Acts on committees."""

    @mutation("Set up a review committee for a cycle (一（三）1).")
    async def create_committee(self, info: Info, input: CreateCommitteeInput) -> CommitteePayload | None:
        """Set it up."""
        done = await info.context.workflow.write("POST", "/v1/committees", body_of(input))
        return CommitteePayload(committee=Committee.of(done.record), basis=Basis.each(done.basis))

    @mutation("Approve a senior committee, so that it can be used in its cycle (provincial HRSS, 一（三）1).")
    async def approve_committee(self, info: Info, input: ApproveCommitteeInput) -> CommitteePayload | None:
        """Approve it."""
        done = await act_on(info.context.workflow, "committees", Committee, input, "APPROVE")
        return CommitteePayload(committee=Committee.of(done.record), basis=Basis.each(done.basis))

    @mutation(
        "Take a committee's approval back, with a reason: it accepts nothing more (HRSS in charge, 一（三）1)."
    )
    async def withdraw_committee(self, info: Info, input: WithdrawCommitteeInput) -> CommitteePayload | None:
        """Withdraw it."""
        done = await act_on(info.context.workflow, "committees", Committee, input, "WITHDRAW")
        return CommitteePayload(committee=Committee.of(done.record), basis=Basis.each(done.basis))
