"""Review criteria (评审条件): gates that must all hold, menus of achievements of which some must (一（一）)."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.acting import StepInput, act_on
from gateway.context import Info
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, listed, optional, optional_id_of, terms
from gateway.workflow.specialty import Specialty


@terms("Where a version of criteria stands.")
class CriteriaState(Enum):
    """State of criteria."""

    PROPOSED = "待批准"
    APPROVED = "已批准"
    PUBLISHED = "已公布"


@terms("What can be done with criteria.")
class CriteriaAction(Enum):
    """Action on criteria."""

    APPROVE = "批准"
    PUBLISH = "公布"


@strawberry.type(description="A condition that every declaration must meet (基本条件).")
class Gate(Told):
    """A gate."""

    code: str = described("Its stable name.")
    text: str = described("What must hold.")
    cite: str | None = described("Article: where it stands in the document of the criteria (条款).")
    evidence: list[str] = listed("Kinds of material that show it (佐证材料).")
    fact: str | None = described("The fact that a threshold is put to.")
    at_least: float | None = described("The threshold.")
    unit: str | None = described("What the threshold is counted in.")
    fields: list[str] = listed(
        "Fields of degrees accepted beside the specialty declared (专业要求, 一（五）3)."
    )


@strawberry.type(description="One achievement to choose from a menu (成果).")
class MenuEntry(Told):
    """An entry."""

    code: str = described("Its stable name.")
    text: str = described("The achievement.")
    cite: str | None = described("Article: where it stands in the document of the criteria (条款).")
    evidence: list[str] = listed("Kinds of material that show it (佐证材料).")


@strawberry.type(description="A menu of achievements, of which some must be reached (菜单式评价指标).")
class Menu(Told):
    """A menu."""

    code: str = described("Its stable name.")
    text: str = described("What it is about.")
    cite: str | None = described("Article: where it stands in the document of the criteria (条款).")
    need: int = described("How many of its entries are needed.")
    entries: list[MenuEntry] = listed("The entries.")


@strawberry.type(description="What a proposal comes with (一（一）).")
class CriteriaDocuments(Told):
    """The three documents."""

    drafting_explanation: str | None = described("Drafting explanation (起草说明).")
    research_report: str | None = described("Research report (调研报告).")
    consultation_record: str | None = described("Record of consultation (征求意见情况).")


@strawberry.type(description="One version of the review criteria of a series and level (评审条件, 一（一）).")
class Criteria(Entity):
    """Criteria."""

    source = OneByOne("workflow", "/v1/criteria")

    id: relay.NodeID[UUID]
    series: str = described("Code of the series (系列).")
    level: TitleLevel = described("The level (层级).")
    title: str = described("Title (标题).")
    edition: int | None = described("Which version of the same series, specialty and level.")
    effective_from: date = described("From when it applies (施行日期).")
    gates: list[Gate] = listed("What must hold, all of it.")
    menus: list[Menu] = listed("What to choose from.")
    documents: CriteriaDocuments = described("What the proposal came with (一（一）).")
    state: CriteriaState = described("Where it stands.")
    published_at: datetime | None = described("When it was published.")
    version: int = described("Its version.")
    available_actions: list[CriteriaAction] = listed("What the caller may try now.")
    specialty_id: strawberry.Private[UUID | None]
    organisation_id: strawberry.Private[UUID | None]
    serves_id: strawberry.Private[UUID | None]

    @strawberry.field(description="For one specialty only; null for the whole series.")
    def specialty(self, info: Info) -> Specialty | None:
        """The specialty."""
        return Specialty.edge(info, self.specialty_id)

    @strawberry.field(description="The region or unit they are for; null for the whole province (一（三）1).")
    def serves(self, info: Info) -> Organisation | None:
        """The served place."""
        return Organisation.edge(info, self.serves_id)

    @strawberry.field(description="Who proposed it.")
    def organisation(self, info: Info) -> Organisation | None:
        """The proposer."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.type(description="One thing that is wrong with criteria written in YAML.")
class CriteriaProblem(Told):
    """A problem."""

    line: int = described("In which line of the text.")
    path: str = described("At which item, as a path; empty: the text as a whole.")
    reason: str = described("What is wrong, in the language asked for.")


@strawberry.type(description="What stands against a proposal, whatever its text.")
class CriteriaFinding(Told):
    """A finding."""

    code: str = described("Its stable name.")
    message: str = described("What it is, in the language asked for.")
    field: str | None = described("At which item, where it is one.")
    basis: list[Basis] = listed("The articles that say so.")


@strawberry.type(description="What is wrong with criteria written in YAML.")
class CriteriaChecked(Told):
    """A check."""

    valid: bool = described("Whether they can be proposed as they are.")
    problems: list[CriteriaProblem] = listed("Every problem, by line.")
    findings: list[CriteriaFinding] = listed(
        "What stands against any text today, as that proposals were due."
    )


@strawberry.input(description="A condition that every declaration must meet.")
class GateInput:
    """A gate."""

    code: str = described("Its stable name.")
    text: str = described("What must hold.")
    cite: str | None = optional("Article: where it stands in the document of the criteria (条款).")
    evidence: list[str] | None = optional("Kinds of material that show it (佐证材料).")
    fact: str | None = optional("The fact that a threshold is put to.")
    at_least: float | None = optional("The threshold.")
    unit: str | None = optional("What the threshold is counted in.")
    fields: list[str] | None = optional(
        "Fields of degrees accepted beside the specialty declared, where the fact is degree_of_specialty (一（五）3)."
    )


@strawberry.input(description="One achievement to choose from a menu.")
class MenuEntryInput:
    """An entry."""

    code: str = described("Its stable name.")
    text: str = described("The achievement.")
    cite: str | None = optional("Article: where it stands in the document of the criteria (条款).")
    evidence: list[str] = described("Kinds of material that show it (佐证材料).")


@strawberry.input(description="A menu of achievements, of which some must be reached.")
class MenuInput:
    """A menu."""

    code: str = described("Its stable name.")
    text: str = described("What it is about.")
    cite: str | None = optional("Article: where it stands in the document of the criteria (条款).")
    need: int = described("How many of its entries are needed.")
    entries: list[MenuEntryInput] = described("The entries.")


@strawberry.input(description="What a proposal must come with (一（一）).")
class CriteriaDocumentsInput:
    """The three documents."""

    drafting_explanation: str | None = optional("Drafting explanation (起草说明).")
    research_report: str | None = optional("Research report (调研报告).")
    consultation_record: str | None = optional("Record of consultation (征求意见情况).")


@strawberry.input(description="Criteria to be approved by the provincial HRSS.")
class ProposeCriteriaInput(Act):
    """Propose criteria."""

    series: str = described("Code of the series (系列).")
    specialty_id: strawberry.ID | None = optional_id_of("Specialty", "For one specialty only.")
    level: TitleLevel = described("The level (层级).")
    serves_id: strawberry.ID | None = optional_id_of(
        "Organisation", "The region's HRSS or the unit they are for: the caller's own, or one above it."
    )
    title: str = described("Title (标题).")
    effective_from: date = described("From when it applies (施行日期).")
    documents: CriteriaDocumentsInput = described("The three documents.")
    gates: list[GateInput] = described("What must hold, all of it.")
    menus: list[MenuInput] | None = optional("What to choose from.")
    organisation_id: strawberry.ID | None = optional_id_of(
        "Organisation", "Which of the caller's organisations proposes."
    )


@strawberry.input(description="Criteria to be approved.")
class ApproveCriteriaInput(StepInput):
    """Approve criteria."""


@strawberry.input(description="Criteria to be published.")
class PublishCriteriaInput(StepInput):
    """Publish criteria."""


@strawberry.type(description="What came of an act on criteria.")
class CriteriaPayload(Payload):
    """The criteria."""

    criteria: Criteria | None = optional("The criteria as they are now.")


@strawberry.type
class CriteriaQuery:
    """Criteria."""

    @strawberry.field(description="The published criteria; for anyone.")
    async def criteria(
        self,
        info: Info,
        first: First,
        after: After = None,
        series: Annotated[str | None, strawberry.argument(description="Of this series.")] = None,
        level: Annotated[TitleLevel | None, strawberry.argument(description="Of this level.")] = None,
        in_force_on: Annotated[
            date | None, strawberry.argument(description="Those only that are in force on this day.")
        ] = None,
    ) -> Connection[Criteria] | None:
        """Many criteria."""
        return await page(
            info.context.workflow,
            "/v1/criteria",
            Criteria.of,
            first,
            after,
            series=series,
            level=level and level.name,
            in_force_on=in_force_on and in_force_on.isoformat(),
        )

    @strawberry.field(
        description="What is wrong with criteria written in YAML, each with line and reason; for who may propose some."
    )
    async def check_criteria(
        self,
        info: Info,
        yaml: Annotated[str, strawberry.argument(description="The text, as a proposal has it.")],
    ) -> CriteriaChecked | None:
        """Check a text."""
        return CriteriaChecked.of(await info.context.workflow.ask("/v1/criteria/check", {"text": yaml}))


@strawberry.type
class CriteriaMutation:
    """Acts on criteria."""

    @mutation("Propose review criteria, with their three documents (一（一）).")
    async def propose_criteria(self, info: Info, input: ProposeCriteriaInput) -> CriteriaPayload | None:
        """Propose them."""
        done = await info.context.workflow.write("POST", "/v1/criteria", body_of(input))
        return CriteriaPayload(criteria=Criteria.of(done.record), basis=Basis.each(done.basis))

    @mutation("Approve proposed criteria (provincial HRSS, 一（一）).")
    async def approve_criteria(self, info: Info, input: ApproveCriteriaInput) -> CriteriaPayload | None:
        """Approve them."""
        done = await act_on(info.context.workflow, "criteria", Criteria, input, "APPROVE")
        return CriteriaPayload(criteria=Criteria.of(done.record), basis=Basis.each(done.basis))

    @mutation(
        "Publish approved criteria; declarations are judged by them from their effective date (三（四）)."
    )
    async def publish_criteria(self, info: Info, input: PublishCriteriaInput) -> CriteriaPayload | None:
        """Publish them."""
        done = await act_on(info.context.workflow, "criteria", Criteria, input, "PUBLISH")
        return CriteriaPayload(criteria=Criteria.of(done.record), basis=Basis.each(done.basis))
