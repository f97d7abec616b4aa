"""Review specialties (评审专业) below the series: proposed by regions and departments, filed with the province (一（二）)."""

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


@terms("Where a review specialty stands.")
class SpecialtyState(Enum):
    """State of a specialty."""

    PROPOSED = "待备案"
    FILED = "已备案"
    WITHDRAWAL_PROPOSED = "拟撤销，待备案"
    ADJUSTED = "已调整"
    WITHDRAWN = "已撤销"


@terms("What can be done with a specialty.")
class SpecialtyAction(Enum):
    """Action on a specialty."""

    FILE = "备案"
    ADJUST = "调整"
    WITHDRAW = "申请撤销"
    RETRACT = "撤回申请"
    REFUSE = "不予备案"


@strawberry.type(description="A review specialty (评审专业); usable once it is filed (一（二）).")
class Specialty(Entity):
    """A specialty."""

    source = OneByOne("workflow", "/v1/specialties")

    id: relay.NodeID[UUID]
    series: str = described("Code of its series (系列).")
    name: str = described("Its name.")
    region_code: str | None = described("The region a featured one is limited to (行政区划代码).")
    industry: str | None = described("The industry a featured one is limited to.")
    featured: bool = described("Whether it is a featured one (特色专业).")
    state: SpecialtyState = described("Where it stands.")
    version: int = described("Its version.")
    available_actions: list[SpecialtyAction] = listed("What the caller may try now.")
    organisation_id: strawberry.Private[UUID | None]
    former_ids: strawberry.Private[list[UUID]]
    successor_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Who proposed it.")
    def organisation(self, info: Info) -> Organisation | None:
        """The proposer."""
        return Organisation.edge(info, self.organisation_id)

    @strawberry.field(description="What it was before it was adjusted, oldest first; each is kept as it was.")
    async def formers(
        self, info: Info
    ) -> list[Annotated["Specialty", strawberry.lazy("gateway.workflow.specialty")]]:
        """Its history."""
        return await Specialty.find_each(info, self.former_ids) or []

    @strawberry.field(description="What it became when it was adjusted.")
    def successor(
        self, info: Info
    ) -> Annotated["Specialty", strawberry.lazy("gateway.workflow.specialty")] | None:
        """What follows it."""
        return Specialty.edge(info, self.successor_id)


@strawberry.input(description="A review specialty to be filed.")
class CreateSpecialtyInput(Act):
    """Propose a specialty."""

    series: str = described("Code of its series (系列).")
    name: str = described("Its name.")
    region_code: str | None = optional("For a featured one: its region.")
    industry: str | None = optional("For a featured one: its industry.")
    featured: bool = strawberry.field(default=False, description="Whether it is a featured one (特色专业).")
    organisation_id: strawberry.ID | None = optional_id_of(
        "Organisation", "Which of the caller's organisations proposes."
    )


@strawberry.input(description="A filed specialty as it is to be from the next filing on.")
class AdjustSpecialtyInput(Act):
    """Propose it anew."""

    id: strawberry.ID = id_of("Specialty", "The specialty as it is on file.")
    name: str = described("Its name from then on.")
    region_code: str | None = optional("For a featured one: its region.")
    industry: str | None = optional("For a featured one: its industry.")
    featured: bool = strawberry.field(default=False, description="Whether it is a featured one (特色专业).")
    version: int | None = optional("The version that was read; refused where it has changed since.")


@strawberry.input(description="A specialty to be filed with the provincial HRSS.")
class FileSpecialtyInput(StepInput):
    """File a specialty."""


@strawberry.input(
    description="A filed specialty that is to be withdrawn, once the provincial HRSS has filed that."
)
class WithdrawSpecialtyInput(StepInput):
    """Withdraw a specialty."""


@strawberry.input(description="A proposed filing that its body takes back.")
class RetractSpecialtyInput(StepInput):
    """Retract a proposal."""


@strawberry.input(description="A proposed filing that the provincial HRSS refuses.")
class RefuseSpecialtyInput(StepInput):
    """Refuse a proposal."""


@strawberry.type(description="What came of an act on a specialty.")
class SpecialtyPayload(Payload):
    """The specialty."""

    specialty: Specialty | None = optional("The specialty as it is now.")


@strawberry.type
class SpecialtyQuery:
    """Specialties."""

    @strawberry.field(description="A specialty by its id; for anyone.")
    async def specialty(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Specialty | None:
        """One specialty."""
        return await Specialty.at(info, id)

    @strawberry.field(description="The registry of specialties; for anyone.")
    async def specialties(
        self,
        info: Info,
        first: First,
        after: After = None,
        series: Annotated[str | None, strawberry.argument(description="Of this series.")] = None,
        state: Annotated[SpecialtyState | None, strawberry.argument(description="In this state.")] = None,
    ) -> Connection[Specialty] | None:
        """Many specialties."""
        return await page(
            info.context.workflow,
            "/v1/specialties",
            Specialty.of,
            first,
            after,
            series=series,
            state=state and state.name,
        )


@strawberry.type
class SpecialtyMutation:
    """Acts on specialties."""

    @mutation("Propose a review specialty (一（二）).")
    async def create_specialty(self, info: Info, input: CreateSpecialtyInput) -> SpecialtyPayload | None:
        """Propose it."""
        done = await info.context.workflow.write("POST", "/v1/specialties", body_of(input))
        return SpecialtyPayload(specialty=Specialty.of(done.record), basis=Basis.each(done.basis))

    @mutation(
        "File with the provincial HRSS what is proposed: a new specialty, an adjusted one, a withdrawal (一（二）)."
    )
    async def file_specialty(self, info: Info, input: FileSpecialtyInput) -> SpecialtyPayload | None:
        """File it."""
        done = await act_on(info.context.workflow, "specialties", Specialty, input, "FILE")
        return SpecialtyPayload(specialty=Specialty.of(done.record), basis=Basis.each(done.basis))

    @mutation(
        "Propose a filed specialty under another name or within other limits; filed, it takes the former's place (一（二）)."
    )
    async def adjust_specialty(self, info: Info, input: AdjustSpecialtyInput) -> SpecialtyPayload | None:
        """Adjust it."""
        path = f"/v1/specialties/{uuid_of(input.id, 'Specialty')}/adjustments"
        done = await info.context.workflow.write("POST", path, body_of(input, "id"))
        return SpecialtyPayload(specialty=Specialty.of(done.record), basis=Basis.each(done.basis))

    @mutation("Propose that a filed specialty is withdrawn (一（二）).")
    async def withdraw_specialty(self, info: Info, input: WithdrawSpecialtyInput) -> SpecialtyPayload | None:
        """Withdraw it."""
        done = await act_on(info.context.workflow, "specialties", Specialty, input, "WITHDRAW")
        return SpecialtyPayload(specialty=Specialty.of(done.record), basis=Basis.each(done.basis))

    @mutation(
        "Take back what was proposed: a new specialty is withdrawn, one to be withdrawn stays on file (一（二）)."
    )
    async def retract_specialty(self, info: Info, input: RetractSpecialtyInput) -> SpecialtyPayload | None:
        """Retract it."""
        done = await act_on(info.context.workflow, "specialties", Specialty, input, "RETRACT")
        return SpecialtyPayload(specialty=Specialty.of(done.record), basis=Basis.each(done.basis))

    @mutation(
        "Refuse what is proposed (provincial HRSS): a new one is withdrawn, one to be withdrawn stays (一（二）)."
    )
    async def refuse_specialty(self, info: Info, input: RefuseSpecialtyInput) -> SpecialtyPayload | None:
        """Refuse it."""
        done = await act_on(info.context.workflow, "specialties", Specialty, input, "REFUSE")
        return SpecialtyPayload(specialty=Specialty.of(done.record), basis=Basis.each(done.basis))
