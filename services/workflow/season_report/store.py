"""The figures of a year's reviews below some organisations: six statements over one state of the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, exists, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationKind, OrganisationLevel
from services.kit.clock import Moment
from services.kit.transition import history
from services.workflow.certificate.model import Certificate, CertificateChange
from services.workflow.certificate.states import Standing
from services.workflow.cycle.model import Cycle
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import State
from services.workflow.publicity.model import Objection, Publicity
from services.workflow.review_chain.model import ReviewReturn
from services.workflow.season_report.figures import Count, Figures, Reason, Stay, Tally
from services.workflow.season_report.states import By, Outcome, states_of
from services.workflow.spot_check.model import SpotCheck, SpotCheckItem
from services.workflow.supervision.model import Finding
from services.workflow.supervision.policy import SeasonRules

DAY = timedelta(days=1)
ONE_STATE = text("set transaction isolation level repeatable read, read only")
"""What makes a transaction see one state of the database, whatever is written beside it; it comes first."""
_REGION = Declaration.path[1]
PREFECTURE = case(
    (
        (_REGION["kind"].astext == OrganisationKind.HRSS)
        & (_REGION["level"].astext == OrganisationLevel.PREFECTURE),
        _REGION["name"].astext,
    )
)
"""The prefecture whose HRSS is on a declaration's line; none of the province's own units."""
KEYS: dict[By, Any] = {
    By.LEVEL: Declaration.level,
    By.SERIES: Declaration.series,
    By.PREFECTURE: PREFECTURE,
    By.STATE: Declaration.state,
}

_LAST = (
    select(CertificateChange.standing)
    .where(CertificateChange.certificate_id == Certificate.id)
    .order_by(CertificateChange.no.desc())
    .limit(1)
    .scalar_subquery()
)
TAKEN_AWAY = exists().where(
    Certificate.declaration_id == Declaration.id, _LAST.in_((Standing.REVOKED, Standing.VOID))
)
"""The title that a declaration led to is no longer in force; one that was corrected has another in its place."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose reviews are reported: of a year, at and below some organisations."""

    cycle: Cycle
    below: Sequence[UUID]

    @property
    def declarations(self) -> Sequence[ColumnElement[bool]]:
        """Its declarations."""
        return [Declaration.cycle_id == self.cycle.id, Declaration.lineage.overlap(list(self.below))]


async def figures(tx: AsyncSession, scope: Scope, moment: Moment, rules: SeasonRules) -> Figures:
    """Count."""
    total, counts = await counted(tx, scope)
    return Figures(
        as_of=moment.instant,
        total=total,
        counts=counts,
        stays=await _stays(tx, scope),
        reasons=await _reasons(tx, scope, rules),
        objections=await _objections(tx, scope),
        findings=await _findings(tx, scope),
        spot_checks=await _spot_checks(tx, scope),
    )


async def counted(tx: AsyncSession, scope: Scope) -> tuple[Count, dict[By, list[Count]]]:
    """By level, series, prefecture and state, and all together, in one pass."""
    named = (
        select(
            *(column.label(by.lower()) for by, column in KEYS.items()),
            Declaration.submitted_at.is_not(None).label("submitted"),
            ((Declaration.state == State.CERTIFIED) & ~TAKEN_AWAY).label("certified"),
        )
        .where(*scope.declarations)
        .subquery()
    )
    keys = {by: named.c[by.lower()] for by in By}
    every = select(
        func.grouping(*keys.values()).label("left_out"),
        *(column.label(by.lower()) for by, column in keys.items()),
        func.count().label("declared"),
        func.count().filter(named.c.submitted).label("submitted"),
        func.count().filter(named.c.certified).label("certified"),
        *(func.count().filter(named.c.state.in_(states_of(each))).label(each) for each in Outcome),
    ).group_by(func.grouping_sets(*keys.values(), text("()")))
    counted: dict[By | None, list[Count]] = {None: [], **{by: [] for by in By}}
    for row in (await tx.execute(every)).mappings():
        by = _grouped_by(row["left_out"])
        counted[by].append(_count(row, None if by is None else row[by.lower()]))
    (total,) = counted.pop(None)
    return total, {by: counted[by] for by in By}


def _grouped_by(left_out: int) -> By | None:
    """By what a row is grouped: the one key whose bit is not set, the first key having the highest."""
    every = list(By)
    kept = [by for place, by in enumerate(reversed(every)) if not left_out >> place & 1]
    return kept[0] if kept else None


def _count(row: Any, key: str | None) -> Count:
    return Count(
        key,
        row["declared"],
        row["submitted"],
        row["certified"],
        {each: row[each] for each in Outcome},
    )


async def _stays(tx: AsyncSession, scope: Scope) -> list[Stay]:
    """Of each state the days that declarations spent in it; of those only that have left it."""
    steps = (
        select(
            history.c.subject_id,
            history.c.after.label("state"),
            Declaration.state.label("now"),
            (func.lead(history.c.at).over(partition_by=history.c.subject_id, order_by=history.c.seq)).label(
                "until"
            ),
            history.c.at,
        )
        .join(Declaration, Declaration.id == history.c.subject_id)
        .where(*scope.declarations)
        .subquery()
    )
    took = func.extract("epoch", func.sum(steps.c.until - steps.c.at)) / DAY.total_seconds()
    whole = (
        select(steps.c.state, took.label("days"))
        .where(steps.c.until.is_not(None), steps.c.state != steps.c.now)
        .group_by(steps.c.subject_id, steps.c.state)
        .subquery()
    )
    every = select(
        whole.c.state,
        func.count(),
        func.percentile_cont(0.5).within_group(whole.c.days),
        func.percentile_cont(0.9).within_group(whole.c.days),
    ).group_by(whole.c.state)
    return [
        Stay(state, number, round(float(median), 1), round(float(p90), 1))
        for state, number, median, p90 in await tx.execute(every)
    ]


async def _reasons(tx: AsyncSession, scope: Scope, rules: SeasonRules) -> list[Reason]:
    """What was sent back, the most frequent first; what was said to few of them is not told."""
    each = func.jsonb_array_elements(ReviewReturn.items, type_=JSONB)
    item = each.column_valued("item", joins_implicitly=True)
    code, reason = item["item"].astext, item["reason"].astext
    alike = func.count().over(partition_by=(code, reason))
    returned = (
        select(code.label("item"), reason.label("reason"), alike.label("alike"), Declaration.id)
        .join_from(ReviewReturn, Declaration, Declaration.id == ReviewReturn.declaration_id)
        .where(*scope.declarations)
        .subquery()
    )
    told = returned.c.alike >= rules.reason_told_from
    commonest = func.mode().within_group(returned.c.reason).filter(told)
    every = (
        select(
            returned.c.item,
            func.count(),
            func.count(returned.c.id.distinct()),
            commonest,
        )
        .group_by(returned.c.item)
        .order_by(func.count().desc(), returned.c.item)
    )
    return [Reason(*row) for row in await tx.execute(every)]


async def _objections(tx: AsyncSession, scope: Scope) -> list[Tally]:
    """Objections by what they were raised against and what became of them."""
    every = (
        select(Publicity.kind, Objection.state, func.count())
        .join_from(Objection, Publicity, Publicity.id == Objection.publicity_id)
        .where(Publicity.cycle_id == scope.cycle.id, Publicity.lineage.overlap(list(scope.below)))
        .group_by(Publicity.kind, Objection.state)
        .order_by(Publicity.kind, Objection.state)
    )
    return [Tally(*row) for row in await tx.execute(every)]


async def _findings(tx: AsyncSession, scope: Scope) -> list[Tally]:
    """Findings of supervision under the year's notice, by kind and state."""
    every = (
        select(Finding.kind, Finding.state, func.count())
        .where(Finding.policy == scope.cycle.policy, Finding.lineage.overlap(list(scope.below)))
        .group_by(Finding.kind, Finding.state)
        .order_by(Finding.kind, Finding.state)
    )
    return [Tally(*row) for row in await tx.execute(every)]


async def _spot_checks(tx: AsyncSession, scope: Scope) -> list[Tally]:
    """What was drawn for a spot check, by where it stands."""
    every = (
        select(SpotCheckItem.state, func.count())
        .join_from(SpotCheckItem, Declaration, Declaration.id == SpotCheckItem.declaration_id)
        .join(SpotCheck, SpotCheck.id == SpotCheckItem.spot_check_id)
        .where(SpotCheck.cycle_id == scope.cycle.id, *scope.declarations)
        .group_by(SpotCheckItem.state)
        .order_by(SpotCheckItem.state)
    )
    return [Tally("SPOT_CHECK", *row) for row in await tx.execute(every)]
