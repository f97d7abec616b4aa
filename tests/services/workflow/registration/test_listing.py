"""The ranked list of a level: everybody who has registered, in an order that is computed, frozen, and read inside the unit."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from services.kit.outbox import outbox
from services.workflow.registration.model import RankedPerson, Registration
from tests.services.workflow.stage import LEVEL, cites, problem

REASON = "近五年业绩和考核结果综合评定"


async def registered(stage, *postings: str):
    """A plan and somebody registered in it for each of these states of a village posting."""
    plan = await stage.plan(await stage.ready())
    people = [stage.employ(name=f"登记人{no}") for no in range(len(postings))]
    made = []
    for person, posting in zip(people, postings, strict=True):
        stage.around.standings[person.id] = {"village_posting": posting}
        made.append((await stage.register(plan, person)).json()["record"])
    return plan, people, made


def body(plan, made, **measures):
    """The list that gives everybody a measure."""
    (name, values) = next(iter(measures.items()))
    ranked = [
        {"registration_id": each["id"], name: value, "reason": REASON}
        for each, value in zip(made, values, strict=True)
    ]
    return {"plan_id": plan["id"], "level": LEVEL, "ranked": ranked}


async def publish(stage, sent, token=None):
    """Publish a list."""
    return await stage.ask("POST", "/ranked-lists", token or stage.recommender, sent)


@pytest.mark.clause("1.4.3")
async def test_among_equals_who_was_posted_to_a_village_stands_first(stage):
    """Only a confirmed posting counts, only among equals, and the list says by which article; the caller's order is nothing."""
    plan, _, made = await registered(stage, "NO", "UNKNOWN", "YES", "YES", "NO")
    answer = await publish(stage, body(plan, made, score=[88, 88, 88, 91.5, 70]))
    told = answer.json()["record"]
    names = [(each["person_name"], each["place"]) for each in told["ranked"]]
    assert names == [("登记人3", 1), ("登记人2", 2), ("登记人0", 3), ("登记人1", 3), ("登记人4", 5)]
    first = {each["person_name"]: [basis["cite"] for basis in each["basis"]] for each in told["ranked"]}
    assert first == {f"登记人{no}": ["一（四）3"] if no == 2 else [] for no in range(5)}
    assert [each["posted"] for each in told["ranked"]] == [True, True, False, False, False]
    assert {"一（四）3", "三（六）2"} <= cites(answer.json())
    states = {
        each["state"] for each in (await stage.ask("GET", "/registrations", stage.officer)).json()["items"]
    }
    assert states == {"RANKED"}


async def test_a_list_is_frozen_and_a_later_one_has_its_own_number(stage, session):
    """By place this time; the first stays as it was, for the service's own role too; who comes later is on the second."""
    plan, _, made = await registered(stage, "NO", "NO")
    first = (await publish(stage, body(plan, made, place=[2, 1]))).json()["record"]
    late = stage.employ(name="后来登记")
    made.append((await stage.register(plan, late)).json()["record"])
    level = body(plan, made, place=[1, 1, 1])
    told = problem(await publish(stage, level), 422, "ORDER_CHANGED")
    assert ["登记人0" in told["message"], "登记人1" in told["message"], cites(told)] == [
        True,
        False,
        {"三（六）2"},
    ]
    level["ranked"][0]["change_reason"] = "补交业绩材料后复核"
    second = (await publish(stage, level)).json()["record"]
    reasons = {each["person_name"]: each["change_reason"] for each in second["ranked"]}
    assert reasons == {"登记人0": "补交业绩材料后复核", "登记人1": None, "后来登记": None}
    assert [first["no"], second["no"]] == [1, 2]
    assert [each["place"] for each in second["ranked"]] == [1, 1, 1]
    assert (await stage.ask("GET", f"/ranked-lists/{first['id']}", stage.recommender)).json() == first
    for change in ("update ranked_person set place = 9", "delete from ranked_list"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with session("workflow") as tx:
                await tx.execute(text(change))
    async with session("workflow") as tx:
        told = (await tx.scalars(select(outbox.c.type).where(outbox.c.type.like("%ranked_list%")))).all()
    assert told == ["titles.workflow.ranked_list.published.v1"] * 2


async def test_a_list_is_read_inside_the_unit_and_above_it(stage):
    """A colleague of the department and the line above; not somebody of another unit."""
    plan, _, made = await registered(stage, "NO")
    told = (await publish(stage, body(plan, made, place=[1]))).json()["record"]
    places, path = stage.places, f"/ranked-lists/{told['id']}"
    colleague, stranger = stage.applicant(stage.employ()), stage.applicant(stage.employ(), places.clinic)
    for reader in (colleague, stage.recommender, stage.office, stage.officer):
        assert (await stage.ask("GET", path, reader)).json() == told
        (listed,) = (
            await stage.ask("GET", f"/ranked-lists?plan_id={plan['id']}&level={LEVEL}", reader)
        ).json()["items"]
        assert listed == told
    for other in (stranger, places.token("TITLE_OFFICER", places.prefecture)):
        problem(await stage.ask("GET", path, other), 404, "RANKED_LIST_NOT_FOUND")
        assert (await stage.ask("GET", "/ranked-lists", other)).json()["items"] == []
    assert (await stage.ask("GET", path)).status_code == 401


async def test_a_list_that_is_not_whole_or_not_theirs_is_refused(stage, session):
    """Who is left out is named; strangers, twice named, no reason, mixed measures; the own list; accounts away."""
    plan, people, made = await registered(stage, "NO", "NO")
    whole = body(plan, made, place=[1, 2])
    told = problem(await publish(stage, body(plan, made[:1], place=[1])), 422, "NOBODY_LEFT_OUT")
    assert "登记人1" in told["message"]
    other = {**made[0], "id": str(uuid4())}
    problem(await publish(stage, body(plan, [*made, other], place=[1, 2, 3])), 422, "NOT_REGISTERED_FOR_IT")
    problem(await publish(stage, whole | {"pool": "TARGETED"}), 422, "NOT_REGISTERED_FOR_IT")
    for wrong in (
        body(plan, [made[0], made[0]], place=[1, 2]),
        body(plan, made, place=[0, 1]),
        body(plan, made, score=[1001, 1]),
        whole | {"ranked": []},
        whole | {"ranked": [{**whole["ranked"][0], "score": 3}, whole["ranked"][1]]},
        whole | {"ranked": [{**each, "reason": "  "} for each in whole["ranked"]]},
    ):
        problem(await publish(stage, wrong), 422, "REQUEST_MALFORMED")
    own = stage.places.token("RECOMMENDER", stage.places.hospital, sub=people[0].account_id)
    problem(await publish(stage, whole, own), 422, "OWN_RANKING")
    for role, place in (("RECOMMENDER", "clinic"), ("REVIEWER", "hospital"), ("TITLE_OFFICER", "province")):
        token = stage.places.token(role, getattr(stage.places, place))
        problem(await publish(stage, whole, token), 403, "ROLE_MISSING")
    stage.around.down.add("standing")
    problem(await publish(stage, whole), 503, "PART_UNAVAILABLE")
    async with session("workflow") as tx:
        assert await tx.scalar(select(func.count()).select_from(RankedPerson)) == 0
        assert set(await tx.scalars(select(Registration.state))) == {"REGISTERED"}


async def test_ranking_meets_withdrawing(stage, session):
    """Both at once, many times: whoever withdrew is on no list, and whoever is on the list did not."""
    plan, people, made = await registered(stage, *["NO"] * 6)
    tokens = [stage.applicant(each) for each in people]
    calls = [
        stage.ask("POST", f"/registrations/{one['id']}/actions/WITHDRAW", token)
        for one, token in zip(made[:2], tokens[:2], strict=True)
    ]
    lists = [publish(stage, body(plan, rest, place=[1] * len(rest))) for rest in (made, made[1:], made[2:])]
    answers = await asyncio.gather(*lists, *calls, *lists_again(stage, plan, made))
    assert all(each.status_code < 500 for each in answers), [each.text for each in answers]
    async with session("workflow") as tx:
        states = {each.id: each.state for each in await tx.scalars(select(Registration))}
        listed = set(await tx.scalars(select(RankedPerson.registration_id)))
    assert listed == {each for each, state in states.items() if state == "RANKED"} != set()


def lists_again(stage, plan, made):
    """The same lists once more, so that some come after what was withdrawn."""
    return [publish(stage, body(plan, rest, place=[1] * len(rest))) for rest in (made[2:], made[1:], made)]


async def test_nobody_empties_the_list_who_has_registered_for_the_same_posts(stage):
    """The second on the list does not pass over the first; passed over in turn, that one is nobody's rival."""
    plan, people, made = await registered(stage, "NO", "NO")
    await publish(stage, body(plan, made, place=[1, 2]))
    path = f"/registrations/{made[0]['id']}/actions/PASS_OVER"
    second = stage.places.token("RECOMMENDER", stage.places.hospital, sub=people[1].account_id)
    told = problem(await stage.ask("POST", path, second, {"note": "考核不合格"}), 422, "RULES_BROKEN")
    assert ([each["code"] for each in told["findings"]], cites(told)) == (
        ["RIVAL_REGISTRATION"],
        {"三（一）"},
    )
    other = f"/registrations/{made[1]['id']}/actions/PASS_OVER"
    await stage.made(other, stage.recommender, {"note": "本人书面放弃"})
    await stage.made(path, second, {"note": "考核不合格"})


async def test_who_is_passed_over_hears_why_and_may_register_anew(stage):
    """Without a reason refused; the own one refused; passed over, the person is on no later list, and registers again."""
    plan, (person,), (made,) = await registered(stage, "NO")
    await publish(stage, body(plan, [made], place=[1]))
    path = f"/registrations/{made['id']}/actions/PASS_OVER"
    told = problem(await stage.ask("POST", path, stage.recommender), 422, "RULES_BROKEN")
    assert [each["code"] for each in told["findings"]] == ["PASSED_OVER_FOR_A_REASON"]
    own = stage.places.token("RECOMMENDER", stage.places.hospital, sub=person.account_id)
    told = problem(await stage.ask("POST", path, own, {"note": "放弃"}), 422, "RULES_BROKEN")
    assert [each["code"] for each in told["findings"]] == ["OWN_REGISTRATION"]
    assert (await stage.ask("POST", path, stage.recommender, {"note": "本人书面放弃"})).status_code == 200
    problem(await publish(stage, body(plan, [made], place=[1])), 422, "NOT_REGISTERED_FOR_IT")
    assert (await stage.register(plan, person)).status_code == 201
