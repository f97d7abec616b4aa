"""Refusing a declaration: by who has it, with what it rests on opened and a reason for each; the post is given back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from services.kit.outbox import outbox
from services.workflow.contract import RecommendationEnded
from services.workflow.recommendation.model import Recommendation
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.season import IN_DECEMBER

ITEMS = [{"item": "ACHIEVEMENT", "reason": "病案系他人所写"}]


@pytest.fixture
async def case(office, season):
    """A submitted declaration, its applicant, and the department's reviewer."""
    person = await season.recommended()
    return await office.submitted(person), person, person.line.token("REVIEWER", 3)


async def opened(office, declaration, token: str, item: str = "ACHIEVEMENT") -> None:
    """The materials of a kind, opened."""
    for material in declaration["materials"]:
        if material["item"] == item:
            record(await office.open(material, token))


async def ended(session, person) -> tuple[str, list[str]]:
    """Where the recommendation stands, and the reasons told of its end."""
    async with session("workflow") as tx:
        told = list(
            await tx.scalars(
                select(outbox.c.data).where(outbox.c.type == RecommendationEnded.type).order_by(outbox.c.seq)
            )
        )
        source = await tx.get(Recommendation, person.recommendation_id)
    return source.state, [each["reason"] for each in told]


@pytest.mark.clause("3.1", "3.2.1")
async def test_a_refusal_rests_on_what_was_opened_and_says_why(office, session, case):
    """Without items, without a reason, on the unknown or on the unopened nothing is refused; the post stays."""
    declaration, person, token = case
    for items, code in (([], "REASON_MISSING"), ([{"item": "SHOE_SIZE", "reason": "x"}], "ITEM_UNKNOWN")):
        assert codes(await office.act(declaration, "REFUSE", token, items=items)) == [code]
    unopened = await office.act(declaration, "REFUSE", token, items=ITEMS)
    assert codes(unopened) == ["MATERIAL_NOT_OPENED"]
    assert unopened.json()["basis"][0]["cite"] == "三（二）"
    empty = [{"item": "ACHIEVEMENT", "reason": " "}]
    assert codes(await office.act(declaration, "REFUSE", token, items=empty)) == ["INVALID_FIELD"]
    assert (await ended(session, person)) == ("CONFIRMED", [])
    await opened(office, declaration, token)
    refused = record(await office.act(declaration, "REFUSE", token, items=ITEMS))
    assert (refused["state"], refused["returned"]) == ("REFUSED", ITEMS)


@pytest.mark.clause("3.1", "A2.n2.deemed")
async def test_what_is_refused_is_over_and_gives_its_post_back(office, season, session, case):
    """The applicant reads who refused what and why; nothing more can be done, and another takes the post."""
    declaration, person, token = case
    await opened(office, declaration, token)
    record(await office.act(declaration, "REFUSE", token, items=ITEMS, note="不符合申报条件"))
    state, reasons = await ended(session, person)
    assert (state, len(reasons)) == ("LAPSED", 1)
    assert "不予通过" in reasons[0]
    told = await office.read(declaration, person.token)
    assert told["available_actions"] == []
    history = await office.call("GET", f"/v1/declarations/{declaration['id']}/history", person.token)
    last = history.json()["items"][-1]
    assert (last["action"], last["organisation_id"]) == ("REFUSE", str(person.line.ids[3]))
    assert "不符合申报条件" in last["note"]
    assert "病案系他人所写" in last["note"]
    assert last["basis"][0]["cite"] == "三（二）"
    assert codes(await office.act(declaration, "SUBMIT", person.token), 409) == ["ACTION_NOT_AVAILABLE"]
    assert codes(await office.create(person)) == ["NOT_RECOMMENDED"]


async def test_what_one_found_deficient_is_refused_with_it(office, case):
    """What the reviewer judged deficient is named in the refusal with its reason, whether or not said again."""
    declaration, _, token = case
    material = next(each for each in declaration["materials"] if each["item"] == "EDUCATION_CERTIFICATE")
    record(await office.open(material, token))
    record(await office.judge(material, token, "DEFICIENT", reason="证书系伪造"))
    refused = record(await office.act(declaration, "REFUSE", token))
    (only,) = refused["returned"]
    assert only["item"] == "EDUCATION_CERTIFICATE"
    assert "证书系伪造" in only["reason"]


async def test_the_office_refuses_too_and_after_the_window_nobody_does(office, season, at, case):
    """At the committee's office the same rules hold; outside of the review's time nothing is refused."""
    declaration, person, _ = case
    await at(IN_DECEMBER, "workflow")
    for place in (3, 2, 1):
        await office.passed(declaration, person.line.token("REVIEWER", place))
    items = [{"item": "basic", "reason": "不属本评委会评审范围"}]
    await at("2024-01-01T00:00+08:00", "workflow")
    late = await office.act(declaration, "REFUSE", season.office_token, items=items)
    assert codes(late) == ["REVIEW_WINDOW_CLOSED"]
    await at(IN_DECEMBER, "workflow")
    refused = record(await office.act(declaration, "REFUSE", season.office_token, items=items))
    assert refused["state"] == "REFUSED"
