"""An organisation moved or went into another: rows of what is not decided follow, a chunk at a time.

What is with the unit or the applicant follows wholly: line, chain and superiors are the new ones. What is under way
above the unit keeps its chain, and is read by the new line too (`docs/decisions/0005-lines-follow-the-tree.md`). Each
chunk is a transaction of its own, found by index and in the order of ids; doing one again changes nothing.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, exists, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.base import Base
from services.workflow.committee.model import Committee, Expert
from services.workflow.criteria.model import Criteria
from services.workflow.cycle.model import Arrangement, Specialty
from services.workflow.declaration.grounds import chain_under
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import State
from services.workflow.entitlement.model import EntitlementList
from services.workflow.integrity.model import IntegrityCase
from services.workflow.integrity.states import OVER
from services.workflow.line.places import handed_over, path_after, replaced, widened
from services.workflow.meeting.model import Meeting
from services.workflow.policy import Policies
from services.workflow.publicity.model import Objection
from services.workflow.publicity.states import ObjectionState
from services.workflow.recommendation.model import Recommendation, RecommendationPlan
from services.workflow.recommendation.states import LIVE
from services.workflow.report.model import Report
from services.workflow.report.states import ReportState
from services.workflow.review_chain.chain import Link
from services.workflow.supervision.model import Finding, ReviewFlag
from services.workflow.supervision.states import FindingState, FlagState

AT_ONCE = 500
"""How many rows one transaction holds."""

DECIDED = (
    State.REFUSED,
    State.NOT_PASSED,
    State.CERTIFIED,
    State.WITHDRAWN,
    State.ENDED,
    State.LAPSED,
    State.DISQUALIFIED,
)
"""States in which a declaration is over, and stays as it was."""

DECIDED_ON = (State.NOT_PASSED, State.CERTIFIED)
"""Those in which a committee has decided on what the unit recommended."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the tree: below `passed`, what stood before it and itself is `line` now.

    `heir` is the organisation that `passed` went into; its people and seats are there now.
    """

    passed: UUID
    line: tuple[Link, ...]
    heir: Link | None = None

    @property
    def lineage(self) -> list[UUID]:
        """The ids of the new line."""
        return [link.id for link in self.line]

    def unit(self, unit_id: UUID) -> UUID:
        """The unit that acts for what a unit began."""
        return self.heir.id if self.heir is not None and unit_id == self.passed else unit_id


UNDER_WAY = Declaration.state.not_in((State.DRAFT, *DECIDED))
"""Submitted, and not over yet."""

Chunk = Callable[[AsyncSession, Change, Policies, UUID], Awaitable[UUID | None]]
"""Re-lines some rows after an id; the last one's id, None when there are no more."""


async def _rows(
    tx: AsyncSession, model: Any, change: Change, after: UUID, *where: ColumnElement[bool]
) -> Sequence[Any]:
    """The next rows whose line leads through what has changed, locked in the order of their ids."""
    mine = select(model).where(model.lineage.contains([change.passed]), model.id > after, *where)
    locked = mine.order_by(model.id).limit(AT_ONCE).with_for_update(of=model)
    return list(await tx.scalars(locked))


def last_of(found: Sequence[Any]) -> UUID | None:
    """Where the next chunk goes on; None where this was the last."""
    last: UUID | None = found[-1].id if len(found) == AT_ONCE else None
    return last


def _behind(model: Any, change: Change) -> ColumnElement[bool]:
    """Rows whose line is still the former one."""
    begins = model.lineage[1 : len(change.lineage)]
    late: ColumnElement[bool] = begins != literal(change.lineage, ARRAY(Uuid))
    return late


def _follows(model: type[Base], *where: ColumnElement[bool]) -> Chunk:
    """Rows that hold a line and nothing more of it."""

    async def chunk(tx: AsyncSession, change: Change, _: Policies, after: UUID) -> UUID | None:
        found = await _rows(tx, model, change, after, _behind(model, change), *where)
        for row in found:
            row.lineage = replaced(row.lineage, change.passed, change.lineage)
        return last_of(found)

    return chunk


async def _plans(tx: AsyncSession, change: Change, _: Policies, after: UUID) -> UUID | None:
    """Plans go with their unit; where the unit's heir has its own of the year, a plan stays under its unit's name."""
    found = await _rows(tx, RecommendationPlan, change, after, _behind(RecommendationPlan, change))
    for plan in found:
        plan.lineage = replaced(plan.lineage, change.passed, change.lineage)
        if change.heir is not None and plan.unit_id == change.passed:
            own = exists().where(
                RecommendationPlan.unit_id == change.heir.id, RecommendationPlan.cycle_id == plan.cycle_id
            )
            if not await tx.scalar(select(own)):
                plan.unit_id = change.heir.id
                await tx.flush()
    return last_of(found)


async def _recommendations(tx: AsyncSession, change: Change, _: Policies, after: UUID) -> UUID | None:
    """Live recommendations on which nothing was decided: the unit's heir, if any, acts on them."""
    over = exists().where(
        Declaration.recommendation_id == Recommendation.id, Declaration.state.in_(DECIDED_ON)
    )
    live = Recommendation.state.in_(LIVE)
    found = await _rows(tx, Recommendation, change, after, _behind(Recommendation, change), live, ~over)
    for source in found:
        source.unit_id = change.unit(source.unit_id)
        source.path = told_of(path_after(links_of(source.path), change.passed, change.line))
        source.lineage = replaced(source.lineage, change.passed, change.lineage)
    return last_of(found)


async def _drafts(tx: AsyncSession, change: Change, policies: Policies, after: UUID) -> UUID | None:
    """Drafts have the chain of the new line."""
    being_filled_in = Declaration.state == State.DRAFT
    found = await _rows(tx, Declaration, change, after, _behind(Declaration, change), being_filled_in)
    for draft in found:
        path = path_after(links_of(draft.path), change.passed, change.line)
        direct = draft.recommendation_id is None
        draft.unit_id = None if draft.unit_id is None else change.unit(draft.unit_id)
        draft.path = told_of(path)
        draft.lineage = replaced(draft.lineage, change.passed, change.lineage)
        chain = chain_under(policies[draft.policy], tuple(path), draft.person_kind, direct=direct)
        draft.chain = told_of(chain)
    return last_of(found)


async def _under_way(tx: AsyncSession, change: Change, _: Policies, after: UUID) -> UUID | None:
    """Submitted ones keep chain, unit and path; who replaces a reviewing body that is gone reviews in its place."""
    unseen = ~Declaration.lineage.contains(change.lineage) if change.heir is None else true()
    found = await _rows(tx, Declaration, change, after, UNDER_WAY, unseen)
    for row in found:
        row.lineage = widened(row.lineage, change.passed, change.lineage)
        if change.heir is not None:
            hand_over(row, change.passed, change.heir)
    return last_of(found)


def hand_over(row: Declaration, gone: UUID, heir: Link) -> None:
    """Let `heir` review in place of a body that is gone."""
    row.chain = told_of(handed_over(links_of(row.chain), row.position, gone, heir))
    if row.at_organisation_id == gone:
        row.at_organisation_id = heir.id


def links_of(told: Sequence[dict[str, Any]]) -> list[Link]:
    """A line or chain as it is kept, read."""
    return [Link.model_validate(each) for each in told]


def told_of(links: Sequence[Link]) -> list[dict[str, Any]]:
    """A line or chain as it is kept."""
    return [link.model_dump(mode="json") for link in links]


CHUNKS: tuple[Chunk, ...] = (
    *map(_follows, (Specialty, Arrangement, Criteria, Committee, Expert, Meeting, EntitlementList)),
    _plans,
    _recommendations,
    _drafts,
    _under_way,
    _follows(Objection, Objection.state == ObjectionState.OPEN),
    _follows(IntegrityCase, IntegrityCase.state.not_in(OVER)),
    _follows(Report, Report.state.in_((ReportState.RECEIVED, ReportState.CHECKING))),
    _follows(ReviewFlag, ReviewFlag.state == FlagState.OPEN),
    _follows(Finding, Finding.state.in_((FindingState.ORDERED, FindingState.ANSWERED))),
)
"""Every kind of row that follows, in the order in which it does."""
