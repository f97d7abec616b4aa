"""A series of examination and review takes declarations once the state's pass mark is on record (三（六）1)."""

from __future__ import annotations

import asyncio
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from services.kit.audit import audit_log
from services.kit.outbox import outbox
from services.quota.contract import TitleLevel
from services.workflow.contract import PassMarkRecorded
from services.workflow.cycle.model import PassMark
from tests.services.workflow.cycle.test_cycle import OTHERS
from tests.services.workflow.route.table import examination
from tests.services.workflow.stage import LEVEL, NOVEMBER, OCTOBER, cites, problem

AT_ONCE = 16
MARK = {
    "series": "ACCOUNTING",
    "level": LEVEL,
    "mark": 60,
    "document_number": "会考〔2023〕12号",
    "published_on": "2023-10-10",
}


def path_of(cycle):
    """Where the marks of a cycle are."""
    return f"/cycles/{cycle['id']}/pass-marks"


async def count(session):
    """How many marks, audit lines and news there are."""
    async with session("workflow") as tx:
        return [
            await tx.scalar(select(func.count()).select_from(each)) for each in (PassMark, audit_log, outbox)
        ]


@pytest.mark.clause("3.6.1")
async def test_such_a_series_opens_once_its_mark_is_on_record(stage):
    """Nobody before the mark; then who has reached it in the examination of that level, as another document corrects it."""
    cycle = await stage.opened()
    await stage.arrange(cycle, "ACCOUNTING")
    await stage.criteria(series="ACCOUNTING")
    await stage.time(NOVEMBER)
    plan = await stage.plan(cycle)
    person = stage.employ()
    wish = stage.wish(plan, person, series="ACCOUNTING")
    stage.around.standings[person.id] = {"examinations": [examination(MARK["mark"])]}
    told = problem(
        await stage.ask("POST", "/recommendations", stage.recommender, wish), 422, "PASS_MARK_NOT_PUBLISHED"
    )
    assert (cites(told), told["field"]) == ({"三（六）1"}, "level")
    assert "2023" in told["message"]
    recorded = await stage.ask("POST", path_of(cycle), stage.officer, MARK)
    assert (recorded.status_code, cites(recorded.json())) == (201, {"三（六）1"})
    for found in (
        [],
        [examination(MARK["mark"] - 1)],
        [examination(MARK["mark"], sure=False)],
        [examination(100, TitleLevel.MIDDLE), examination(100, series="AUDIT")],
    ):
        stage.around.standings[person.id] = {"examinations": found}
        answer = await stage.ask("POST", "/recommendations", stage.recommender, wish)
        told = problem(answer, 422, "ROUTE_NOT_OPEN")
        assert [each["code"] for each in told["findings"]] == ["EXAMINATION"]
        assert cites(told["findings"][0]) == {"三（六）1"}
    stage.around.standings[person.id] = {"examinations": [examination(MARK["mark"] - 5)]}
    mistyped = MARK | {"mark": MARK["mark"] - 5}
    told = problem(await stage.ask("POST", path_of(cycle), stage.officer, mistyped), 409, "PASS_MARK_EXISTS")
    assert told["field"] == "document_number"
    corrected = mistyped | {"document_number": "会考〔2023〕15号"}
    assert (await stage.made(path_of(cycle), stage.officer, corrected))["no"] == 2
    shown = (await stage.ask("GET", path_of(cycle))).json()["items"]
    assert [(each["no"], each["mark"]) for each in shown] == [(2, MARK["mark"] - 5), (1, MARK["mark"])]
    answer = await stage.ask("POST", "/recommendations", stage.recommender, wish)
    assert answer.status_code == 201, answer.text
    assert "三（六）1" in cites(answer.json())


@pytest.mark.clause("3.6.1")
async def test_who_declares_directly_waits_for_the_mark_as_well(office, season, session):
    """Nothing is begun before; another level's mark opens nothing."""
    person = season.without_unit()
    wish = office.wish(series="ACCOUNTING")
    told = problem(await office.create(person, direct=wish), 422, "PASS_MARK_NOT_PUBLISHED")
    assert cites(told) == {"三（六）1"}
    async with session("workflow") as tx:
        tx.add(_row(season, "STATISTICS"))
    problem(await office.create(person, direct=wish), 422, "PASS_MARK_NOT_PUBLISHED")
    async with session("workflow") as tx:
        tx.add(_row(season, "ACCOUNTING"))
    problem(await office.create(person, direct=wish), 422, "SERIES_NOT_ARRANGED")


async def test_other_series_need_no_mark(stage):
    """Where everything is decided by review, none is asked for and none is taken."""
    made = await stage.recommended()
    assert made["state"] == "RESERVED"
    cycle = (await stage.ask("GET", "/cycles")).json()["items"][0]
    answer = await stage.ask("POST", path_of(cycle), stage.officer, MARK | {"series": "HEALTH"})
    assert cites(problem(answer, 422, "NO_EXAMINATION_BEFORE")) == {"三（六）1"}


@pytest.mark.clause("3.6.1")
async def test_marks_are_public_and_told_to_everybody(stage, session):
    """Anybody reads them without signing in; the news names series, level, mark and document."""
    cycle = await stage.opened()
    made = await stage.made(path_of(cycle), stage.officer, MARK)
    assert (await stage.ask("GET", path_of(cycle))).json()["items"] == [made]
    assert {name: made[name] for name in MARK} == MARK
    async with session("workflow") as tx:
        (news,) = list(await tx.scalars(select(outbox.c.data).where(outbox.c.type == PassMarkRecorded.type)))
    assert ("会计" in news["series_name"], news["mark"], news["year"]) == (True, 60, 2023)


@pytest.mark.parametrize(("role", "place"), OTHERS)
async def test_only_the_province_puts_marks_on_record(stage, session, role, place):
    """Any other seat is refused, and nothing is written."""
    cycle = await stage.opened()
    before = await count(session)
    token = stage.places.token(role, getattr(stage.places, place))
    assert cites(problem(await stage.ask("POST", path_of(cycle), token, MARK), 403, "PROVINCE_ONLY")) == {
        "三（一）"
    }
    assert await count(session) == before


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"series": "ASTROLOGY"}, 422, "SERIES_UNKNOWN"),
        ({"series": "JOURNALISM", "level": "NONE"}, 422, "REQUEST_MALFORMED"),
        ({"level": "FULL_SENIOR"}, 422, "NO_EXAMINATION_BEFORE"),
        ({"published_on": "2023-10-17"}, 422, "PASS_MARK_LATER"),
        ({"mark": 0}, 422, "REQUEST_MALFORMED"),
        ({"mark": 1001}, 422, "REQUEST_MALFORMED"),
        ({"document_number": ""}, 422, "REQUEST_MALFORMED"),
        ({"document_number": "号" * 81}, 422, "REQUEST_MALFORMED"),
        ({"published_on": "yesterday"}, 422, "REQUEST_MALFORMED"),
    ],
)
async def test_a_mark_that_does_not_fit(stage, session, changed, status, code):
    """Unknown series, a level without examination, a mark that is not published yet."""
    cycle = await stage.opened()
    before = await count(session)
    problem(await stage.ask("POST", path_of(cycle), stage.officer, MARK | changed), status, code)
    assert await count(session) == before


@pytest.mark.clause("3.6.1")
async def test_a_mark_is_recorded_once_also_in_a_race(stage, session):
    """Of many at once one is on record; it is neither altered nor removed."""
    cycle = await stage.opened()
    calls = [
        stage.ask("POST", path_of(cycle), stage.officer, MARK | {"mark": 60 + n}) for n in range(AT_ONCE)
    ]
    answers = await asyncio.gather(*calls)
    assert sorted(each.status_code for each in answers) == [201] + [409] * (AT_ONCE - 1)
    refused = next(each for each in answers if each.status_code == 409)
    assert refused.json()["code"] == "PASS_MARK_EXISTS"
    for statement in ("update pass_mark set mark = 1", "delete from pass_mark"):
        with pytest.raises(ProgrammingError):
            async with session("workflow") as tx:
                await tx.execute(text(statement))


async def test_marks_belong_to_an_open_year(stage):
    """Not of an unknown year, not before the opening, not after the run."""
    problem(
        await stage.ask("POST", f"/cycles/{uuid4()}/pass-marks", stage.officer, MARK), 404, "CYCLE_NOT_FOUND"
    )
    problem(await stage.ask("GET", f"/cycles/{uuid4()}/pass-marks"), 404, "CYCLE_NOT_FOUND")
    await stage.time(OCTOBER)
    cycle = await stage.made("/cycles", stage.officer, {"year": 2023})
    problem(await stage.ask("POST", path_of(cycle), stage.officer, MARK), 422, "CYCLE_NOT_OPEN")
    await stage.made(f"/cycles/{cycle['id']}/actions/OPEN", stage.officer)
    await stage.time("2024-02-01T00:00+08:00")
    problem(await stage.ask("POST", path_of(cycle), stage.officer, MARK), 422, "RUN_OVER")


def _row(season, series):
    return PassMark(
        province="qinghai",
        cycle_id=season.cycle_id,
        series=series,
        level=LEVEL,
        mark=60,
        document_number="会考〔2023〕12号",
        published_on=date(2023, 10, 10),
    )
