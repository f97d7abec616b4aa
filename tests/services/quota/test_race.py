"""Many at once: places are never granted twice, whatever comes together."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from tests.services.quota.bodies import wish
from tests.services.quota.people import ask, service_token

RESERVATIONS = "/v1/reservations"


@pytest.mark.clause("2.1.1")
async def test_fifty_at_once_and_one_place(hospital, approve, reserve):
    """Exactly one of fifty concurrent recommendations has the one place; the others are told so."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    answers = await asyncio.gather(*(reserve(hospital) for _ in range(50)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 422: 49}
    assert {a.json()["code"] for a in answers if a.status_code == 422} == {"NO_PLACE_LEFT"}


@pytest.mark.clause("2.1.1")
async def test_places_given_back_in_the_rush_are_granted_once_each(quota, hospital, approve, reserve):
    """While three of five holders give back and forty ask, never more than five hold, and all five are used."""
    await approve(hospital, ASSOCIATE_SENIOR=(9, 4, 0, 0))
    held = [(await reserve(hospital)).json()["record"] for _ in range(5)]

    async def give_back(one):
        return await ask(
            quota, "POST", f"{RESERVATIONS}/{one['id']}/release", service_token(), {"reason": "撤回"}
        )

    await asyncio.gather(*(give_back(one) for one in held[:3]), *(reserve(hospital) for _ in range(40)))
    await asyncio.gather(*(reserve(hospital) for _ in range(5)))
    live = (await ask(quota, "GET", f"{RESERVATIONS}?state=HELD&first=100", service_token())).json()
    assert live["total"] == 5


async def test_the_same_recommendation_fifty_times_at_once(quota, hospital, approve):
    """Impatient retries of one recommendation make one reservation, also where only one place is left."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    asked = wish(hospital)
    answers = await asyncio.gather(
        *(ask(quota, "POST", RESERVATIONS, service_token(), asked) for _ in range(50))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["record"]["id"] for answer in answers}) == 1


async def test_the_same_exempt_recommendation_at_once(quota, hospital):
    """Retries of a recommendation that takes no post make one reservation as well."""
    asked = wish(hospital, level="JUNIOR")
    answers = await asyncio.gather(
        *(ask(quota, "POST", RESERVATIONS, service_token(), asked) for _ in range(20))
    )
    assert len({answer.json()["record"]["id"] for answer in answers}) == 1


@pytest.mark.clause("2.1.1")
async def test_approval_of_fewer_places_meets_a_rush(hospital, approve, reserve, file, act, quota):
    """A form that lowers the number and a rush for places together never end with more taken than approved."""
    await approve(hospital, ASSOCIATE_SENIOR=(7, 4, 0, 0))
    form = await file(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    for action, token in hospital.way_up()[:-1]:
        form = (await act(form, action, token)).json()["record"]
    approval, *_ = await asyncio.gather(
        act(form, "APPROVE", hospital.hrss), *(reserve(hospital) for _ in range(10))
    )
    live = (await ask(quota, "GET", f"{RESERVATIONS}?state=HELD", service_token())).json()["total"]
    assert live == (1 if approval.status_code == 200 else 3)


async def test_two_file_at_once(quota, hospital):
    """Of two clerks who begin the unit's form together, one begins it."""
    body = {"unit_id": hospital.id, "year": wish(hospital)["year"], "levels": [{"level": "MIDDLE"}]}
    answers = await asyncio.gather(
        *(ask(quota, "POST", "/v1/annual-forms", hospital.recommender, body) for _ in range(8))
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 7}
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"ANNUAL_FORM_OPEN"}


async def test_two_approve_at_once(hospital, file, act):
    """Of two officials who approve together, one does; the other finds it done."""
    form = await file(hospital, MIDDLE=(3, 2, 0, 0))
    for action, token in hospital.way_up()[:-1]:
        form = (await act(form, action, token)).json()["record"]
    answers = await asyncio.gather(*(act(form, "APPROVE", hospital.hrss) for _ in range(5)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 4}
