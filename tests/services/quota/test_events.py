"""Places follow what workflow tells of their recommendations, however often and in whatever mess it is told."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from services.workflow.contract import (
    RecommendationConfirmed,
    RecommendationEnded,
    RecommendationReserved,
)
from tests.services.quota.bodies import envelope, wish
from tests.services.quota.people import Unit, ask, service_token

RESERVATIONS = "/v1/reservations"


@pytest.fixture
async def held(quota, hospital, approve):
    """A hospital with one place, and the wish that holds it."""
    await approve(hospital, ASSOCIATE_SENIOR=(5, 4, 0, 0))
    asked = wish(hospital)
    await ask(quota, "POST", RESERVATIONS, service_token(), asked)
    return asked


@pytest.fixture
def hear(quota):
    """`await hear(event)`: deliver it."""

    async def deliver(event: dict[str, Any]) -> None:
        answer = await ask(quota, "POST", "/events", service_token(), event)
        assert answer.status_code == 204, answer.text

    return deliver


async def states(quota: Any, unit: Unit) -> list[str]:
    """Where the unit's reservations stand, oldest first."""
    listed = (await ask(quota, "GET", f"{RESERVATIONS}?unit_id={unit.id}", service_token())).json()
    return [each["state"] for each in reversed(listed["items"])]


@pytest.mark.clause("2.1.1")
async def test_confirmed_it_is_used_and_ended_it_is_free(quota, hospital, held, hear, reserve):
    """The place goes with its recommendation: held, used, free; each event told twice counts once."""
    confirmed = envelope(RecommendationConfirmed, held)
    for event in (envelope(RecommendationReserved, held), confirmed, confirmed):
        await hear(event)
        assert (await reserve(hospital)).json()["code"] == "NO_PLACE_LEFT"
    assert await states(quota, hospital) == ["CONFIRMED"]
    ended = envelope(RecommendationEnded, held, reason="本人放弃")
    await hear(ended)
    assert (await reserve(hospital)).status_code == 201
    await hear(ended)
    assert await states(quota, hospital) == ["RELEASED", "HELD"]


async def test_every_change_of_a_place_is_told(held, hear, session):
    """Each state a reservation comes to leaves an event and a line of history."""
    await hear(envelope(RecommendationConfirmed, held))
    await hear(envelope(RecommendationEnded, held, reason="本人放弃"))
    async with session("quota") as tx:
        told = await tx.scalars(
            text("select data->>'state' from outbox where type like '%reservation.changed%' order by seq")
        )
        assert told.all() == ["HELD", "CONFIRMED", "RELEASED"]
        steps = await tx.scalars(
            text("select action from history where subject_kind = 'reservation' order by seq")
        )
        assert steps.all() == ["CREATE", "CONFIRM", "RELEASE"]


async def test_exempt_recommendations_stay_exempt(quota, hospital, hear):
    """What takes no post has nothing to confirm and nothing to give back."""
    asked = wish(hospital, level="JUNIOR")
    await ask(quota, "POST", RESERVATIONS, service_token(), asked)
    for event in (envelope(RecommendationConfirmed, asked), envelope(RecommendationEnded, asked, reason="x")):
        await hear(event)
        assert await states(quota, hospital) == ["EXEMPT"]


async def test_a_place_given_back_too_early_is_taken_again(quota, hospital, held, hear, reserve):
    """Where the recommendation turns out to live after its hold was released, it has the place again."""
    await give_back(quota, held)
    await hear(envelope(RecommendationReserved, held))
    assert await states(quota, hospital) == ["HELD"]
    assert (await reserve(hospital)).json()["code"] == "NO_PLACE_LEFT"


@pytest.mark.clause("2.1.1")
async def test_a_place_lost_to_another_is_not_granted_twice(quota, hospital, held, hear, reserve, session):
    """Where another has the place meanwhile, the number holds, and the loss is on record for people to settle."""
    await give_back(quota, held)
    assert (await reserve(hospital)).status_code == 201
    await hear(envelope(RecommendationConfirmed, held))
    assert await states(quota, hospital) == ["RELEASED", "HELD"]
    async with session("quota") as tx:
        lost = await tx.scalar(text("select count(*) from audit_log where action = 'reservation.PLACE_LOST'"))
        assert lost == 1


async def test_news_that_come_after_the_end_take_no_place(quota, hospital, held, hear, reserve):
    """A letter redriven after the recommendation ended does not bring its place back."""
    await hear(envelope(RecommendationEnded, held, reason="本人放弃"))
    for kind in (RecommendationReserved, RecommendationConfirmed):
        await hear(envelope(kind, held))
        assert await states(quota, hospital) == ["RELEASED"]
    assert (await reserve(hospital)).status_code == 201


async def test_a_lost_place_is_sought_again_with_the_next_news(quota, hospital, held, hear):
    """Where another gave its place up meanwhile, the live recommendation's confirmation takes it."""
    await give_back(quota, held)
    other = wish(hospital)
    await ask(quota, "POST", RESERVATIONS, service_token(), other)
    await hear(envelope(RecommendationReserved, held))
    assert await states(quota, hospital) == ["RELEASED", "HELD"]
    await hear(envelope(RecommendationEnded, other, reason="本人放弃"))
    await hear(envelope(RecommendationConfirmed, held))
    assert await states(quota, hospital) == ["CONFIRMED", "RELEASED"]


async def test_events_of_unknown_recommendations_change_nothing(quota, hospital, hear):
    """A recommendation that never asked for a place has none to confirm or free."""
    asked = wish(hospital)
    for kind, more in ((RecommendationConfirmed, {}), (RecommendationEnded, {"reason": "x"})):
        await hear(envelope(kind, asked, **more))
    assert await states(quota, hospital) == []


async def test_only_services_tell_events(quota, hospital, held):
    """A person cannot pose as workflow."""
    answer = await ask(quota, "POST", "/events", hospital.hrss, envelope(RecommendationConfirmed, held))
    assert (answer.status_code, answer.json()["code"]) == (403, "SERVICE_ONLY")
    assert await states(quota, hospital) == ["HELD"]


async def give_back(quota: Any, asked: dict[str, Any]) -> None:
    """Release the hold of a wish, as the reconciler does."""
    found = (await ask(quota, "POST", RESERVATIONS, service_token(), asked)).json()["record"]
    answer = await ask(
        quota, "POST", f"{RESERVATIONS}/{found['id']}/release", service_token(), {"reason": "未成立"}
    )
    assert answer.json()["record"]["state"] == "RELEASED"
