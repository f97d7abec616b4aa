"""Who is listed as barred at a credit platform is not accepted; an answer is waited for, a wrong hit set aside (一（八）)."""

from __future__ import annotations

import asyncio
from datetime import date
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from services.kit.audit import audit_log
from services.kit.outbox import outbox
from services.kit.transition import history
from services.notifications.contract import CreditCheckAnswered, CreditCheckAsked
from services.workflow.contract import CreditListingMoved
from services.workflow.credit_listing.hold import not_awaited, not_listed
from services.workflow.credit_listing.model import CreditListing
from services.workflow.credit_listing.states import ListingAction, ListingState
from services.workflow.credit_listing.steps import LISTING_STEPS
from services.workflow.declaration import hindrance
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import State
from services.workflow.declaration.steps import STEPS
from tests.platform.tokens import mint, node, seat
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.line.news import hear

PLATFORM, TITLE = "provincial", "省信用平台"
DOCUMENT, BY = "青信用函〔2023〕5号", "青人社厅函〔2023〕61号"
PATH = "/v1/credit-listings"
ASIDE = {"document_number": BY, "reason": "同名同号误列，平台已书面确认"}


@pytest.fixture
async def waiting(office, season, session):
    """Somebody's declaration at the committee's office, looked through."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    async with session("workflow") as tx:
        last = len(declaration["chain"])
        there = {"state": State.AT_COMMITTEE_OFFICE, "position": last, "at_organisation_id": season.office.id}
        await tx.execute(update(Declaration).values(**there))
    await office.look_through(declaration, season.office_token)
    return person, declaration


@pytest.fixture
def platform(office, season, waiting):
    """What a platform is asked and answers, as the relay brings it; who acts on it."""
    return Answers(office, season, *waiting)


class Answers:
    """A platform and the declaration."""

    def __init__(self, office: Any, season: Any, person: Any, declaration: Any) -> None:
        self.office, self.season, self.person, self.declaration = office, season, person, declaration
        self.province = mint([seat("TITLE_OFFICER", season.root)], name="省厅")

    async def asked(self) -> UUID:
        """It is asked; by which question."""
        check = uuid4()
        told = CreditCheckAsked(
            check_id=check,
            declaration_id=self.declaration["id"],
            platform=PLATFORM,
            platform_title=TITLE,
        )
        answer = await hear(self.office.http, told)
        assert answer.is_success, answer.text
        return check

    async def answers(self, check: UUID, *, listed: bool = True, **told: Any) -> None:
        """It answers; two relays bring it."""
        bar = {"document": DOCUMENT, "begins": "2023-02-01", "until": "2025-01-31"} if listed else {}
        event = CreditCheckAnswered(
            check_id=check,
            declaration_id=self.declaration["id"],
            person_id=self.person.person_id,
            platform=PLATFORM,
            platform_title=TITLE,
            listed=listed,
            **bar | told,
        )
        for _ in range(2):
            answer = await hear(self.office.http, event)
            assert answer.is_success, answer.text

    async def accept(self) -> Any:
        """The office accepts."""
        return await self.office.act(self.declaration, "ACCEPT", self.season.office_token)

    async def seen(self, token: str | None = None) -> dict[str, Any]:
        """What stands beside the declaration, as somebody sees it."""
        params = {"declaration_id": self.declaration["id"]}
        read = await self.office.call("GET", PATH, token or self.province, params=params)
        (found,) = read.json()["items"]
        return dict(found)

    async def set_aside(self, token: str | None = None, **body: Any) -> Any:
        """Somebody sets it aside."""
        path = f"{PATH}/{(await self.seen())['id']}/set-aside"
        return await self.office.call("POST", path, token or self.province, json=ASIDE | body)


@pytest.mark.clause("1.8")
async def test_who_is_listed_is_not_accepted_until_that_is_set_aside(platform, session):
    """Waited for, refused by document and day on the article, set aside by the province alone and by a document: accepted."""
    check = await platform.asked()
    refused = await platform.accept()
    assert codes(refused) == ["CREDIT_ANSWER_AWAITED"]
    (found,) = refused.json()["findings"]
    assert TITLE in found["message"]
    assert "2023-11-23" in found["message"]
    await platform.answers(check)
    refused = await platform.accept()
    assert codes(refused) == ["CREDIT_LISTED"]
    (found,) = refused.json()["findings"]
    assert found["basis"][0]["cite"] == "一（八）"
    assert all(each in found["message"] for each in (TITLE, DOCUMENT, "2025-01-31"))
    own = await platform.seen(platform.person.token)
    assert (own["state"], own["document"], own["available_actions"]) == ("LISTED", DOCUMENT, [])
    office = platform.season.office_token
    assert (await platform.set_aside(office)).json()["code"] == "NOT_YOUR_STEP"
    stranger = mint([seat("TITLE_OFFICER", node("HRSS", "PROVINCE"))])
    assert (await platform.set_aside(stranger)).json()["code"] == "CREDIT_LISTING_NOT_FOUND"
    for lacking in ({"reason": None}, {"document_number": None}, {"document_number": "口头通知"}):
        assert codes(await platform.set_aside(**lacking))[0].startswith("SET_ASIDE_")
    own_case = mint([seat("TITLE_OFFICER", platform.season.root)], person_id=platform.person.person_id)
    assert codes(await platform.set_aside(own_case)) == ["SET_ASIDE_BY_ANOTHER"]
    assert codes(await platform.accept()) == ["CREDIT_LISTED"]
    aside = await platform.set_aside(version=(await platform.seen())["version"])
    assert (record(aside)["state"], aside.json()["basis"][0]["cite"]) == ("SET_ASIDE", "一（八）")
    assert record(await platform.accept())["state"] == "ACCEPTED"
    await on_record(session)


async def on_record(session: Any) -> None:
    """An answer and that it was set aside are in history, audit and events."""
    async with session("workflow") as tx:
        steps = list(
            await tx.scalars(
                select(history.c.action)
                .where(history.c.subject_kind == "credit_listing")
                .order_by(history.c.seq)
            )
        )
        moved = select(outbox.c.data).where(outbox.c.type == CreditListingMoved.type)
        events = list(await tx.scalars(moved.order_by(outbox.c.seq)))
        audited = await tx.scalar(
            select(func.count()).where(audit_log.c.action == "credit_listing.SET_ASIDE")
        )
    assert steps == ["CREATE", "ANSWER", "SET_ASIDE"]
    assert [(each["action"], each["after"]) for each in events] == [
        ("ANSWER", "LISTED"),
        ("SET_ASIDE", "SET_ASIDE"),
    ]
    assert events[1]["document_number"] == BY
    assert audited == 1


@pytest.mark.clause("1.8")
async def test_who_submits_again_is_asked_of_anew(platform):
    """A late answer to the former question changes nothing; the same document stays set aside, another one is a new hit."""
    first = await platform.asked()
    second = await platform.asked()
    await platform.answers(first)
    assert (await platform.seen())["state"] == "ASKED"
    await platform.answers(second)
    record(await platform.set_aside())
    again = await platform.asked()
    assert codes(await platform.accept()) == ["CREDIT_ANSWER_AWAITED"]
    await platform.answers(again)
    assert (await platform.seen())["state"] == "SET_ASIDE"
    await platform.answers(await platform.asked(), document="青信用函〔2023〕9号")
    assert codes(await platform.accept()) == ["CREDIT_LISTED"]
    now = await platform.seen()
    assert (now["state"], now["document_number"], now["reason"]) == ("LISTED", None, None)
    await platform.answers(await platform.asked(), listed=False)
    now = await platform.seen()
    assert (now["state"], now["document"], now["awaited_until"]) == ("CLEAR", None, None)
    assert record(await platform.accept())["state"] == "ACCEPTED"


@pytest.mark.clause("1.8")
async def test_an_answer_is_waited_for_no_longer_than_the_policy_says(platform, on, session):
    """To the last second of the last day; then it is accepted without, and no meeting waits before, but for who is listed."""
    check = await platform.asked()
    await on("2023-11-23T23:59+08:00")
    assert codes(await platform.accept()) == ["CREDIT_ANSWER_AWAITED"]
    assert not await stopped(session)
    await on("2023-11-24T00:01+08:00")
    assert record(await platform.accept())["state"] == "ACCEPTED"
    await platform.answers(check)
    assert await stopped(session)


async def stopped(session: Any) -> bool:
    """Whether a meeting leaves the declaration out that is waited for, or listed."""
    async with session("workflow") as tx:
        declaration = (await tx.scalars(select(Declaration))).one()
        (held,) = (await hindrance.of(tx, [declaration.id], date(2023, 11, 23))).values()
    return held.stops


@pytest.mark.clause("1.8")
async def test_a_listing_that_has_ended_refuses_nobody(platform, on):
    """On its last day it refuses, on the next it does not; one without an end always does, one long over lists nobody."""
    await platform.answers(await platform.asked(), until="2023-11-19")
    over = await platform.seen()
    assert (over["state"], over["document"], over["until"]) == ("CLEAR", DOCUMENT, "2023-11-19")
    await platform.answers(await platform.asked(), until=None)
    refused = await platform.accept()
    assert "未定终止日" in refused.json()["message"]
    await platform.answers(await platform.asked(), until="2023-11-21")
    await on("2023-11-21T23:59+08:00")
    assert codes(await platform.accept()) == ["CREDIT_LISTED"]
    await on("2023-11-22T00:00+08:00")
    assert record(await platform.accept())["state"] == "ACCEPTED"


def test_the_steps_that_a_platform_stops():
    """Nobody is accepted who is listed, and what was accepted goes no further; only acceptance waits, and no review does."""
    held = {action.value for (_, action), each in STEPS.items() if not_listed in each.rules}
    assert held == {"ACCEPT", "TABLE", "PUBLICISE", "FILE"}
    assert {action.value for (_, action), each in STEPS.items() if not_awaited in each.rules} == {"ACCEPT"}


@pytest.mark.clause("1.8")
async def test_an_answer_that_comes_while_it_is_accepted_comes_before_or_after(platform, session):
    """Whoever is faster: accepted before the answer was kept, or refused by it; never accepted behind it."""
    check = await platform.asked()
    await platform.answers(check, listed=False)
    check = await platform.asked()
    async with session("workflow") as tx:
        await tx.execute(update(CreditListing).values(awaited_until=None))
    tried = await asyncio.gather(*(platform.accept() for _ in range(3)), platform.answers(check))
    accepted = [each for each in tried[:3] if each.is_success]
    async with session("workflow") as tx:
        lines = dict(
            (
                await tx.execute(select(history.c.action, func.max(history.c.seq)).group_by(history.c.action))
            ).all()
        )
        last = await tx.scalar(select(Declaration.state))
    assert (await platform.seen())["state"] == "LISTED"
    assert (last == "ACCEPTED") == bool(accepted)
    if accepted:
        assert lines["ACCEPT"] < lines["ANSWER"]
    else:
        assert codes(await platform.accept()) == ["CREDIT_LISTED"]


READING = ("TITLE_OFFICER", "SUPERVISOR", "REVIEWER", "RECOMMENDER")
OTHERS = ("ORGANISATION_MANAGER", "COMMITTEE_OFFICE", "EXPERT", "OPERATOR", "APPLICANT")


async def test_in_every_state_every_role_at_every_place(platform, session):
    """The province's officer alone sets aside, and a listing alone is; nobody takes what the platform does."""
    await platform.answers(await platform.asked())
    listing, line = (await platform.seen())["id"], platform.person.line
    places = range(len(line.nodes))
    for state in ListingState:
        async with session("workflow") as tx:
            await tx.execute(update(CreditListing).values(state=state, document_number="无", reason="无"))
        for role, place in [*product(READING, places), *((role, 0) for role in OTHERS)]:
            answer = await platform.office.call(
                "POST", f"{PATH}/{listing}/set-aside", line.token(role, place), json=ASIDE | {"version": 99}
            )
            expected = "NOT_YOUR_STEP" if state is ListingState.LISTED else "ACTION_NOT_AVAILABLE"
            if state is ListingState.LISTED and (role, place) == ("TITLE_OFFICER", 0):
                expected = "STALE_VERSION"
            if role not in READING:
                expected = "CREDIT_LISTING_NOT_FOUND"
            assert answer.json()["code"] == expected, (state, role, place)
    by_system = {pair for pair, step in LISTING_STEPS.items() if step.by.role == "SERVICE"}
    assert set(LISTING_STEPS) - by_system == {(ListingState.LISTED, ListingAction.SET_ASIDE)}
    assert {state for state, action in by_system if action is ListingAction.ASK} == set(ListingState)
