"""Posts of those who are recommended count as vacant as long as the recommendation lives (附件2 说明2)."""

from __future__ import annotations

import asyncio

import pytest

from services.workflow.contract import RecommendationEnded
from tests.services.quota.bodies import envelope, wish
from tests.services.quota.ground import RESERVATIONS, by_level, post_of, release
from tests.services.quota.people import ask, service_token


@pytest.mark.clause("A2.n2.deemed")
async def test_the_post_a_recommended_person_holds_is_deemed_vacant(
    quota, hospital, approve, reserve, ledger
):
    """Someone at middle level recommended for associate senior frees one middle post, and no more than one."""
    [person] = await ledger(hospital, {"ASSOCIATE_SENIOR": 1, "MIDDLE": 1}, ["MIDDLE"])
    await approve(hospital)
    held = (await reserve(hospital, person_id=person)).json()["record"]
    assert held["level"] == "ASSOCIATE_SENIOR"
    middle = (await by_level(quota, hospital))["MIDDLE"]
    assert (middle["deemed"], middle["free"]) == (1, 1)
    assert {"text": "推荐人员现占岗位视同空缺 +1", "cite": "附件2 说明2"} in middle["trace"]
    assert (await reserve(hospital, level="MIDDLE")).status_code == 201
    assert (await reserve(hospital, level="MIDDLE")).json()["code"] == "NO_PLACE_LEFT"


@pytest.mark.clause("A2.n2.deemed")
async def test_when_it_is_gone_the_latest_that_rested_on_it_is_flagged(
    quota, hospital, approve, reserve, ledger, session
):
    """Two middle recommendations, one of them on a deemed vacancy: its end flags the later; a place given back heals it.

    The person's own place is borrowed from full senior, so that it does not come down to the middle level in its stead.
    """
    [person] = await ledger(hospital, {"FULL_SENIOR": 1, "MIDDLE": 2}, ["MIDDLE"])
    await approve(hospital)
    asked = wish(hospital, person_id=person)
    assert (await ask(quota, "POST", RESERVATIONS, service_token(), asked)).status_code == 201
    first, second = [
        (await reserve(hospital, level="MIDDLE", person_name=name)).json()["record"] for name in ("甲", "乙")
    ]
    ended = envelope(RecommendationEnded, asked, reason="撤回")
    assert (await ask(quota, "POST", "/events", service_token(), ended)).status_code == 204
    flagged = (await ask(quota, "GET", f"{RESERVATIONS}?flagged=true", hospital.recommender)).json()
    assert [each["id"] for each in flagged["items"]] == [second["id"]]
    assert flagged["items"][0]["flagged_at"] is not None
    middle = (await by_level(quota, hospital))["MIDDLE"]
    assert (middle["shortage"], middle["free"]) == (1, 0)
    [told] = await post_of(session, "titles.quota.reservation.flagged.v1")
    assert (told["reservation_id"], told["bearing"], told["person_name"]) == (second["id"], "UNBORNE", "乙")
    assert told["hrss_id"] == str(hospital.lineage[0].id)
    await release(quota, first)
    flagged = (await ask(quota, "GET", f"{RESERVATIONS}?flagged=true", hospital.recommender)).json()
    assert flagged["total"] == 0
    assert [each["bearing"] for each in await post_of(session, "titles.quota.reservation.flagged.v1")] == [
        "UNBORNE",
        "BORNE",
    ]


@pytest.mark.clause("A2.n2.deemed")
async def test_endings_and_wishes_at_once_leave_nobody_over(quota, hospital, approve, reserve, ledger):
    """While those who freed posts end and others ask for these posts, what is not flagged is borne, always."""
    people = await ledger(hospital, {"FULL_SENIOR": 6, "MIDDLE": 6}, ["MIDDLE"] * 6)
    await approve(hospital)
    up = [wish(hospital, person_id=person) for person in people]
    for each in up:
        assert (await ask(quota, "POST", RESERVATIONS, service_token(), each)).status_code == 201

    async def end(asked):
        told = envelope(RecommendationEnded, asked, reason="撤回")
        answer = await ask(quota, "POST", "/events", service_token(), told)
        return answer.status_code

    rush = [reserve(hospital, level="MIDDLE") for _ in range(40)]
    answers = await asyncio.gather(*(end(each) for each in up[:4]), *rush)
    assert answers[:4] == [204] * 4
    middle = (await by_level(quota, hospital))["MIDDLE"]
    flagged = (await ask(quota, "GET", f"{RESERVATIONS}?flagged=true", service_token())).json()["total"]
    assert middle["deemed"] == 2
    assert middle["held"] - flagged <= 2 + middle["above"]
    assert middle["shortage"] == flagged


@pytest.mark.clause("A2.n2.deemed")
async def test_a_post_of_the_level_itself_frees_and_takes_nothing(quota, hospital, approve, reserve, ledger):
    """Who is on a post of that level is in the figures: no place is asked for beside it, and none becomes vacant."""
    [person] = await ledger(hospital, {"ASSOCIATE_SENIOR": 2}, ["ASSOCIATE_SENIOR"])
    await approve(hospital)
    assert (await reserve(hospital, person_id=person)).status_code == 201
    associate = (await by_level(quota, hospital))["ASSOCIATE_SENIOR"]
    assert (associate["deemed"], associate["held"], associate["free"]) == (0, 0, 1)


@pytest.mark.clause("A2.n2.deemed", "A2.n2.down")
async def test_the_place_given_back_bears_who_rested_on_the_deemed_vacancy(
    quota, hospital, approve, reserve, ledger
):
    """Where the vacancy that becomes free is one level up, it serves in place of the deemed one, and nobody is flagged."""
    [person] = await ledger(hospital, {"ASSOCIATE_SENIOR": 1, "MIDDLE": 1}, ["MIDDLE"])
    await approve(hospital)
    held = (await reserve(hospital, person_id=person)).json()["record"]
    assert (await reserve(hospital, level="MIDDLE")).status_code == 201
    await release(quota, held)
    middle = (await by_level(quota, hospital))["MIDDLE"]
    assert (middle["deemed"], middle["borrowed"], middle["shortage"]) == (0, 1, 0)


@pytest.mark.clause("A2.n2.deemed")
async def test_a_post_left_is_vacant_or_deemed_vacant_but_not_both(
    quota, hospital, approve, reserve, ledger, move
):
    """Who was recommended upward and then leaves: the next version of the form counts the vacancy, and deems none."""
    first, _ = await ledger(hospital, {"FULL_SENIOR": 1, "MIDDLE": 2}, ["MIDDLE", "MIDDLE"])
    await approve(hospital)
    assert (await reserve(hospital, person_id=first)).status_code == 201
    assert (await by_level(quota, hospital))["MIDDLE"]["free"] == 1
    await move(hospital, "RETIRED", first, name="人员0")
    await approve(hospital)
    middle = (await by_level(quota, hospital))["MIDDLE"]
    assert (middle["vacant"], middle["deemed"], middle["free"]) == (1, 0, 1)
    answers = [(await reserve(hospital, level="MIDDLE")).status_code for _ in range(2)]
    assert answers == [201, 422]


@pytest.mark.clause("A2.n2.deemed")
async def test_a_post_that_the_hrss_has_not_seen_is_not_deemed_vacant(
    quota, hospital, approve, reserve, ledger
):
    """Somebody whom the ledger puts on a post after the approval frees none of the approved ones."""
    await ledger(hospital, {"ASSOCIATE_SENIOR": 1, "MIDDLE": 5}, ["MIDDLE"] * 4)
    await approve(hospital)
    [late] = await ledger(hospital, {}, ["MIDDLE"])
    assert (await reserve(hospital, person_id=late)).status_code == 201
    middle = (await by_level(quota, hospital))["MIDDLE"]
    assert (middle["deemed"], middle["free"]) == (0, 1)


@pytest.mark.clause("A2.n2.deemed")
async def test_one_person_frees_one_post(quota, hospital, approve, reserve, ledger):
    """A recommendation begun anew before the end of the former one is heard of: the person's post is one."""
    [person, _] = await ledger(hospital, {"FULL_SENIOR": 2, "MIDDLE": 2}, ["MIDDLE"] * 2)
    await approve(hospital)
    for _ in range(2):
        assert (await reserve(hospital, person_id=person)).status_code == 201
    assert (await by_level(quota, hospital))["MIDDLE"]["deemed"] == 1


@pytest.mark.clause("2.1.1", "A2.n2.vacant")
async def test_who_has_passed_is_counted_once(quota, hospital, approve, reserve, ledger, move):
    """The title is recorded, the place still taken: the next version of the form counts the person among the qualified."""
    [person] = await ledger(hospital, {"ASSOCIATE_SENIOR": 1, "MIDDLE": 1}, ["MIDDLE"])
    await approve(hospital)
    assert (await reserve(hospital, person_id=person)).status_code == 201
    title = {"level": "ASSOCIATE_SENIOR", "title": "副主任医师", "document": "证书 0001"}
    await move(hospital, "QUALIFIED", person, name="人员0", **title)
    await approve(hospital)
    associate = (await by_level(quota, hospital))["ASSOCIATE_SENIOR"]
    assert (associate["declarable"], associate["held"], associate["shortage"]) == (0, 0, 0)
    assert (await reserve(hospital)).json()["code"] == "NO_PLACE_LEFT"


@pytest.mark.clause("A2.n2.deemed")
async def test_a_new_deemed_vacancy_heals_and_tells(quota, hospital, approve, reserve, ledger, session):
    """What it opens bears who rested on nothing, and the unit is told of who waits."""
    first, second = await ledger(hospital, {"FULL_SENIOR": 2, "MIDDLE": 2}, ["MIDDLE"] * 2)
    await approve(hospital)
    asked = wish(hospital, person_id=first)
    assert (await ask(quota, "POST", RESERVATIONS, service_token(), asked)).status_code == 201
    assert (await reserve(hospital, level="MIDDLE")).status_code == 201
    ended = envelope(RecommendationEnded, asked, reason="撤回")
    await ask(quota, "POST", "/events", service_token(), ended)
    assert (await by_level(quota, hospital))["MIDDLE"]["shortage"] == 1
    await reserve(hospital, level="MIDDLE", person_name="乙")
    assert (await reserve(hospital, person_id=second)).status_code == 201
    kinds = [each["bearing"] for each in await post_of(session, "titles.quota.reservation.flagged.v1")]
    assert kinds == ["UNBORNE", "BORNE"]
    assert await post_of(session, "titles.quota.place.freed.v1") == []
