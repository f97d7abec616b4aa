"""What may be recommended beyond a level's own vacancies: one step down, deemed vacancies, exits, decisions; through the API."""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import uuid4

import pytest

from tests.services.quota.bodies import YEAR
from tests.services.quota.ground import RESERVATIONS, by_level, path_of, post_of, release
from tests.services.quota.people import Unit, ask, assert_refused, service_token

WAITING = "/v1/waiting"


async def patiently(reserve, unit: Unit, **fields):
    """Ask again, with the same wish, while the service is too busy to answer: as workflow's callers do."""
    fields |= {"recommendation_id": str(uuid4()), "person_id": str(uuid4())}
    for _ in range(60):
        answer = await reserve(unit, **fields)
        if answer.status_code != 503:
            return answer
    raise AssertionError("it never answered")


@pytest.mark.clause("A2.n2.down")
async def test_a_senior_vacancy_serves_one_level_down_once(quota, hospital, approve, reserve):
    """The vacancy is lent when it is used, gone at its own level then, and comes back with the recommendation's end."""
    await approve(hospital, FULL_SENIOR=(1, 0, 0, 0), ASSOCIATE_SENIOR=(2, 2, 0, 0), MIDDLE=(1, 1, 0, 0))
    lent = (await reserve(hospital, level="ASSOCIATE_SENIOR")).json()["record"]
    levels = await by_level(quota, hospital)
    assert (levels["FULL_SENIOR"]["lent"], levels["FULL_SENIOR"]["free"]) == (1, 0)
    assert (levels["ASSOCIATE_SENIOR"]["borrowed"], levels["ASSOCIATE_SENIOR"]["free"]) == (1, 0)
    assert {"text": "供下一级使用 −1", "cite": "附件2 说明2"} in levels["FULL_SENIOR"]["trace"]
    refused = await reserve(hospital, level="FULL_SENIOR")
    assert_refused(refused, 422, "NO_PLACE_LEFT", field="level", cites={"二（一）第1段", "附件2 说明2"})
    assert "供下一级使用 1" in refused.json()["message"]
    await release(quota, lent)
    assert (await reserve(hospital, level="FULL_SENIOR")).status_code == 201
    assert (await reserve(hospital, level="ASSOCIATE_SENIOR")).json()["code"] == "NO_PLACE_LEFT"


@pytest.mark.clause("A2.n2.down")
async def test_what_was_borrowed_is_not_lent_on(hospital, approve, reserve):
    """A vacancy of full senior reaches the middle level by no way."""
    await approve(hospital, FULL_SENIOR=(3, 0, 0, 0), ASSOCIATE_SENIOR=(2, 2, 0, 0), MIDDLE=(1, 1, 0, 0))
    assert (await reserve(hospital, level="MIDDLE")).json()["code"] == "NO_PLACE_LEFT"


@pytest.mark.clause("A2.n2.down")
async def test_a_deficit_is_made_up_first(quota, hospital, approve, reserve):
    """A level that owes posts to people qualified already uses a vacancy from above for these."""
    await approve(hospital, FULL_SENIOR=(2, 0, 0, 0), ASSOCIATE_SENIOR=(4, 4, 1, 0))
    assert (await by_level(quota, hospital))["ASSOCIATE_SENIOR"]["free"] == 1
    assert (await reserve(hospital)).status_code == 201
    assert (await reserve(hospital)).json()["code"] == "NO_PLACE_LEFT"


@pytest.mark.clause("A2.n2.down")
async def test_a_vacancy_is_never_counted_twice_in_a_rush(quota, hospital, approve, reserve):
    """Of 256 recommendations to both levels at once, exactly as many are granted as there are vacancies in all."""
    await approve(hospital, FULL_SENIOR=(5, 2, 0, 0), ASSOCIATE_SENIOR=(9, 7, 0, 0))
    wanted = ["FULL_SENIOR", "ASSOCIATE_SENIOR"] * 128
    answers = await asyncio.gather(*(patiently(reserve, hospital, level=level) for level in wanted))
    granted = Counter(
        level for level, answer in zip(wanted, answers, strict=True) if answer.status_code == 201
    )
    assert granted.total() == 5
    assert granted["FULL_SENIOR"] <= 3
    levels = await by_level(quota, hospital)
    assert [levels[level]["free"] for level in ("FULL_SENIOR", "ASSOCIATE_SENIOR")] == [0, 0]
    assert levels["FULL_SENIOR"]["lent"] == 3 - granted["FULL_SENIOR"]


@pytest.mark.clause("2.1.1")
async def test_256_at_once_over_a_hundred_units(quota, node, approve, reserve):
    """Each unit ends with exactly its own number, whatever comes to the others at the same time."""
    province = node("HRSS", "PROVINCE")
    units = [Unit((province, node("EMPLOYER", "PROVINCE"))) for _ in range(100)]
    for place, unit in enumerate(units):
        await approve(unit, ASSOCIATE_SENIOR=(place % 3, 0, 0, 0))
    asked = [units[number % 100] for number in range(256)]
    answers = await asyncio.gather(*(patiently(reserve, unit) for unit in asked))
    granted = Counter(
        unit.id for unit, answer in zip(asked, answers, strict=True) if answer.status_code == 201
    )
    wanted = Counter(unit.id for unit in asked)
    assert granted == Counter(
        {unit.id: min(place % 3, wanted[unit.id]) for place, unit in enumerate(units) if place % 3}
    )


@pytest.mark.parametrize(
    ("ground", "level", "cite"),
    [
        ("FRONT_LINE_SKILLED", "FULL_SENIOR", "一（五）4（1）"),
        ("IMPORTED_TALENT", "FULL_SENIOR", "一（七）第2段"),
        ("URGENTLY_NEEDED", "ASSOCIATE_SENIOR", "一（七）第2段"),
        ("POSTDOC", "MIDDLE", "一（七）第2段"),
    ],
)
@pytest.mark.clause("1.5.4.1", "1.7.2")
async def test_grounds_take_no_post_and_say_by_which_clause(hospital, approve, reserve, ground, level, cite):
    """Front-line skilled workers, imported talents and postdocs are recommended outside the numbers."""
    await approve(hospital, ASSOCIATE_SENIOR=(4, 4, 0, 0))
    told = (await reserve(hospital, level=level, ground=ground, assessment="考核〔2023〕1号")).json()
    assert (told["record"]["state"], told["record"]["ground"]) == ("EXEMPT", ground)
    assert [each["cite"] for each in told["basis"]] == [cite]


@pytest.mark.clause("1.5.4.1")
async def test_a_ground_that_does_not_open_the_level_is_refused(quota, hospital, approve, reserve):
    """The front line opens full senior alone; a ground comes with the unit's assessment; nothing is held."""
    await approve(hospital, MIDDLE=(9, 4, 0, 0))
    refused = await reserve(
        hospital, level="MIDDLE", ground="FRONT_LINE_SKILLED", assessment="考核〔2023〕1号"
    )
    assert_refused(refused, 422, "GROUND_UNFIT", field="ground", cites={"一（五）4（1）"})
    for bent in ({"ground": "POSTDOC"}, {"assessment": "考核〔2023〕1号"}):
        assert (await reserve(hospital, level="MIDDLE", **bent)).status_code == 422
    assert (await ask(quota, "GET", RESERVATIONS, service_token())).json()["total"] == 0


async def test_without_a_targeted_plan_nobody_is_recommended_on_a_targeted_post(
    quota, hospital, approve, reserve
):
    """General posts never serve targeted recommendations, not even of those who take no general post."""
    await approve(hospital, MIDDLE=(9, 4, 0, 0))
    for bent in ({}, {"person_kind": "TEMPORARY"}, {"level": "JUNIOR"}):
        refused = await reserve(hospital, **{"level": "MIDDLE", "pool": "TARGETED", **bent})
        assert_refused(refused, 422, "NO_TARGETED_PLAN", field="unit_id", cites={"一（四）1"})
    told = (await ask(quota, "GET", f"{path_of(hospital)}&pool=TARGETED", hospital.recommender)).json()
    assert (told["levels"], told["trace"][0]["cite"]) == ([], "一（四）1")
    unfit = await reserve(hospital, pool="TARGETED", ground="POSTDOC", assessment="考核〔2023〕1号")
    assert_refused(unfit, 422, "GROUND_UNFIT", field="ground", cites={"一（七）第2段"})


@pytest.mark.clause("2.1.1")
async def test_who_was_refused_waits_in_order_and_the_unit_is_told(
    quota, hospital, approve, reserve, session
):
    """The unit sees who was refused, first come first; as places become free it is told of as many, once each."""
    await approve(hospital, ASSOCIATE_SENIOR=(6, 4, 0, 0))
    held = [(await reserve(hospital)).json()["record"] for _ in range(2)]
    people = {name: str(uuid4()) for name in ("甲", "乙", "丙")}
    for name, person in people.items():
        refused = await reserve(hospital, person_id=person, person_name=name)
        assert refused.json()["code"] == "NO_PLACE_LEFT"
    await reserve(hospital, person_id=people["甲"], person_name="甲")
    waiting = await order(quota, hospital)
    assert [(each["person_name"], each["refusals"]) for each in waiting] == [("甲", 2), ("乙", 1), ("丙", 1)]
    await release(quota, held[0])
    assert [each["person_name"] for each in await post_of(session, "titles.quota.place.freed.v1")] == ["甲"]
    assert (await reserve(hospital, person_id=people["甲"])).status_code == 201
    assert [each["person_name"] for each in await order(quota, hospital)] == ["乙", "丙"]
    await release(quota, held[1])
    told = await post_of(session, "titles.quota.place.freed.v1")
    assert [(each["person_name"], each["level"]) for each in told[1:]] == [("乙", "ASSOCIATE_SENIOR")]


async def test_the_waiting_order_is_seen_from_above_alone(quota, hospital, school, approve, reserve):
    """The unit and those above it see who waits; another unit finds nobody, and the list goes on by its cursor."""
    await approve(hospital, ASSOCIATE_SENIOR=(4, 4, 0, 0))
    for _ in range(3):
        await reserve(hospital)
    for token in (hospital.recommender, hospital.authority, hospital.hrss):
        assert len(await order(quota, hospital, token)) == 3
    for token in (school.recommender, hospital.at(2, "APPLICANT")):
        assert await order(quota, hospital, token) == []
    page = (await ask(quota, "GET", f"{WAITING}?first=2", hospital.recommender)).json()
    rest = await ask(quota, "GET", f"{WAITING}?first=2&after={page['next_cursor']}", hospital.recommender)
    assert len(rest.json()["items"]) == 1


async def order(quota, unit: Unit, token: str | None = None) -> list[dict]:
    """Who waits at the unit."""
    path = f"{WAITING}?unit_id={unit.id}&year={YEAR}"
    return (await ask(quota, "GET", path, token or unit.recommender)).json()["items"]


@pytest.mark.clause("2.1.1")
async def test_a_place_that_went_to_another_is_told_of_again(quota, hospital, approve, reserve, session):
    """Who was told and came too late is told of the next place; who is struck from the order is not."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    held = (await reserve(hospital)).json()["record"]
    await reserve(hospital, person_name="甲")
    await release(quota, held)
    other = (await reserve(hospital)).json()["record"]
    await release(quota, other)
    told = await post_of(session, "titles.quota.place.freed.v1")
    assert [each["person_name"] for each in told] == ["甲", "甲"]
    [first] = await order(quota, hospital)
    path = f"{WAITING}/{first['id']}/strike"
    for token in (hospital.hrss, hospital.at(2, "REVIEWER")):
        answer = await ask(quota, "POST", path, token, {"reason": "不再申报"})
        assert (answer.status_code, answer.json()["code"]) == (404, "WAITING_NOT_FOUND")
    struck = await ask(quota, "POST", path, hospital.recommender, {"reason": "不再申报"})
    assert (struck.status_code, struck.json()["record"]["person_name"]) == (200, "甲")
    assert await order(quota, hospital) == []


async def test_what_was_given_back_is_flagged_no_more(quota, hospital, approve, reserve):
    """The list of those that rest on nothing is of live recommendations."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    await release(quota, (await reserve(hospital)).json()["record"])
    listed = await ask(quota, "GET", f"{RESERVATIONS}?flagged=true", hospital.recommender)
    assert listed.json()["total"] == 0
