"""Between the hold of a post and the commit of its recommendation: quota's question and the recommendation exclude each other."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from services.workflow.recommendation.model import GivenUp, Recommendation
from tests.services.workflow.stage import problem


@pytest.fixture
def lookup(stage):
    """`await lookup(*ids)`: what quota's reconciler hears."""
    service = stage.places.token("OPERATOR", stage.places.province, kind="service", name="quota")

    async def ask(*ids):
        answer = await stage.ask("POST", "/recommendations/lookup", service, {"ids": [str(i) for i in ids]})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


async def test_services_ask_which_recommendations_exist(stage, lookup):
    """Quota's reconciler hears of known ones and nothing of unknown ones; people may not ask."""
    made = await stage.recommended()
    told = await lookup(made["id"], uuid4())
    assert told == {"items": [{"id": made["id"], "state": "RESERVED"}], "under_way": []}
    answer = await stage.ask("POST", "/recommendations/lookup", stage.officer, {"ids": [made["id"]]})
    problem(answer, 403, "SERVICE_ONLY")


async def test_nothing_asked_is_nothing_told(lookup):
    """An empty question, and the same id twice, are answered."""
    one = uuid4()
    assert await lookup() == await lookup(one, one) == {"items": [], "under_way": []}


@pytest.mark.clause("2.1.1")
async def test_a_recommendation_being_made_is_neither_known_nor_unknown(stage, lookup):
    """While its transaction is open, however long, quota hears that it is under way; committed, that it exists."""
    plan = await stage.plan(await stage.ready())
    stage.around.gate = asyncio.Event()
    wish = stage.wish(plan, stage.employ())
    asking = asyncio.create_task(stage.ask("POST", "/recommendations", stage.recommender, wish))
    while not stage.around.holds:
        await asyncio.sleep(0.01)
    (held,) = stage.around.holds
    for _ in range(2):
        assert await lookup(held) == {"items": [], "under_way": [held]}
    stage.around.gate.set()
    assert (await asking).json()["record"]["id"] == held
    assert await lookup(held) == {"items": [{"id": held, "state": "RESERVED"}], "under_way": []}


@pytest.mark.clause("2.1.1")
async def test_what_was_told_as_unknown_never_comes_to_be(stage, lookup, session):
    """After a lost answer quota asks and hears nothing of it; the retry leaves that hold alone and makes another."""
    stage.around.answer_lost = True
    plan = await stage.plan(await stage.ready())
    wish = stage.wish(plan, stage.employ())
    await stage.ask("POST", "/recommendations", stage.recommender, wish)
    (lost,) = stage.around.holds
    assert await lookup(lost) == {"items": [], "under_way": []}
    stage.around.answer_lost = False
    made = await stage.made("/recommendations", stage.recommender, wish)
    assert made["id"] != lost
    assert [each["recommendation_id"] for each in stage.around.asked] == [lost, made["id"]]
    async with session("workflow") as tx:
        assert [str(each) for each in await tx.scalars(select(GivenUp.id))] == [lost]


async def test_ids_given_up_do_not_use_up_the_attempts(stage, lookup):
    """However often a hold was given up, the person can be recommended."""
    plan = await stage.plan(await stage.ready())
    wish = stage.wish(plan, stage.employ())
    stage.around.answer_lost = True
    for _ in range(7):
        await stage.ask("POST", "/recommendations", stage.recommender, wish)
        await lookup(*stage.around.holds)
    stage.around.answer_lost = False
    assert (await stage.ask("POST", "/recommendations", stage.recommender, wish)).status_code == 201
    assert len(stage.around.holds) == 8


async def test_a_hold_given_back_unasked_is_left_for_another(stage):
    """Quota is asked a few times, not for ever: when every hold is gone the caller may try again."""
    stage.around.answer_lost = True
    plan = await stage.plan(await stage.ready())
    wish = stage.wish(plan, stage.employ())
    await stage.ask("POST", "/recommendations", stage.recommender, wish)
    for held in stage.around.holds.values():
        held["state"] = "RELEASED"
    stage.around.answer_lost = False
    made = await stage.made("/recommendations", stage.recommender, wish)
    assert stage.around.holds[made["id"]]["state"] == "HELD"


@pytest.mark.clause("2.1.1")
async def test_recommendations_and_questions_at_once_never_contradict(stage, lookup, session):
    """32 persons are recommended while quota asks again and again: no id is both told as unknown and recommended."""
    plan = await stage.plan(await stage.ready())
    wishes = [stage.wish(plan, stage.employ()) for _ in range(32)]
    over = asyncio.Event()

    async def recommend(wish):
        answer = await stage.ask("POST", "/recommendations", stage.recommender, wish)
        while answer.status_code == 503:
            answer = await stage.ask("POST", "/recommendations", stage.recommender, wish)
        assert answer.status_code == 201, answer.text

    async def inquire():
        gone = set()
        while not over.is_set():
            ids = set(stage.around.holds)
            told = await lookup(*ids)
            gone |= ids - {each["id"] for each in told["items"]} - set(told["under_way"])
        return gone

    async def all_recommended():
        await asyncio.gather(*map(recommend, wishes))
        over.set()

    gone, _ = await asyncio.gather(inquire(), all_recommended())
    async with session("workflow") as tx:
        made = {str(each) for each in await tx.scalars(select(Recommendation.id))}
        given_up = await tx.scalar(select(func.count()).select_from(GivenUp))
    assert len(made) == 32
    assert made.isdisjoint(gone)
    assert given_up == len(gone)


async def test_what_is_given_up_stays_so(session):
    """The service's own role can neither alter nor remove it."""
    for statement in ("delete from recommendation_given_up", "update recommendation_given_up set at = now()"):
        with pytest.raises(Exception, match="permission denied"):
            async with session("workflow") as tx:
                await tx.execute(text(statement))
