"""What a year's reviews came to is counted below who asks, and made into pictures and workbooks by link."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from services.workflow.certificate.standing import Cause
from services.workflow.certificate.states import ChangeKind
from services.workflow.declaration.states import State
from services.workflow.season_report import chart, naming, workbook
from services.workflow.season_report.figures import Count, Figures, Reason
from services.workflow.season_report.states import By, Outcome, SeasonFormat, states_of
from tests.platform.tokens import mint, node, seat
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.certificate.office import certified
from tests.services.workflow.certificate.standings import record as changed
from tests.services.workflow.season import notice

PATH = "/v1/season-reports"
BEGINS = {"SVG": b"<svg", "PNG": b"\x89PNG", "PDF": b"%PDF-", "XLSX": b"PK\x03\x04"}


async def report(hall, token):
    """The report that somebody gets."""
    answer = await hall.ask(token, "GET", f"{PATH}/{hall.season.cycle_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def numbers(counts, *names):
    """Some figures of each line, by what it is called."""
    return {each["name"]: tuple(each[name] for name in names) for each in counts}


async def test_the_province_reads_all_of_it(hall, season, reported):
    """By level, series, prefecture and state, the days per state, what was sent back; every sum is the whole."""
    told = await report(hall, season.officer)
    total = told["total"]
    assert (total["declared"], total["passed"], total["not_passed"], total["under_way"]) == (14, 8, 4, 2)
    assert (total["certified"], total["pass_rate"]) == (6, 0.6667)
    assert numbers(told["prefectures"], "declared", "passed") == {"省直": (13, 8), "海西州人社局": (1, 0)}
    assert numbers(told["levels"], "declared") == {"副高级": (14,)}
    assert numbers(told["states"], "declared") == {
        "已受理": (2,),
        "评审通过": (2,),
        "评审未通过": (4,),
        "已备案发证": (6,),
    }
    for by in ("levels", "series", "prefectures", "states"):
        assert sum(each["declared"] for each in told[by]) == total["declared"]
    stays = {each["name"]: (each["declarations"], each["median_days"]) for each in told["stays"]}
    assert stays == {"逐级审核中": (1, 4.5), "已退回申报人": (1, 2.0)}
    often, seldom = told["reasons"]
    assert (often["name"], often["returns"], often["commonest_reason"]) == ("基本信息", 4, "不清晰")
    assert (seldom["returns"], seldom["commonest_reason"]) == (3, None), "what was said to few is told nobody"


async def test_everybody_reads_what_is_below(hall, season, reported):
    """A prefecture its own, an authority none of a prefecture's, who supervises nothing is refused."""
    below = await report(hall, season.prefecture_officer)
    assert (below["total"]["declared"], below["reasons"][0]["returns"]) == (1, 4)
    authority = await report(hall, mint([seat("SUPERVISOR", season.province, season.authority)]))
    assert (authority["total"]["declared"], authority["reasons"]) == (13, [])
    elsewhere = seat("SUPERVISOR", season.province, node("EMPLOYER", "COUNTY"))
    nobody = await report(hall, mint([elsewhere]))
    assert (nobody["total"]["declared"], nobody["total"]["pass_rate"], nobody["series"]) == (0, None, [])
    for token in (season.office, mint()):
        answer = await hall.ask(token, "GET", f"{PATH}/{season.cycle_id}")
        assert codes(answer, 403) == ["ROLE_MISSING"]
    assert codes(await hall.ask(season.officer, "GET", f"{PATH}/{uuid4()}"), 404) == ["CYCLE_NOT_FOUND"]


async def test_a_title_taken_away_is_no_title_and_who_is_disqualified_is_done(hall, season, session):
    """A certificate counts as long as it is in force; a declaration that a finding ended is not under way."""
    issued = await certified(hall)
    assert (await report(hall, season.officer))["total"]["certified"] == 1
    for kind, left in ((ChangeKind.REVOKED, 0), (ChangeKind.REINSTATED, 1), (ChangeKind.REVOKED, 0)):
        await changed(session, season, issued["id"], kind, Cause("finding", uuid4()))
        total = (await report(hall, season.officer))["total"]
        assert (total["certified"], total["passed"]) == (left, total["declared"])
    async with session("workflow") as tx:
        await tx.execute(text("update declaration set state = 'DISQUALIFIED'"))
    total = (await report(hall, season.officer))["total"]
    assert (total["over"], total["under_way"]) == (total["declared"], 0)


async def test_a_link_is_the_right_to_fetch_it(hall, season, reported):
    """Each format is made of what the caller sees; an altered link is none; nothing in the workbook is a formula."""
    for wanted in SeasonFormat:
        body = {"cycle_id": str(season.cycle_id), "format": wanted}
        made = record(await hall.ask(season.prefecture_officer, "POST", f"{PATH}/links", body), 201)
        fetched = await hall.ask(None, "GET", made["path"])
        assert fetched.status_code == 200, fetched.text
        assert fetched.content.lstrip().startswith(BEGINS[wanted]), wanted
        altered = await hall.ask(None, "GET", made["path"][:-4] + "AAAA")
        assert altered.json()["code"] == "LINK_INVALID"
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(fetched.content))
    rows = sheets.get_sheet_by_name("按市州").to_python()
    assert rows[3:] == [
        ["海西州人社局", 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, "—"],
        ["合计", 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, "—"],
    ]
    refused = await hall.ask(season.office, "POST", f"{PATH}/links", body)
    assert codes(refused, 403) == ["ROLE_MISSING"]


def figures(*reasons: Reason) -> Figures:
    """The figures of a year in which nobody has declared."""
    nothing = Count(None, 0, 0, 0, dict.fromkeys(Outcome, 0))
    at = datetime(2024, 1, 20, tzinfo=UTC)
    return Figures(at, nothing, dict.fromkeys(By, ()), (), reasons, (), (), ())


@pytest.mark.parametrize("written", ["=HYPERLINK(1)", "+1", "@x", "http://x.y"])
def test_what_people_wrote_stays_text(written):
    """A reason that looks like a formula or a link is written as it was."""
    told = naming.report(
        figures(Reason("basic", 1, 1, written)), SimpleNamespace(id=uuid4(), year=2023), notice()
    )
    content = workbook.workbook(told, "全省")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("退回原因").to_python()
    assert rows[3][4] == written


def test_every_state_comes_to_one_outcome():
    """No declaration is left out of the picture, and none is in it twice."""
    assert sorted(state for each in Outcome for state in states_of(each)) == sorted(State)


@pytest.mark.parametrize(
    ("most", "end"), [(0, 1), (1, 1), (5, 6), (23, 30), (542, 600), (999, 1000), (0.4, 1)]
)
def test_an_axis_ends_close_behind_its_longest_bar(most, end):
    """At a round number, with a whole one in its middle."""
    marks = chart.ticks(most)
    assert marks[-1] == end
    assert all(mark == int(mark) for mark in marks)
