"""By when a report is taken up and decided on, and the days that whoever has its declaration is given back (三（六）3)."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import add_working_days
from services.workflow.act import Act
from services.workflow.batch import store as batches
from services.workflow.cycle import store as cycles
from services.workflow.declaration.case import Period
from services.workflow.declaration.facts import period
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import IN_REVIEW, State
from services.workflow.declaration.store import in_states
from services.workflow.policy import NoticePolicy
from services.workflow.review_chain import due, rescheduling


async def reviews_of(tx: AsyncSession, declaration: Declaration, policy: NoticePolicy) -> Period:
    """When the declaration is reviewed: the window of its batch, else of its cycle."""
    cycle = await cycles.get(tx, declaration.cycle_id)
    batch = (await batches.by_id(tx, {declaration.batch_id})).get(declaration.batch_id)
    return period(cycle, policy.declaration.windows.review, batch)


def day(today: date, working_days: int, reviews: Period) -> date:
    """The last day of a check: while reviews run no later than these, so that what is unfounded can still go on."""
    return add_working_days(today, working_days, reviews.closes if today < reviews.closes else date.max)


async def suspend(act: Act, reported: Declaration) -> None:
    """Tell that no day runs for whoever has what the report holds now."""
    await _tell(act, await _held(act, reported))


async def start_anew(act: Act, reported: Declaration, policy: NoticePolicy, reviews: Period) -> None:
    """Whoever has what the report held has all days of a review from today on: those of the check were not theirs."""
    found = await _held(act, reported)
    for each in found:
        each.moved_at = act.moment.instant
        each.due_on = due.due_on(policy.review_chain.days, State(each.state), act.moment.today, reviews)
        each.escalated_on = None
    await _tell(act, found)


async def _held(act: Act, reported: Declaration) -> Sequence[Declaration]:
    """What the person has under review in that cycle, locked: who moves it on waits, and is waited for."""
    held = select(Declaration).where(
        Declaration.person_id == reported.person_id,
        Declaration.cycle_id == reported.cycle_id,
        in_states(IN_REVIEW),
    )
    return (await act.tx.scalars(held.order_by(Declaration.id).with_for_update())).all()


async def _tell(act: Act, found: Sequence[Declaration]) -> None:
    due_days = [(each.id, each.year, each.due_on) for each in found if each.due_on is not None]
    await rescheduling.tell(act.tx, due_days, act.moment)
