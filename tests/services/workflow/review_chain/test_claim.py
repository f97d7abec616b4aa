"""Claims: one reviewer of a place has a declaration in hand, for a while; others wait, look, and let it be."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from tests.platform.tokens import mint, seat
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.season import IN_NOVEMBER

NEXT_DAY = "2023-11-21T09:01+08:00"


@pytest.fixture
async def case(office, season):
    """A submitted declaration, its applicant, and two reviewers of the department."""
    person = await season.recommended()
    first, second = (person.line.token("REVIEWER", 3, name=f"审核人{n}", sub=uuid4()) for n in "甲乙")
    return await office.submitted(person), person, first, second


async def waiting(office, token: str, **asked: str) -> list[str]:
    """What a reviewer's list tells."""
    answer = await office.call("GET", "/v1/worklist", token, params=asked)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


@pytest.mark.clause("3.1")
async def test_who_claims_decides(office, case):
    """While it is claimed a colleague neither passes, nor returns, nor refuses, nor claims it; who claimed it does."""
    declaration, _, first, second = case
    claimed = record(await office.act(declaration, "CLAIM", first))
    assert (claimed["claimed_by_name"], claimed["state"]) == ("审核人甲", "UNDER_REVIEW")
    assert claimed["claimed_until"].startswith("2023-11-21T")
    for token in (first, second):
        await office.look_through(declaration, token)
    items = [{"item": "basic", "reason": "x"}]
    for action in ("PASS", "SEND_BACK", "REFUSE"):
        refused = await office.act(declaration, action, second, items=items)
        assert codes(refused) == ["CLAIMED_BY_ANOTHER"], action
        assert "审核人甲" in refused.json()["message"]
    for token in (first, second):
        assert codes(await office.act(declaration, "CLAIM", token)) == ["CLAIMED"]
    passed = record(await office.act(declaration, "PASS", first))
    assert (passed["claimed_by_name"], passed["claimed_until"]) == (None, None)


async def test_released_it_is_anyones_again(office, case):
    """Only who claimed it lets it go; then a colleague claims or passes it."""
    declaration, _, first, second = case
    assert codes(await office.act(declaration, "RELEASE", first)) == ["NOT_CLAIMED"]
    record(await office.act(declaration, "CLAIM", first))
    assert codes(await office.act(declaration, "RELEASE", second)) == ["NOT_CLAIMED"]
    assert record(await office.act(declaration, "RELEASE", first))["claimed_by_name"] is None
    record(await office.act(declaration, "CLAIM", second))
    await office.passed(declaration, second)


async def test_a_claim_lapses_by_itself(office, at, case):
    """A day later it is as if nobody had claimed: not told, not in the list, in nobody's way."""
    declaration, _, first, second = case
    record(await office.act(declaration, "CLAIM", first))
    assert await waiting(office, first, claimed="me") == [declaration["id"]]
    assert await waiting(office, second, claimed="nobody") == []
    await at(NEXT_DAY, "workflow")
    assert (await office.read(declaration, second))["claimed_by_name"] is None
    assert await waiting(office, first, claimed="me") == []
    assert await waiting(office, second, claimed="nobody") == [declaration["id"]]
    assert codes(await office.act(declaration, "RELEASE", first)) == ["NOT_CLAIMED"]
    await office.passed(declaration, second)
    await at(IN_NOVEMBER, "workflow")


@pytest.mark.clause("3.1")
async def test_sixty_four_claim_and_one_has_it(office, case):
    """Sixty-four reviewers of a place claim at once: one has it, the others are told who."""
    declaration, person, _, _ = case
    tokens = [person.line.token("REVIEWER", 3, name=f"审核人{n}") for n in range(64)]
    answers = await asyncio.gather(*(office.act(declaration, "CLAIM", token) for token in tokens))
    winners = [n for n, each in enumerate(answers) if each.status_code == 200]
    assert len(winners) == 1
    for n, answer in enumerate(answers):
        if n not in winners:
            assert codes(answer) == ["CLAIMED"]
            assert f"审核人{winners[0]}已领取" in answer.json()["message"]
    history = await office.call("GET", f"/v1/declarations/{declaration['id']}/history", tokens[0])
    assert [each["action"] for each in history.json()["items"]].count("CLAIM") == 1


async def test_a_claim_is_no_turn(office, case):
    """What was opened and judged before a claim counts after it, and neither due day nor chain changes."""
    declaration, _, first, _ = case
    await office.look_through(declaration, first)
    before = await office.read(declaration, first)
    after = record(await office.act(declaration, "CLAIM", first))
    same = ("chain", "round", "moved_at", "returned", "at_organisation_id")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    record(await office.act(declaration, "PASS", first))


@pytest.mark.clause("3.2.2")
async def test_who_endorses_lets_go_for_the_second_reviewer(office, season):
    """The first reviewer's claim ends with the opinion; a colleague's claim stays."""
    person = await season.recommended(ground="POSTDOC")
    declaration = await office.submitted(person)
    first, second, third = (person.line.token("REVIEWER", 3, sub=uuid4()) for _ in range(3))
    record(await office.act(declaration, "CLAIM", first))
    await office.look_through(declaration, first)
    assert record(await office.act(declaration, "ENDORSE", first))["claimed_by_name"] is None
    record(await office.act(declaration, "CLAIM", second))
    await office.look_through(declaration, third)
    assert record(await office.act(declaration, "ENDORSE", third))["claimed_by_name"] is not None
    await office.passed(declaration, second)


@pytest.mark.clause("3.1", "3.2.2")
async def test_who_may_not_decide_keeps_nobody_from_deciding(office, season):
    """Neither who has endorsed it here nor who reviewed it below claims it: a claim would only hold up the others."""
    person = await season.recommended(ground="POSTDOC")
    declaration = await office.submitted(person)
    below = uuid4()
    first, second = (person.line.token("REVIEWER", 3, sub=each) for each in (uuid4(), below))
    await office.look_through(declaration, first)
    record(await office.act(declaration, "ENDORSE", first))
    refused = await office.act(declaration, "CLAIM", first)
    assert (codes(refused), refused.json()["basis"][0]["cite"]) == (["ENDORSED_ALREADY"], "三（二）")
    await office.passed(declaration, second)
    seats = [seat("REVIEWER", *person.line.nodes[: n + 1]) for n in (2, 3)]
    everywhere = mint(seats, sub=below)
    assert codes(await office.act(declaration, "CLAIM", everywhere)) == ["REVIEWED_BELOW"]
    record(await office.act(declaration, "CLAIM", person.line.token("REVIEWER", 2)))


@pytest.mark.clause("3.1")
async def test_nobody_claims_the_own_declaration(office, season):
    """Nor does who acts for the applicant."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    seats = [seat("APPLICANT", *person.line.nodes), seat("REVIEWER", *person.line.nodes)]
    both = mint(seats, sub=person.account_id, person_id=person.person_id)
    assert codes(await office.act(declaration, "CLAIM", both)) == ["OWN_DECLARATION"]
