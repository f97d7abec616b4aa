"""Supervision of the reviews (监督): how fast reviewers approve, and what is flagged for it (三（二）)."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, Known, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, terms
from gateway.workflow.declaration import LISTED, Declaration
from gateway.workflow.declaration_words import DeclarationAction

FLAGS = "/v1/supervision/flags"


@terms("Of whom figures are told.")
class PaceGroup(Enum):
    """Group of figures."""

    REVIEWER = "审核人"
    ORGANISATION = "审核机构"


@terms("Why the pace of an approval is implausible (审核速度异常).")
class PaceGround(Enum):
    """Ground of a flag."""

    HASTY = "打开材料后过快通过"
    BURST = "短时间内通过过多"


@terms("Where a flag stands.")
class FlagState(Enum):
    """State of a flag."""

    OPEN = "待核查"
    DISMISSED = "经核查无问题"
    FOUND = "经查实，已作处理"


@terms("What can be done with a flag.")
class FlagAction(Enum):
    """Action on a flag."""

    DISMISS = "核查后撤销提示"
    FIND = "查实并作出处理"


@strawberry.type(
    description="How fast a reviewer, or an organisation, approves (审核速度). Seconds run from the first opening of a material "
    "to the approval in the same turn."
)
class ReviewPace(Told):
    """Figures."""

    reviewer_name: str | None = described("Whose; null where they are the organisation's (审核人).")
    since: datetime = described("From when on it is counted.")
    approvals: int = described("How many approvals (通过).")
    approvals_last_hour: int = described("How many of them within the last hour.")
    approvals_last_day: int = described("How many of them within the last day.")
    returns: int = described("How many returns (退回).")
    approval_share: float = described("The share of approvals among approvals and returns.")
    shortest_seconds: float | None = described("The shortest approval.")
    median_seconds: float | None = described("The median of all.")
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(description="At which body.")
    def organisation(self, info: Info) -> Organisation | None:
        """The reviewing organisation."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.type(
    description="One approval at an implausible pace, with its figures and what was allowed then."
)
class FlaggedApproval(Known):
    """An approval of a flag."""

    number: str = described("The declaration's number (申报编号).")
    action: DeclarationAction = described("By which step.")
    grounds: list[PaceGround] = listed("Why it was flagged.")
    seconds: int | None = described(
        "Since the first of these materials was opened; null: all was opened in an earlier turn."
    )
    materials: int = described("How many materials were opened in that turn.")
    approvals: int = described("How many approvals fell into the window.")
    seconds_per_material: int = described("Fewer for each material opened are implausible.")
    window_minutes: int = described("How long the window is.")
    approvals_in_window: int = described("More within the window are implausible.")
    approved_at: datetime = described("When.")
    declaration_id: strawberry.Private[UUID]

    @strawberry.field(description="The declaration.")
    def declaration(self, info: Info) -> Declaration | None:
        """What was approved."""
        return Declaration.edge(info, self.declaration_id, LISTED)


@strawberry.type(
    description="That a reviewer approved at an implausible pace, once for a burst (审核速度提示)."
)
class ReviewFlag(Entity):
    """A flag."""

    source = OneByOne("workflow", FLAGS)

    id: relay.NodeID[UUID]
    reviewer_name: str = described("Whose approvals (审核人).")
    state: FlagState = described("Where it stands.")
    version: int = described("Its version.")
    raised_at: datetime = described("When the burst began.")
    last_at: datetime = described("Its last approval.")
    approvals: int = described("How many approvals were flagged.")
    shortest_seconds: int | None = described("The shortest of them.")
    most_in_window: int = described("The most that fell into one window.")
    reason: str | None = described("Why it was decided so.")
    decided_at: datetime | None = described("When it was decided.")
    decided_by_name: str | None = described("By whom.")
    available_actions: list[FlagAction] = listed("What the caller may try now.")
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(description="At which body.")
    def organisation(self, info: Info) -> Organisation | None:
        """The reviewing organisation."""
        return Organisation.edge(info, self.organisation_id)

    @strawberry.field(description="The approvals it rests on, newest first.")
    async def flagged(
        self, info: Info, first: First, after: After = None
    ) -> Connection[FlaggedApproval] | None:
        """Many approvals."""
        path = f"{FLAGS}/{self.id}/approvals"
        return await page(info.context.workflow, path, FlaggedApproval.of, first, after)


@strawberry.input(description="A flag to which there is nothing.")
class DismissReviewFlagInput(Act):
    """Dismiss."""

    id: strawberry.ID = id_of("ReviewFlag", "The flag.")
    reason: str = described("Why.")
    version: int | None = optional("The version that was read.")


@strawberry.type(description="What came of an act on a flag.")
class ReviewFlagPayload(Payload):
    """The flag."""

    flag: ReviewFlag | None = optional("The flag as it is now.")


@strawberry.type
class SupervisionQuery:
    """Supervision."""

    @strawberry.field(description="How fast the reviewers of the caller's subtree approve (审核速度).")
    async def review_pace(
        self,
        info: Info,
        first: First,
        after: After = None,
        of: Annotated[PaceGroup, strawberry.argument(description="Of whom.")] = PaceGroup.REVIEWER,
        organisation_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="At this body and below.")
        ] = None,
        since: Annotated[date | None, strawberry.argument(description="Counted from this day on.")] = None,
    ) -> Connection[ReviewPace] | None:
        """Many figures."""
        return await page(
            info.context.workflow,
            "/v1/supervision/pace",
            ReviewPace.of,
            first,
            after,
            of=of.name,
            organisation_id=_organisation(organisation_id),
            since=since and since.isoformat(),
        )

    @strawberry.field(description="A flag of the caller's subtree.")
    async def review_flag(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> ReviewFlag | None:
        """One flag."""
        return await ReviewFlag.at(info, id)

    @strawberry.field(description="The flags of the caller's subtree, newest first (审核速度提示).")
    async def review_flags(
        self,
        info: Info,
        first: First,
        after: After = None,
        state: Annotated[FlagState | None, strawberry.argument(description="In this state.")] = None,
        organisation_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="At this body and below.")
        ] = None,
    ) -> Connection[ReviewFlag] | None:
        """Many flags."""
        return await page(
            info.context.workflow,
            FLAGS,
            ReviewFlag.of,
            first,
            after,
            state=state and state.name,
            organisation_id=_organisation(organisation_id),
        )


def _organisation(global_id: str | None) -> UUID | None:
    return uuid_of(global_id, "Organisation", field="organisation_id") if global_id else None


@strawberry.type
class SupervisionMutation:
    """Acts of supervisors."""

    @mutation("Say, with the reason, that there is nothing to a flag (三（二）).")
    async def dismiss_review_flag(
        self, info: Info, input: DismissReviewFlagInput
    ) -> ReviewFlagPayload | None:
        """Dismiss it."""
        path = f"{FLAGS}/{uuid_of(input.id, 'ReviewFlag')}/dismiss"
        done = await info.context.workflow.write("POST", path, body_of(input, "id"))
        return ReviewFlagPayload(flag=ReviewFlag.of(done.record), basis=Basis.each(done.basis))
