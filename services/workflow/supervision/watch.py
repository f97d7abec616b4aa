"""Every approval is weighed in its own transaction: what is implausible is flagged for who stands above, never refused.

A burst is one flag: an approval that follows within the window on one that was flagged is added to its flag.
"""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Subquery,
    cast,
    func,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.driver.kept import kept
from services.driver.once import once
from services.kit import outbox
from services.kit.auth import Seat
from services.kit.ids import new_id
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.contract import ReviewFlagged
from services.workflow.declaration.model import Declaration
from services.workflow.material.model import MaterialOpening
from services.workflow.review_chain.model import ReviewEndorsement
from services.workflow.supervision.model import FlaggedApproval, ReviewFlag
from services.workflow.supervision.policy import Pace
from services.workflow.supervision.states import FlagState, Ground
from services.workflow.system import SERVICE, SYSTEM

HRSS = "HRSS"
MOMENT = DateTime(timezone=True)
ONE_AT_A_TIME = kept(text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"))


class Measured(NamedTuple):
    """The figures of one approval: `seconds` since the first of the `materials` that were opened last."""

    seconds: int | None
    materials: int
    approvals: int


async def weigh(act: Act, declaration: Declaration, answered: ReviewEndorsement, seat: Seat) -> None:
    """Flag an approval that was just written if its pace is implausible.

    One reviewer's approvals are weighed one after the other, so that none of many at once is overlooked.
    """
    pace = act.policies[declaration.policy].supervision.pace
    await _one_at_a_time(act.tx, answered)
    measured = await _measure(act.tx, answered, pace, act.moment.instant)
    grounds = pace.grounds(**measured._asdict())
    if not grounds:
        return
    flag = await _running(act.tx, answered, pace) or await _raise(act, declaration, answered, seat)
    act.tx.add(_approval(flag, declaration, answered, measured, grounds, pace))
    await act.tx.flush()


async def _one_at_a_time(tx: AsyncSession, answered: ReviewEndorsement) -> None:
    await tx.flush()
    name = f"pace/{answered.organisation_id}/{answered.account_id}"
    await tx.execute(ONE_AT_A_TIME, {"name": name})


async def _measure(tx: AsyncSession, answered: ReviewEndorsement, pace: Pace, now: datetime) -> Measured:
    """How long the hastiest stretch of the approval took and how many there were in the window, itself included: one question."""
    asked = _figures(
        organisation_id=answered.organisation_id,
        account_id=answered.account_id,
        declaration_id=answered.declaration_id,
        turn=answered.turn,
        endorsed_at=answered.endorsed_at,
        since=now - timedelta(minutes=pace.window_minutes),
        each_takes=pace.seconds_per_material,
    )
    return Measured(*(await tx.execute(*asked)).one())


@once
def _figures(
    *,
    organisation_id: UUID,
    account_id: UUID,
    declaration_id: UUID,
    turn: int,
    endorsed_at: datetime,
    since: datetime,
    each_takes: int,
) -> Select[*tuple[Any, ...]]:
    opened = (
        select(
            cast(
                func.floor(func.extract("epoch", cast(endorsed_at, MOMENT) - MaterialOpening.opened_at)),
                Integer,
            ).label("seconds"),
            func.row_number().over(order_by=MaterialOpening.opened_at.desc()).label("materials"),
            func.count().over().label("all"),
        )
        .where(
            MaterialOpening.declaration_id == declaration_id,
            MaterialOpening.account_id == account_id,
            MaterialOpening.organisation_id == organisation_id,
            MaterialOpening.turn == turn,
        )
        .subquery()
    )
    approvals = (
        select(func.count().label("approvals"))
        .where(
            ReviewEndorsement.organisation_id == organisation_id,
            ReviewEndorsement.account_id == account_id,
            ReviewEndorsement.endorsed_at > since,
        )
        .subquery()
    )
    stretch = _hastiest(opened, cast(each_takes, Integer))
    figures = select(stretch.c.seconds, func.coalesce(stretch.c.materials, 0), approvals.c.approvals)
    return figures.select_from(approvals.outerjoin(stretch, true()))


def _hastiest(opened: Subquery, each_takes: ColumnElement[int]) -> Subquery:
    """Of the last two, three, ... all materials opened in the turn those that left the least time for each.

    So that one opened long before the others wins none of these any time; the last alone may have been short.
    """
    spare = opened.c.seconds - each_takes * opened.c.materials
    several = or_(opened.c.materials > 1, opened.c.all == 1)
    tails = select(opened.c.seconds, opened.c.materials).where(several)
    return tails.order_by(spare, opened.c.materials.desc()).limit(1).subquery()


async def _running(tx: AsyncSession, answered: ReviewEndorsement, pace: Pace) -> ReviewFlag | None:
    """The open flag of the burst that goes on."""
    since = answered.endorsed_at - timedelta(minutes=pace.window_minutes)
    found: ReviewFlag | None = await tx.scalar(
        *_going_on(answered.organisation_id, answered.account_id, since)
    )
    return found


@once
def _going_on(organisation_id: UUID, account_id: UUID, since: datetime) -> Select[ReviewFlag]:
    late = select(FlaggedApproval.id).where(
        FlaggedApproval.flag_id == ReviewFlag.id, FlaggedApproval.approved_at > since
    )
    wanted = select(ReviewFlag).where(
        ReviewFlag.organisation_id == organisation_id,
        ReviewFlag.account_id == account_id,
        ReviewFlag.state == FlagState.OPEN,
        late.exists(),
    )
    return wanted.order_by(ReviewFlag.id.desc()).limit(1)


async def _raise(act: Act, declaration: Declaration, answered: ReviewEndorsement, seat: Seat) -> ReviewFlag:
    """A new flag, raised by the platform itself and told above."""
    flag = ReviewFlag(
        id=new_id(),
        province=declaration.province,
        organisation_id=answered.organisation_id,
        account_id=answered.account_id,
        person_id=answered.person_id,
        answering=answered.answering,
        reviewer_name=answered.reviewer_name,
        policy=declaration.policy,
        state=FlagState.OPEN,
        raised_at=answered.endorsed_at,
        lineage=[node.id for node in seat.lineage],
    )
    itself = Act(SYSTEM, act.moment, act.tx, act.policies, act.province)
    place = Seat(role=SERVICE, organisation_id=flag.organisation_id, lineage=())
    basis = act.policies[declaration.policy].articles["no_one_click"]
    await rows.begin(itself, flag, place, basis=[basis])
    superior, hrss = told_to(seat)
    event = ReviewFlagged(
        flag_id=flag.id,
        organisation_id=flag.organisation_id,
        account_id=flag.account_id,
        reviewer_name=flag.reviewer_name,
        superior_id=superior,
        hrss_id=hrss,
        number=declaration.number,
    )
    await outbox.publish(act.tx, event, act.moment)
    return flag


def told_to(seat: Seat) -> tuple[UUID | None, UUID | None]:
    """The body above that is no HRSS, if any, and the nearest HRSS above; at the top the place itself."""
    over = seat.lineage[:-1] or seat.lineage
    superior = None if over[-1].kind == HRSS else over[-1].id
    return superior, next((node.id for node in reversed(over) if node.kind == HRSS), None)


def _approval(
    flag: ReviewFlag,
    declaration: Declaration,
    answered: ReviewEndorsement,
    measured: Measured,
    grounds: list[Ground],
    pace: Pace,
) -> FlaggedApproval:
    return FlaggedApproval(
        id=new_id(),
        province=flag.province,
        created_at=answered.endorsed_at,
        flag_id=flag.id,
        endorsement_id=answered.id,
        declaration_id=declaration.id,
        number=declaration.number,
        action=answered.action,
        grounds=grounds,
        **measured._asdict(),
        seconds_per_material=pace.seconds_per_material,
        window_minutes=pace.window_minutes,
        approvals_in_window=pace.approvals_in_window,
        approved_at=answered.endorsed_at,
    )
