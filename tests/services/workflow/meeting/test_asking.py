"""Accounts is asked before a draw or a replacement locks anything; what has come up by then refuses it, or is judged."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.services.workflow.meeting.season import seed_experts

FREE = (
    text("select 1 from meeting where id = :id for update nowait"),
    text("select 1 from meeting_agenda where meeting_id = :id for update nowait"),
    text("""
        select 1 from declaration where id in (select declaration_id from meeting_agenda where meeting_id = :id)
        for update nowait"""),
)


@pytest.fixture
def unlocked(hall, session):
    """Finds that nobody holds the meeting or its agenda."""

    async def look():
        async with session("workflow") as tx:
            for each in FREE:
                assert await tx.scalar(each, {"id": hall.id}) == 1

    return look


@pytest.mark.clause("3.3.1")
async def test_an_expert_who_joins_meanwhile_is_not_drawn_unasked(hall, season, session, accounts, unlocked):
    """Nothing is held while accounts is asked; who joins the pool then was not asked about: refused, and drawn when repeated."""
    await hall.plan()

    async def joins():
        await unlocked()
        async with session("workflow") as tx:
            await seed_experts(tx, season, 1)

    accounts.meanwhile = joins
    refused = await hall.act("DRAW")
    assert (refused.status_code, refused.json()["code"]) == (409, "CHANGED_MEANWHILE")
    record = (await hall.get(season.office)).json()
    assert (record["state"], record["experts"], record["seed"]) == ("PLAN_FILED", [], None)
    assert len((await hall.did("DRAW"))["experts"]) == 11
    assert len((await hall.get(None, "/draw")).json()["pool"]) == 21


@pytest.mark.clause("3.3.1")
async def test_replacements_that_cross_are_each_judged_by_what_is(hall, season, accounts, unlocked):
    """While accounts is asked for one, another expert is replaced, and then the same one: a second reserve comes in, nobody twice."""
    await hall.draw()
    (first, _), (second, _), *_ = await hall.members()

    async def another():
        await unlocked()
        await hall.did("REPLACE", expert_id=second, note="出差")

    accounts.meanwhile = another
    after = await hall.did("REPLACE", expert_id=first, note="生病")
    assert [each["left_id"] for each in after["replacements"]] == [second, first]
    assert len({each["entered_id"] for each in after["replacements"]}) == 2
    entered = after["replacements"][0]["entered_id"]

    async def same():
        await hall.did("REPLACE", expert_id=entered, note="生病")

    accounts.meanwhile = same
    assert (await hall.act("REPLACE", expert_id=entered, note="生病")).json()["code"] == "EXPERT_NOT_DRAWN"
    record = (await hall.get(season.office)).json()
    assert (len(record["replacements"]), len(record["experts"])) == (3, 11)
    seen = (await hall.get(season.supervisor)).json()
    assert seen["replaced_on_word"] == {"count": 3, "usual": 2, "sign": True}
    _, member = (await hall.members())[0]
    assert (await hall.get(member.token)).json()["replaced_on_word"] is None
