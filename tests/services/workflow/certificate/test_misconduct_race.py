"""A finding and a meeting that lets a declaration go at the same instant: whichever comes first, the declaration ends."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from services.kit.outbox import outbox
from services.workflow.contract import MeetingCaseCharged
from services.workflow.declaration.model import Declaration
from services.workflow.recommendation.model import Recommendation
from tests.platform.tokens import mint, seat
from tests.services.workflow.integrity.inquiry import Inquiry

WAITING = (
    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
)


@pytest.fixture
def inquiry(hall, season) -> Inquiry:
    """Somebody has declared; nobody complains yet."""
    season.places[season.province.id] = (season.province,)
    who = season.applicants[0]
    token = mint([seat("APPLICANT", season.province, season.hospital)], sub=who.account_id, person_id=who.id)
    return Inquiry(hall.http, season.province, who.id, token)


async def stuck(connection, so_many: int) -> None:
    """Until so many wait for a lock."""
    while await connection.fetchval(WAITING) < so_many:
        await asyncio.sleep(0.01)


async def meet(session, connection, first, second):
    """Two acts that meet on the declaration, in an order; what both answered."""
    async with asyncio.timeout(20), session("workflow") as holding:
        await holding.execute(select(Declaration.id).with_for_update())
        tasks = [asyncio.create_task(first)]
        await stuck(connection, 1)
        tasks.append(asyncio.create_task(second))
        await stuck(connection, 2)
    return await asyncio.gather(*tasks)


@pytest.mark.clause("1.8")
@pytest.mark.parametrize(
    ("finding_first", "opened", "serious"),
    [
        (True, False, True),
        (False, False, True),
        (True, True, True),
        (False, True, False),
        (True, True, False),
    ],
)
async def test_a_finding_at_the_instant_of_a_close_or_cancel(
    hall, season, session, inquiry, admin_connection, finding_first, opened, serious
):
    """Cancelled before the draw, or closed without a ballot: serious or not, the declaration is over, and its place free."""
    await (hall.open() if opened else hall.plan())
    async with session("workflow") as tx:
        number = (await tx.scalars(select(Declaration.number))).one()
    await inquiry.opened(number=number)
    await inquiry.heard()
    if opened:
        letting_go = hall.act("CLOSE_VOTE", (await hall.members())[0][1].token)
    else:
        letting_go = hall.act("CANCEL", note="评审工作调整")
    finding = inquiry.decide(serious=serious, bar_to="2025-12-31" if serious else None)
    acts = (finding, letting_go) if finding_first else (letting_go, finding)
    for answer in await meet(session, admin_connection, *acts):
        assert answer.is_success, answer.text
    async with session("workflow") as tx:
        declaration = (await tx.scalars(select(Declaration))).one()
        place = await tx.get_one(Recommendation, declaration.recommendation_id)
        told = await tx.scalars(select(outbox.c.data).where(outbox.c.type == MeetingCaseCharged.type))
        assert (declaration.state, place.state) == ("DISQUALIFIED", "WITHDRAWN")
        assert len(list(told)) == finding_first
