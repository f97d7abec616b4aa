"""Numbers that the same-level HRSS sets by decision after a staffing cut (申报数量决定, 二（一）第2段)."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.history import HistoryEntry
from gateway.ids import uuid_of
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, optional_id_of, terms


@terms("Where a decision on numbers stands.")
class PostDecisionState(Enum):
    """State of a decision."""

    IN_FORCE = "执行中"
    REPLACED = "已被新决定替代"
    ENDED = "已终止"


@terms("What can be done with a decision on numbers.")
class PostDecisionAction(Enum):
    """Action on a decision."""

    DECIDE = "确定申报数量"
    REPLACE = "由新决定替代"
    END = "终止执行"


@strawberry.type(description="How many may be declared for a level by decision.")
class PostDecisionNumber(Told):
    """A number."""

    level: TitleLevel = described("The level (层级).")
    declarable: int = described("How many may be declared for (申报数量).")


@strawberry.type(
    description="A decision of the same-level HRSS on a unit's numbers, while its plan of posts is not adjusted to a "
    "staffing cut (二（一）第2段). It counts in place of the approved annual form's until it is replaced or ended."
)
class PostDecision(Entity):
    """A decision."""

    source = OneByOne("quota", "/v1/post-decisions")

    id: relay.NodeID[UUID]
    year: int = described("The year (年度).")
    version: int = described("Its version; ending it names the one that was read.")
    state: PostDecisionState = described("Where it stands.")
    document_no: str = described("The number of its document (文号).")
    decided_on: date = described("The day of its document.")
    reason: str = described("Why: the staffing cut and the real situation (理由).")
    decided_by: str = described("Who entered it for the HRSS (经办人).")
    levels: list[PostDecisionNumber] = listed("Its numbers; a level it does not name follows the form.")
    created_at: datetime = described("When it came into force.")
    history: list[HistoryEntry] = listed("Its timeline (办理记录).")
    available_actions: list[PostDecisionAction] = listed("What the caller may try now.")
    unit_id: strawberry.Private[UUID]
    hrss_id: strawberry.Private[UUID]

    @strawberry.field(description="Whose numbers (用人单位).")
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)

    @strawberry.field(description="The HRSS that decides (同级人社部门).")
    def hrss(self, info: Info) -> Organisation | None:
        """The deciding HRSS."""
        return Organisation.edge(info, self.hrss_id)


@strawberry.input(description="How many may be declared for a level.")
class PostDecisionNumberInput:
    """A number."""

    level: TitleLevel = described("The level (层级).")
    declarable: int = described("How many may be declared for (申报数量).")


@strawberry.input(description="A decision on a unit's numbers.")
class SetPostNumbersInput(Act):
    """Set numbers."""

    unit_id: strawberry.ID = id_of("Organisation", "Whose numbers (用人单位).")
    year: int = described("The year (年度).")
    document_no: str = described("The number of the document (文号).")
    decided_on: date = described("The day of the document.")
    reason: str = described("Why (理由); kept.")
    levels: list[PostDecisionNumberInput] = described("The numbers; a level left out follows the form.")
    replaces: strawberry.ID | None = optional_id_of(
        "PostDecision", "The decision in force that was read, which this one replaces; none where none was."
    )


@strawberry.input(description="The end of a decision; the annual form's numbers count again.")
class EndPostDecisionInput(Act):
    """End it."""

    id: strawberry.ID = id_of("PostDecision", "The decision.")
    reason: str = described("Why (理由); kept.")
    version: int = described("The version that was read.")


@strawberry.type(description="What came of an act on a decision.")
class PostDecisionPayload(Payload):
    """The decision."""

    post_decision: PostDecision | None = optional("The decision as it is now.")


@strawberry.type
class PostDecisionQuery:
    """Decisions on numbers."""

    @strawberry.field(description="A decision on numbers by its id.")
    async def post_decision(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> PostDecision | None:
        """One decision."""
        return await PostDecision.at(info, id)

    @strawberry.field(description="The decisions on numbers that the caller may see, newest first.")
    async def post_decisions(
        self,
        info: Info,
        first: First,
        after: After = None,
        unit_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this unit.")] = None,
        year: Annotated[int | None, strawberry.argument(description="Of this year.")] = None,
    ) -> Connection[PostDecision] | None:
        """Many decisions."""
        return await page(
            info.context.quota,
            "/v1/post-decisions",
            PostDecision.of,
            first,
            after,
            unit_id=uuid_of(unit_id, "Organisation", field="unit_id") if unit_id else None,
            year=year,
        )


@strawberry.type
class PostDecisionMutation:
    """Acts on decisions."""

    @mutation("Set a unit's numbers by decision; the decision in force is replaced (二（一）第2段).")
    async def set_post_numbers(self, info: Info, input: SetPostNumbersInput) -> PostDecisionPayload | None:
        """Set them."""
        done = await info.context.quota.write("POST", "/v1/post-decisions", body_of(input))
        return PostDecisionPayload(post_decision=PostDecision.of(done.record), basis=Basis.each(done.basis))

    @mutation("End a decision on numbers; the approved annual form's count again (二（一）第2段).")
    async def end_post_decision(self, info: Info, input: EndPostDecisionInput) -> PostDecisionPayload | None:
        """End it."""
        path = f"/v1/post-decisions/{uuid_of(input.id, 'PostDecision')}/actions/END"
        done = await info.context.quota.write("POST", path, body_of(input, "id"))
        return PostDecisionPayload(post_decision=PostDecision.of(done.record), basis=Basis.each(done.basis))
