"""Findings of supervision (监督处理): a correction ordered by a day (限期纠正), or a result void (评审结果无效) (三（二）)."""

from datetime import date
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import body_of
from gateway.words import described, id_of, listed, optional, optional_id_of, terms
from gateway.workflow.declaration import LISTED, Declaration
from gateway.workflow.supervision import ReviewFlag

FINDINGS = "/v1/supervision/findings"


@terms("What a supervisor orders.")
class FindingKind(Enum):
    """Kind of a finding."""

    CORRECTION_ORDERED = "限期纠正"
    RESULT_VOID = "评审结果无效"


@terms("Where a finding stands.")
class FindingState(Enum):
    """State of a finding."""

    ORDERED = "限期纠正中"
    ANSWERED = "已报送纠正情况"
    CORRECTED = "已纠正"
    VOIDED = "评审结果已宣布无效"


@terms("What can be done with a finding.")
class FindingAction(Enum):
    """Action on a finding."""

    ANSWER = "报送纠正情况"
    ACCEPT = "认可纠正"
    REJECT = "不予认可，重新限期"
    ESCALATE = "逾期未纠正报告上级"


@strawberry.type(description="What a body above found, by a document (监督处理, 三（二）).")
class SupervisionFinding(Entity):
    """A finding."""

    source = OneByOne("workflow", FINDINGS)

    id: relay.NodeID[UUID]
    kind: FindingKind = described("What it orders.")
    state: FindingState = described("Where it stands.")
    version: int = described("Its version.")
    reason: str = described("Why.")
    document_number: str = described("By which document (文号).")
    decided_by_name: str = described("Who decided.")
    found_on: date = described("When.")
    due_on: date | None = described("By when it is to be corrected (期限).")
    decide_by: date | None = described("Answered: by when it is decided on (认定期限).")
    answer: str | None = described("What was done to correct it (纠正情况).")
    answered_by_name: str | None = described("Who told that.")
    answered_on: date | None = described("When that was told.")
    verdict: str | None = described("What was said of the answer.")
    available_actions: list[FindingAction] = listed("What the caller may try now.")
    organisation_id: strawberry.Private[UUID]
    body_id: strawberry.Private[UUID]
    flag_id: strawberry.Private[UUID | None]
    declaration_ids: strawberry.Private[list[UUID]]

    @strawberry.field(description="Whom it concerns.")
    def organisation(self, info: Info) -> Organisation | None:
        """The organisation."""
        return Organisation.edge(info, self.organisation_id)

    @strawberry.field(description="Which body decided.")
    def body(self, info: Info) -> Organisation | None:
        """The deciding body."""
        return Organisation.edge(info, self.body_id)

    @strawberry.field(description="The flag it rests on, if any.")
    def flag(self, info: Info) -> ReviewFlag | None:
        """The flag."""
        return ReviewFlag.edge(info, self.flag_id)

    @strawberry.field(description="The declarations it is about.")
    async def declarations(self, info: Info) -> list[Declaration]:
        """Those that the caller may see."""
        return await Declaration.find_each(info, self.declaration_ids, LISTED)


@strawberry.input(
    description="What was found: a correction rests on a flag, or on declarations and an organisation of their line; "
    "a void result on one declaration."
)
class MakeFindingInput(Act):
    """Find."""

    kind: FindingKind = described("What is ordered.")
    reason: str = described("Why.")
    document_number: str = described("By which document (文号).")
    flag_id: strawberry.ID | None = optional_id_of("ReviewFlag", "The flag it rests on.")
    declaration_ids: list[strawberry.ID] | None = optional_id_of(
        "Declaration", "The declarations it is about."
    )
    organisation_id: strawberry.ID | None = optional_id_of("Organisation", "Whom it concerns.")
    due_on: date | None = optional("By when it is to be corrected.")


@strawberry.input(description="What was done to correct it.")
class AnswerFindingInput(Act):
    """Answer."""

    id: strawberry.ID = id_of("SupervisionFinding", "The finding.")
    answer: str = described("What was done (纠正情况).")
    version: int | None = optional("The version that was read.")


@strawberry.input(
    description="Whether a correction is accepted; if not, why, and by which day it is ordered anew."
)
class SettleFindingInput(Act):
    """Settle."""

    id: strawberry.ID = id_of("SupervisionFinding", "The finding.")
    accepted: bool = described("Whether it is accepted.")
    reason: str | None = optional("Why.")
    due_on: date | None = optional("By when it is ordered anew.")
    version: int | None = optional("The version that was read.")


@strawberry.type(description="What came of an act on a finding.")
class FindingPayload(Payload):
    """The finding."""

    finding: SupervisionFinding | None = optional("The finding as it is now.")


@strawberry.type
class FindingQuery:
    """Findings."""

    @strawberry.field(description="A finding that the caller made, oversees or has to answer.")
    async def finding(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> SupervisionFinding | None:
        """One finding."""
        return await SupervisionFinding.at(info, id)

    @strawberry.field(description="The findings that the caller oversees or has to answer, newest first.")
    async def findings(
        self,
        info: Info,
        first: First,
        after: After = None,
        state: Annotated[FindingState | None, strawberry.argument(description="In this state.")] = None,
    ) -> Connection[SupervisionFinding] | None:
        """Many findings."""
        return await page(
            info.context.workflow, FINDINGS, SupervisionFinding.of, first, after, state=state and state.name
        )


@strawberry.type
class FindingMutation:
    """Acts on findings."""

    @mutation("Order a correction by a day, or declare a result void (三（二）).")
    async def make_finding(self, info: Info, input: MakeFindingInput) -> FindingPayload | None:
        """Make it."""
        return await _acted(info, FINDINGS, body_of(input))

    @mutation("Tell what was done to correct it (the organisation concerned).")
    async def answer_finding(self, info: Info, input: AnswerFindingInput) -> FindingPayload | None:
        """Answer it."""
        return await _acted(
            info, f"{FINDINGS}/{uuid_of(input.id, 'SupervisionFinding')}/answer", body_of(input, "id")
        )

    @mutation("Accept what was done, or order it anew by a later day (who stands above).")
    async def settle_finding(self, info: Info, input: SettleFindingInput) -> FindingPayload | None:
        """Settle it."""
        return await _acted(
            info, f"{FINDINGS}/{uuid_of(input.id, 'SupervisionFinding')}/settle", body_of(input, "id")
        )


async def _acted(info: Info, path: str, body: dict[str, object]) -> FindingPayload:
    done = await info.context.workflow.write("POST", path, body)
    return FindingPayload(finding=SupervisionFinding.of(done.record), basis=Basis.each(done.basis))
