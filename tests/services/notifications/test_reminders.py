"""Reminders before, on and after the day, over a season of the simulated clock (三（六））: none twice, none lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.kit.auth import Node
from services.kit.policy import PolicyError
from services.notifications.reminder import schedule
from services.notifications.reminder.policy import CATALOGUE, load_reminders
from services.notifications.reminder.sending import TYPE
from services.notifications.template.events import EVENTS
from services.workflow.contract import (
    CycleClosed,
    CycleOpened,
    DeclarationRescheduled,
    ExtensionWithdrawn,
    IntegrityCaseMoved,
    RecommendationConfirmed,
    RecommendationEnded,
    WindowExtended,
    WindowTold,
)
from tests.platform.settings import POLICIES
from tests.platform.tokens import node, seat
from tests.services.notifications.events import declaration_moved, meeting_moved, recommendation_publicised

POLICY = POLICIES / "qinghai" / "2023" / "reminders.yaml"
ROOT: Node = node("HRSS", "PROVINCE")
UNIT: Node = node("EMPLOYER", "PROVINCE")
CYCLE = uuid4()
WINDOWS = {"DECLARE": date(2023, 11, 30), "REVIEW": date(2023, 12, 31), "FILE": date(2024, 1, 31)}


FILL = """
insert into notifications.reminder (id, province, rule, about, bundle, subject, data, due_on, next_on, told_at, year, "window")
select gen_random_uuid(), 'qinghai', 'r' || n % 10, n::text, n::text, 's/' || n, '{}', date '2023-11-30', date '2023-11-01' + n % 400,
    now(), 2000 + n % 30, 'W' || n % 20
from generate_series(1, 100000) n
"""
QUESTIONS = {
    "select * from notifications.reminder where next_on <= '2023-11-01' and (next_on, rule, bundle, due_on) > ('2023-10-31', '', '', '2023-10-31')"
    " order by next_on, rule, bundle, due_on, id limit 500 for update skip locked": "ix_reminder_next",
    "update notifications.reminder set due_on = '2023-12-10' where rule = 'r1' and year = 2003 and \"window\" = 'W3' and ended_at is null": (
        "ix_reminder_window"
    ),
}


class Killed(BaseException):
    """The worker's process dies here."""


def opened() -> CycleOpened:
    """The year's run, with three of its windows."""
    windows = [
        WindowTold(window=name, title=name.title(), opens=date(2023, 11, 1), closes=closes)
        for name, closes in WINDOWS.items()
    ]
    return CycleOpened(cycle_id=CYCLE, year=2023, policy="qinghai/2023", windows=windows)


def extended(kind: type[WindowExtended], closes: date, **more: Any) -> WindowExtended:
    """The window of declaring lasts until another day."""
    told = {
        "window": "DECLARE",
        "title": "Declare",
        "closes": closes,
        "document_number": "青人社厅函〔2023〕9号",
    }
    return kind(cycle_id=CYCLE, extension_id=uuid4(), year=2023, **told, **more)


def confirmed(**more: Any) -> RecommendationConfirmed:
    """A recommendation on which somebody may declare now."""
    told = recommendation_publicised().model_dump(exclude={"opens_on", "closes_on"})
    return RecommendationConfirmed(**told | {"due_on": date(2023, 11, 30), "due_window": "DECLARE"} | more)


@pytest.fixture
def reminded():
    """`await reminded(http)`: the titles of the reminders in that inbox, newest first."""

    async def read(http: httpx.AsyncClient) -> list[str]:
        items = (await http.get("/v1/inbox", params={"first": 100})).json()["items"]
        return [each["title"] for each in items if each["type"] == TYPE]

    return read


@pytest.fixture
def days(at, apps):
    """`await days(2023, 11, 1, to=...)`: live through these days, several workers at nine o'clock; what each day made."""

    async def live(*first: int, to: date) -> dict[date, int]:
        app = await apps.get("notifications")
        day, made = date(*first), {}
        while day <= to:
            await at(f"{day}T09:00+08:00", "notifications")
            made[day] = sum(await asyncio.gather(*(app.state.reminding.once() for _ in range(2))))
            day += timedelta(days=1)
        return {day: count for day, count in made.items() if count}

    return live


@pytest.fixture
def begin(at, bring):
    """`await begin(event, ...)`: bring events on the morning of 1 November 2023."""

    async def brought(*events: Any, on: str = "2023-11-01T08:00+08:00") -> None:
        await at(on, "notifications")
        for each in events:
            answer = await bring(each, time=datetime.fromisoformat(on).isoformat())
            assert answer.status_code == 204, answer.text

    return brought


def before(day: date, *offsets: int) -> set[date]:
    """Days counted from one."""
    return {day + timedelta(days=each) for each in offsets}


async def test_windows_are_reminded_of_over_a_season(begin, days, reader, reminded):
    """Seven, three and one days before, on the day, and the day after: applicants of declaring, reviewers of reviewing."""
    await begin(opened())
    made = await days(2023, 11, 1, to=date(2024, 2, 3))
    assert set(made) == set().union(*(before(each, -7, -3, -1, 0, 1) for each in WINDOWS.values()))
    applicant = await reader([seat("APPLICANT", ROOT, UNIT)], person_id=uuid4())
    assert await reminded(applicant) == [
        "2023 年度“Declare”已截止",
        "2023 年度“Declare”今日截止",
        *(f"2023 年度“Declare”还有 {n} 天截止" for n in (1, 3, 7)),
    ]
    reviewer = await reader([seat("REVIEWER", ROOT, UNIT)], person_id=uuid4())
    assert len(await reminded(reviewer)) == 5
    assert "今日（2023-12-31）截止" in (await reviewer.get("/v1/inbox")).json()["items"][1]["body"]


async def test_an_extended_window_takes_the_days_it_closes_along(begin, days, reader, reminded):
    """Who was to declare by the 30th has until the 10th, and back; what is brought late goes by the window as it is."""
    person, late = uuid4(), uuid4()
    await begin(opened(), confirmed(person_id=person))
    await days(2023, 11, 1, to=date(2023, 11, 24))
    one = extended(WindowExtended, date(2023, 12, 10))
    await begin(one, confirmed(person_id=late), on="2023-11-25T08:00+08:00")
    assert await days(2023, 11, 25, to=date(2023, 12, 2)) == {}
    back = extended(ExtensionWithdrawn, date(2023, 12, 8), was_public=True)
    await begin(back, on="2023-12-03T07:00+08:00")
    await days(2023, 12, 3, to=date(2023, 12, 20))
    late_ones = [
        "申报已截止，您未提交",
        "您的申报尚未提交，今日截止",
        *(f"您的申报尚未提交，还有 {n} 天截止" for n in (1, 3)),
    ]
    assert await reminded(await reader(person_id=late)) == late_ones
    assert await reminded(await reader(person_id=person)) == [*late_ones, "您的申报尚未提交，还有 7 天截止"]


async def test_what_is_done_is_not_reminded_of_whichever_came_first(begin, days, reader, reminded):
    """Submitted after the recommendation or heard of before it, ended, or the year closed: silence."""
    submitted, early, ended = uuid4(), uuid4(), confirmed()
    await begin(declaration_moved(person_id=early, action="SUBMIT"), on="2023-11-02T10:00+08:00")
    await begin(
        *(opened(), confirmed(person_id=submitted), confirmed(person_id=early), ended),
        on="2023-11-02T08:00+08:00",
    )
    await begin(
        declaration_moved(person_id=submitted, action="SUBMIT"),
        RecommendationEnded(**ended.model_dump(), reason="x"),
        CycleClosed(cycle_id=CYCLE, year=2023, policy="qinghai/2023"),
        on="2023-11-03T08:00+08:00",
    )
    assert await days(2023, 11, 3, to=date(2023, 12, 3)) == {}
    for each in (submitted, early, ended.person_id):
        assert await reminded(await reader(person_id=each)) == []


async def test_a_reviewer_hears_once_a_day_of_all_that_is_due(begin, days, reader, reminded):
    """Three declarations, one passed on, one due later: two, then one each; a step in the same hands changes nothing."""
    desk = node("EMPLOYER", "PROVINCE")
    here = {"at_organisation_id": desk.id, "due_on": date(2023, 11, 20)}
    kept, passed, moved = (declaration_moved(**here) for _ in range(3))
    claimed = kept.model_copy(update={"action": "CLAIM", "before": "UNDER_REVIEW"})
    later = DeclarationRescheduled(declaration_id=moved.declaration_id, cycle=2023, due_on=date(2023, 11, 24))
    await begin(kept, passed, moved)
    assert await days(2023, 11, 1, to=date(2023, 11, 17)) == {date(2023, 11, 17): 1}
    gone = passed.model_copy(update={"action": "PASS", "at_organisation_id": uuid4(), "due_on": None})
    await begin(claimed, later, gone, on="2023-11-18T08:00+08:00")
    assert set(await days(2023, 11, 18, to=date(2023, 11, 28))) == before(
        date(2023, 11, 20), -1, 0, 1
    ) | before(date(2023, 11, 24), -3, -1, 0, 1)
    told = await reminded(await reader([seat("REVIEWER", ROOT, desk)], person_id=uuid4()))
    assert [each for each in told if "2 份" in each or "3 份" in each] == [
        "有 3 份申报材料还有 3 天到审核期限"
    ]
    assert Counter(told)["有 1 份申报材料审核逾期"] == 2


@pytest.mark.clause("3.6.3")
async def test_nobody_is_reminded_while_a_report_is_checked(begin, days, reader, reminded):
    """The day rests, also where it changes hands meanwhile; it runs anew once that is decided, the same day or not."""
    desk, below = node("EMPLOYER", "PROVINCE"), node("EMPLOYER", "PROVINCE")
    due = date(2023, 11, 20)
    kept, back = (declaration_moved(at_organisation_id=desk.id, due_on=due) for _ in range(2))
    told = [
        DeclarationRescheduled(declaration_id=each.declaration_id, cycle=2023, due_on=due, suspended=True)
        for each in (kept, back)
    ]
    other = {"action": "SEND_BACK", "at_organisation_id": below.id, "due_on": None}
    await begin(kept, back, *told, back.model_copy(update=other))
    extended_meanwhile = told[0].model_copy(update={"due_on": date(2023, 11, 21)})
    await begin(extended_meanwhile, on="2023-11-15T08:00+08:00")
    assert await days(2023, 11, 15, to=date(2023, 11, 22)) == {}
    on = "2023-11-23T08:00+08:00"
    goes_on = [each.model_copy(update={"due_on": date(2023, 11, 30), "suspended": False}) for each in told]
    await begin(*goes_on, on=on)
    assert set(await days(2023, 11, 23, to=date(2023, 11, 27))) == {date(2023, 11, 27)}
    await begin(goes_on[0].model_copy(update={"suspended": True}), goes_on[0], on="2023-11-28T08:00+08:00")
    await begin(back.model_copy(update={"after": "RETURNED", "due_on": None}), on="2023-11-28T08:00+08:00")
    await days(2023, 11, 28, to=date(2023, 12, 3))
    heard = [
        await reminded(await reader([seat("REVIEWER", ROOT, at)], person_id=uuid4())) for at in (desk, below)
    ]
    assert [len(each) for each in heard] == [4, 1]
    assert heard[0][0] == "有 1 份申报材料审核逾期"


async def test_experts_are_reminded_of_their_meeting_as_it_is_planned_last(begin, days, reader, reminded):
    """Postponed, it is reminded of anew; who was replaced hears no more; cancelled, nobody does."""
    stays, leaves, enters = uuid4(), uuid4(), uuid4()
    drawn = meeting_moved(held_on=date(2023, 12, 20), expert_account_ids=[stays, leaves])
    replaced = drawn.model_copy(update={"action": "REPLACE", "expert_account_ids": [stays, enters]})
    await begin(drawn)
    assert set(await days(2023, 11, 1, to=date(2023, 12, 17))) == {date(2023, 12, 17)}
    await begin(replaced, on="2023-12-18T08:00+08:00")
    assert set(await days(2023, 12, 18, to=date(2023, 12, 21))) == {date(2023, 12, 19), date(2023, 12, 20)}
    heard = [len(await reminded(await reader(sub=each))) for each in (stays, leaves, enters)]
    assert heard == [3, 1, 2]


async def test_a_worker_that_dies_loses_nothing_and_says_nothing_twice(begin, at, apps, reader, reminded):
    """Killed before, between and after the channels, and another beside it: each reminder is there once."""
    people = [uuid4() for _ in range(40)]
    await begin(*(confirmed(person_id=each) for each in people))
    app = await apps.get("notifications")
    await at("2023-11-23T09:30+08:00", "notifications")
    reminding, inbox = app.state.reminding, app.state.reminding._channels[0]  # noqa: SLF001 - killed within

    class Dies:
        left = 3

        async def deliver(self, tx, notices):
            await inbox.deliver(tx, notices)
            self.left -= 1
            if self.left >= 0:
                raise Killed

    reminding._channels = [Dies()]  # noqa: SLF001
    try:
        for _ in range(3):
            with pytest.raises(Killed):
                await reminding.once()
            assert await reminded(await reader(person_id=people[0])) == []
        assert sum(await asyncio.gather(*(reminding.once() for _ in range(4)))) == len(people)
    finally:
        reminding._channels = [inbox]  # noqa: SLF001
    for each in people[::8]:
        assert await reminded(await reader(person_id=each)) == ["您的申报尚未提交，还有 7 天截止"]


async def test_after_an_outage_the_true_number_of_days_is_told_once(begin, at, apps, reader, reminded):
    """Three stages went by while nothing ran: one reminder, of today; the next not before its hour."""
    person = uuid4()
    await begin(confirmed(person_id=person))
    app = await apps.get("notifications")
    await at("2023-11-29T20:00+08:00", "notifications")
    assert [await app.state.reminding.once() for _ in range(2)] == [1, 0]
    assert await reminded(await reader(person_id=person)) == ["您的申报尚未提交，还有 1 天截止"]
    await at("2023-11-30T08:59+08:00", "notifications")
    assert await app.state.reminding.once() == 0
    await at("2023-11-30T09:00+08:00", "notifications")
    assert await app.state.reminding.once() == 1


async def test_a_time_that_another_schedule_set_stops_nobody(begin, at, apps, session, reader, reminded):
    """The year's schedule got shorter: nothing is said before its first stage, and whoever is due beside it hears."""
    early, due = uuid4(), uuid4()
    await begin(
        confirmed(person_id=early, due_on=date(2023, 12, 20), due_window=None), confirmed(person_id=due)
    )
    async with session("notifications") as tx:
        await tx.execute(text("update reminder set next_on = '2023-11-20' where due_on = '2023-12-20'"))
    app = await apps.get("notifications")
    await at("2023-11-29T09:30+08:00", "notifications")
    assert [await app.state.reminding.once() for _ in range(2)] == [1, 0]
    await at("2023-12-13T09:30+08:00", "notifications")
    await app.state.reminding.once()
    assert await reminded(await reader(person_id=early)) == ["您的申报尚未提交，还有 7 天截止"]


async def test_what_comes_before_the_hour_is_reminded_of_that_day(begin, at, apps, reader, reminded):
    """A case that is due today, heard of at eight: at nine its body is told; decided on, it is told no more."""
    body = node("HRSS", "PREFECTURE")
    told = {"case_id": uuid4(), "person_id": uuid4(), "hrss_id": body.id, "known": False}
    moved = IntegrityCaseMoved(**told, action="TAKE_UP", after="INVESTIGATING", due_on=date(2023, 11, 1))
    await begin(moved)
    app = await apps.get("notifications")
    await at("2023-11-01T09:00+08:00", "notifications")
    assert await app.state.reminding.once() == 1
    officer = await reader([seat("TITLE_OFFICER", ROOT, body)], person_id=uuid4())
    assert await reminded(officer) == ["失信调查和处理今日到期"]
    await begin(moved.model_copy(update={"action": "CLEAR", "after": "CLEARED", "due_on": None}))
    await at("2023-11-02T09:00+08:00", "notifications")
    assert await app.state.reminding.once() == 0


async def test_many_days_are_looked_through_by_the_index(database, test_server):
    """What has come is found, and a window moves its own, without a look at the rest."""
    admin = await asyncpg.connect(test_server.admin(database))
    await admin.execute(FILL)
    await admin.execute("analyze notifications.reminder")
    try:
        for question, index in QUESTIONS.items():
            plan = "\n".join(row[0] for row in await admin.fetch(f"explain {question}"))
            assert index in plan, plan
            assert "Seq Scan" not in plan, plan
    finally:
        await admin.execute("truncate notifications.reminder")
        await admin.close()


@given(
    due=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    offsets=st.sets(st.integers(-60, 60), min_size=1, max_size=6),
    start=st.integers(-90, 90),
)
def test_walking_the_days_meets_every_stage_that_lies_ahead(due, offsets, start):
    """From any day on: each stage behind it, once, in order, and `latest` names it on its day."""
    ordered = tuple(sorted(offsets))
    day, met = due + timedelta(days=start), []
    while (day := schedule.next_on(due, ordered, day)) is not None:  # type: ignore[assignment]
        met.append(schedule.latest(due, ordered, day))
    assert met == [each for each in ordered if each > start]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("due: held_on", "due: held_in"),
        ("schedule: term", "schedule: never"),
        ("{account: account_id}", "{account: action}"),
        ("titles.workflow.hearing.arranged.v1", "titles.workflow.hearing.arranged.v9"),
        ("于 {due_on} 前填报", "于 {by} 前填报"),
        ("key: delegation_ends", "key: hearing_comes"),
        ("schedule: appointment", "schedule: window"),
    ],
)
def test_a_catalogue_that_cannot_work_stops_the_start(tmp_path, wrong, told):
    """An unknown field, schedule, id, event or word, a rule twice, a stage without words: the file and the rule are named."""
    broken = tmp_path / CATALOGUE.name
    whole = CATALOGUE.read_text()
    assert wrong in whole
    broken.write_text(whole.replace(wrong, told))
    load_reminders(EVENTS, POLICY)
    with pytest.raises(PolicyError, match=r"catalogue\.yaml"):
        load_reminders(EVENTS, POLICY, broken)
