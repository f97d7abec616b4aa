"""Spot checks of the reviews (抽查): a share of the results, drawn at random from every committee (三（五）)."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.acting import StepInput, act_on
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, optional_id_of, terms
from gateway.workflow.committee import Committee
from gateway.workflow.cycle import Cycle
from gateway.workflow.declaration import LISTED, Declaration
from gateway.workflow.finding import FindingKind, SupervisionFinding

CHECKS, ITEMS = "/v1/spot-checks", "/v1/spot-check-items"


@terms("Where a spot check stands.")
class SpotCheckState(Enum):
    """State of a spot check."""

    ORDERED = "已部署，待抽取"
    UNDER_WAY = "抽查进行中"
    CLOSED = "抽查已办结"
    CANCELLED = "抽查已取消"


@terms("What can be done with a spot check.")
class SpotCheckAction(Enum):
    """Action on a spot check."""

    DRAW = "锁定范围并随机抽取"
    CLOSE = "办结抽查"
    CANCEL = "取消抽查"


@terms("Where an item of a spot check stands.")
class SpotCheckItemState(Enum):
    """State of an item."""

    WAITING = "待领取检查"
    IN_HAND = "检查中"
    IN_ORDER = "检查未发现问题"
    FOUND = "检查发现问题，已作处理"


@terms("What can be done with an item of a spot check.")
class SpotCheckItemAction(Enum):
    """Action on an item."""

    TAKE = "领取检查"
    RELEASE = "放回检查清单"
    CLEAR = "认定未发现问题"
    FIND = "认定有问题并作出处理"


@strawberry.type(description="How far a spot check is with one committee, and what was found (抽查进度).")
class SpotCheckProgress(Told):
    """Progress."""

    committee_name: str = described("What the committee is called.")
    results: int = described("How many results the frame holds (评审结果数).")
    drawn: int = described("How many of them were drawn (抽取数).")
    waiting: int = described("Nobody checks these yet.")
    in_hand: int = described("These are being checked.")
    in_order: int = described("Nothing was found in these.")
    found: int = described("Something was found in these.")
    correction_ordered: int = described("Of these, a correction was ordered (限期纠正).")
    result_void: int = described("Of these, the result was declared void (评审结果无效).")
    committee_id: strawberry.Private[UUID]

    @strawberry.field(description="The committee.")
    def committee(self, info: Info) -> Committee | None:
        """The committee."""
        return Committee.edge(info, self.committee_id)


@strawberry.type(
    description="A declaration that could be drawn, and its stratum; the draw is over these ids."
)
class SpotCheckFrameEntry(Told):
    """An entry of the frame."""

    declaration_id: UUID = described("The id that its ticket is made of.")
    committee_id: UUID = described("The id of the committee: its stratum.")


@strawberry.type(description="A declaration that was drawn, who checks it, and what was found (抽查事项).")
class SpotCheckItem(Entity):
    """An item of the work list."""

    source = OneByOne("workflow", ITEMS)

    id: relay.NodeID[UUID]
    number: str = described("The declaration's number (申报编号).")
    state: SpotCheckItemState = described("Where it stands.")
    version: int = described("Its version.")
    checker_name: str | None = described("Who checks it (检查人).")
    verdict: str | None = described("What was looked at and found (检查情况).")
    decided_on: date | None = described("When.")
    available_actions: list[SpotCheckItemAction] = listed("What the caller may try now.")
    declaration_id: strawberry.Private[UUID]
    committee_id: strawberry.Private[UUID]
    finding_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The declaration.")
    def declaration(self, info: Info) -> Declaration | None:
        """What is checked."""
        return Declaration.edge(info, self.declaration_id, LISTED)

    @strawberry.field(description="The committee that decided on it.")
    def committee(self, info: Info) -> Committee | None:
        """The committee."""
        return Committee.edge(info, self.committee_id)

    @strawberry.field(description="What was ordered, where something was found (监督处理).")
    def finding(self, info: Info) -> SupervisionFinding | None:
        """The finding."""
        return SupervisionFinding.edge(info, self.finding_id)


@strawberry.type(
    description="A spot check. With the opened seed, the algorithm and the frame anybody who reads it repeats the draw: "
    "the seed's SHA-256 was public before the frame was frozen (抽查, 三（五）)."
)
class SpotCheck(Entity):
    """A spot check."""

    source = OneByOne("workflow", CHECKS)

    id: relay.NodeID[UUID]
    share: float = described("Which share of the results is checked (抽查比例).")
    document_number: str | None = described("The document that orders it (文号).")
    series: str | None = described("Only of this series.")
    level: TitleLevel | None = described("Only of this level.")
    state: SpotCheckState = described("Where it stands.")
    version: int = described("Its version.")
    seed_commitment: str = described("The SHA-256 of the seed, in hexadecimal; public from the order on.")
    opened_seed: str | None = described(
        "The seed in hexadecimal, once it is closed: before, who is checked could find it out."
    )
    algorithm: str = described("By which algorithm.")
    results: int | None = described("How many results the frozen frame holds.")
    size: int | None = described("How many were drawn.")
    ordered_on: date = described("When it was ordered.")
    ordered_by_name: str = described("By whom.")
    drawn_at: datetime | None = described("When it was drawn.")
    conclusion: str | None = described("What came of it, or why it was cancelled (总体结论).")
    available_actions: list[SpotCheckAction] = listed("What the caller may try now.")
    cycle_id: strawberry.Private[UUID]
    committee_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Of which year.")
    def cycle(self, info: Info) -> Cycle | None:
        """The cycle."""
        return Cycle.edge(info, self.cycle_id)

    @strawberry.field(description="Only of this committee.")
    def committee(self, info: Info) -> Committee | None:
        """The committee."""
        return Committee.edge(info, self.committee_id)

    @strawberry.field(description="What could be drawn; the latest first.")
    async def frame(
        self, info: Info, first: First, after: After = None
    ) -> Connection[SpotCheckFrameEntry] | None:
        """The frozen frame."""
        path = f"{CHECKS}/{self.id}/frame"
        return await page(info.context.workflow, path, SpotCheckFrameEntry.of, first, after)

    @strawberry.field(description="How far it is and what was found, committee by committee.")
    async def progress(self, info: Info) -> list[SpotCheckProgress]:
        """Committee by committee."""
        told = await info.context.workflow.get(f"{CHECKS}/{self.id}/progress")
        return SpotCheckProgress.each(told["committees"])

    @strawberry.field(description="What was drawn (检查清单); for the province alone.")
    async def items(
        self,
        info: Info,
        first: First,
        after: After = None,
        state: Annotated[SpotCheckItemState | None, strawberry.argument(description="In this state.")] = None,
        mine: Annotated[bool, strawberry.argument(description="Only what the caller checks.")] = False,
    ) -> Connection[SpotCheckItem] | None:
        """The work list."""
        path, narrowed = f"{CHECKS}/{self.id}/items", {"state": state and state.name, "mine": mine or None}
        return await page(info.context.workflow, path, SpotCheckItem.of, first, after, **narrowed)


@strawberry.input(
    description="A spot check of a year's results; another share than that of the rules rests on a document."
)
class OrderSpotCheckInput(Act):
    """Order."""

    cycle_id: strawberry.ID = id_of("Cycle", "The year.")
    share: float | None = optional("Which share of the results, above 0 and up to 1 (抽查比例).")
    document_number: str | None = optional("The document that orders it (文号).")
    committee_id: strawberry.ID | None = optional_id_of("Committee", "Only of this committee.")
    series: str | None = optional("Only of this series.")
    level: TitleLevel | None = optional("Only of this level.")


@strawberry.input(description="A step of a spot check; to close says what came of it, to cancel says why.")
class ActOnSpotCheckInput(StepInput):
    """Take a step."""

    action: SpotCheckAction = described("Which step; one of `availableActions`.")


@strawberry.input(description="What is ordered of an item in which something was found.")
class SpotCheckFoundInput:
    """Find."""

    kind: FindingKind = described("A correction by a day, or the result void.")
    document_number: str = described("By which document (文号).")
    organisation_id: strawberry.ID | None = optional_id_of(
        "Organisation", "Who corrects it: an organisation of its line."
    )
    due_on: date | None = optional("By when it is to be corrected.")


@strawberry.input(description="A step of an item; a verdict says in its note what was looked at and found.")
class ActOnSpotCheckItemInput(StepInput):
    """Take a step."""

    action: SpotCheckItemAction = described("Which step; one of `availableActions`.")
    finding: SpotCheckFoundInput | None = optional("With FIND: what is ordered.")


@strawberry.type(description="What came of an act on a spot check.")
class SpotCheckPayload(Payload):
    """The spot check."""

    spot_check: SpotCheck | None = optional("The spot check as it is now.")


@strawberry.type(description="What came of an act on an item of a spot check.")
class SpotCheckItemPayload(Payload):
    """The item."""

    item: SpotCheckItem | None = optional("The item as it is now.")


@strawberry.type
class SpotCheckQuery:
    """Spot checks."""

    @strawberry.field(description="A spot check; for all who oversee.")
    async def spot_check(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> SpotCheck | None:
        """One spot check."""
        return await SpotCheck.at(info, id)

    @strawberry.field(description="The province's spot checks, newest first; for all who oversee (抽查).")
    async def spot_checks(
        self,
        info: Info,
        first: First,
        after: After = None,
        cycle_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this year.")] = None,
    ) -> Connection[SpotCheck] | None:
        """Many spot checks."""
        cycle = uuid_of(cycle_id, "Cycle", field="cycle_id") if cycle_id else None
        return await page(info.context.workflow, CHECKS, SpotCheck.of, first, after, cycle_id=cycle)


@strawberry.type
class SpotCheckMutation:
    """Acts on spot checks."""

    @mutation("Order a spot check of a year's results (provincial HRSS, 三（五）).")
    async def order_spot_check(self, info: Info, input: OrderSpotCheckInput) -> SpotCheckPayload | None:
        """Order it."""
        done = await info.context.workflow.write("POST", CHECKS, body_of(input))
        return SpotCheckPayload(spot_check=SpotCheck.of(done.record), basis=Basis.each(done.basis))

    @mutation("Freeze the frame and draw; close it once every item has its verdict; or cancel it undrawn.")
    async def act_on_spot_check(self, info: Info, input: ActOnSpotCheckInput) -> SpotCheckPayload | None:
        """Take the step."""
        done = await act_on(info.context.workflow, "spot-checks", SpotCheck, input, input.action.name)
        return SpotCheckPayload(spot_check=SpotCheck.of(done.record), basis=Basis.each(done.basis))

    @mutation("Take an item, give it back, find it in order, or find something and order what follows.")
    async def act_on_spot_check_item(
        self, info: Info, input: ActOnSpotCheckItemInput
    ) -> SpotCheckItemPayload | None:
        """Take the step."""
        done = await act_on(
            info.context.workflow, "spot-check-items", SpotCheckItem, input, input.action.name
        )
        return SpotCheckItemPayload(item=SpotCheckItem.of(done.record), basis=Basis.each(done.basis))
