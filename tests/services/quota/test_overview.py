"""How posts are used, by prefecture and level: figures and picture of the last recalculation, for HRSS departments."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.kit.auth import Node, Seat
from services.quota.contract import PostPool, TitleLevel
from services.quota.overview.rules import ticks
from tests.platform.tokens import mint
from tests.services.quota.bodies import YEAR
from tests.services.quota.directory import Directory
from tests.services.quota.people import Unit, ask, assert_refused, service_token
from tests.services.quota.samples import ROOT, Claimed, Sample, write

PATH = f"/v1/overview?year={YEAR}"
CHART = f"/v1/overview/chart?year={YEAR}"
HAIXI, GOLMUD, XINING = (UUID(int=n) for n in (2, 3, 4))
FULL, ASSOCIATE, MIDDLE, JUNIOR = TitleLevel
KINDS = {ROOT: "PROVINCE", HAIXI: "PREFECTURE", GOLMUD: "COUNTY", XINING: "PREFECTURE"}
SAMPLES = [
    Sample(region="630000", level="PROVINCE", form={ASSOCIATE: (10, 6, 1), JUNIOR: (4, 2, 0)}),
    Sample(region="632801", hrss=(ROOT, HAIXI, GOLMUD), form={ASSOCIATE: (5, 3, 0), MIDDLE: (8, 9, 1)}),
    Sample(region="632801", hrss=(ROOT, HAIXI, GOLMUD)),
    Sample(
        region="632800",
        hrss=(ROOT, HAIXI),
        form={ASSOCIATE: (3, 2, 0)},
        plan={FULL: (0, 0, 0), ASSOCIATE: (2, 1, 0), MIDDLE: (1, 0, 0)},
        claims=[
            Claimed(PostPool.GENERAL, ASSOCIATE, state=state) for state in ("HELD", "CONFIRMED", "RELEASED")
        ],
    ),
    Sample(region="630104", hrss=(ROOT, XINING), form={FULL: (2, 1, 0)}),
]


def at(*line: UUID, role: str = "REVIEWER", kind: str = "HRSS") -> str:
    """A token for somebody at the last department of a line."""
    nodes = tuple(Node(id=each, kind="HRSS", level=KINDS[each]) for each in line)
    nodes = (*nodes[:-1], nodes[-1].model_copy(update={"kind": kind}))
    return mint([Seat(role=role, organisation_id=line[-1], lineage=nodes)])


@pytest.fixture
async def counted(client, session, directory: Directory) -> httpx.AsyncClient:
    """HTTP on a service that has recalculated five units."""
    async with session("quota") as tx:
        await write(tx, SAMPLES)
    http = await client("quota", transports={"accounts": directory.transport})
    await recount(http)
    return http


async def recount(http: httpx.AsyncClient) -> None:
    """Have everything counted again."""
    begun = await ask(http, "POST", "/v1/recalculations", at(ROOT, role="TITLE_OFFICER"), {"year": YEAR})
    assert begun.status_code == 202, begun.text
    assert await http._transport.app.state.recalculator.once()  # noqa: SLF001 - the app behind the client


async def told(http: httpx.AsyncClient, token: str) -> dict[str, Any]:
    """The overview as somebody sees it."""
    answer = await ask(http, "GET", PATH, token)
    assert answer.status_code == 200, answer.text
    return answer.json()


def line(levels: list[dict[str, Any]], level: TitleLevel, pool: str = "GENERAL") -> dict[str, Any]:
    """The line of a level."""
    return next(each for each in levels if (each["pool"], each["level"]) == (pool, level))


@pytest.mark.clause("A1", "2.1.1")
async def test_the_whole_province_by_place_and_level(counted):
    """Approved, employed, declarable, recommended, free, short; institutions, and how many have an approved form."""
    overview = await told(counted, at(ROOT))
    assert [(each["code"], each["name"]) for each in overview["places"]] == [
        *(("630000", "省直"), ("630100", "西宁市"), ("632800", "海西州")),
    ]
    haixi = line(overview["places"][2]["levels"], ASSOCIATE)
    assert {key: haixi[key] for key in ("units", "counted", "approved", "employed", "held", "used")} == (
        {"units": 3, "counted": 2, "approved": 8, "employed": 5, "held": 1, "used": 1}
    )
    assert (haixi["declarable"], haixi["free"], haixi["shortage"], haixi["short_units"]) == (3, 2, 1, 1)
    middle = line(overview["places"][2]["levels"], MIDDLE)
    assert (middle["declarable"], middle["deficit"]) == (0, 2)
    whole = line(overview["total"], ASSOCIATE)
    assert (whole["units"], whole["counted"], whole["approved"], whole["free"]) == (
        5,
        4,
        18,
        6,
    )  # one of them a full senior vacancy
    assert (whole["own_free"], line(overview["total"], FULL)["own_free"]) == (5, 1)
    junior = line(overview["total"], JUNIOR)
    assert (junior["free"], junior["own_free"]) == (None, None)
    targeted = line(overview["total"], ASSOCIATE, "TARGETED")
    assert (targeted["units"], targeted["approved"], targeted["free"]) == (1, 2, 1)
    assert overview["stale"] is False
    assert {each["cite"] for each in overview["basis"]} == {"二（一）第1段", "附件1"}


async def test_each_department_sees_what_lies_below_it(counted):
    """A prefecture's its own and its counties' units, a county's its own; whoever works at none is refused."""
    for token, units in [
        (at(ROOT, HAIXI), 3),
        (at(ROOT, HAIXI, GOLMUD), 2),
        (at(ROOT, XINING, role="SUPERVISOR"), 1),
        (service_token(), 5),
    ]:
        assert line((await told(counted, token))["total"], MIDDLE)["units"] == units
    stranger = Unit((Node(id=uuid4(), kind="HRSS", level="PROVINCE"),))
    assert (await told(counted, stranger.at(0, "REVIEWER")))["places"] == []
    for token in (at(ROOT, role="APPLICANT"), at(ROOT, HAIXI, kind="AUTHORITY"), mint()):
        for path in (PATH, CHART):
            answer = await ask(counted, "GET", path, token)
            assert_refused(answer, 403, "OVERVIEW_FOR_HRSS", field=None, cites=set())
        links = await ask(counted, "POST", "/v1/overview/chart-links", token, {"year": YEAR})
        assert links.json()["code"] == "OVERVIEW_FOR_HRSS"


async def test_it_says_when_it_is_old(counted, hospital, approve):
    """With the first form, place or decision that moves afterwards it is stale; counted again it is not."""
    assert (await told(counted, at(ROOT)))["stale"] is False
    await approve(hospital, MIDDLE=(4, 1, 0, 0))
    before = await told(counted, at(ROOT))
    assert before["stale"] is True
    await recount(counted)
    after = await told(counted, at(ROOT))
    assert (after["stale"], after["recalculation_id"] == before["recalculation_id"]) == (False, False)


async def test_nothing_was_counted_yet(quota):
    """Before the first recalculation is finished there is no overview, and no chart."""
    for path in (PATH, CHART):
        assert_refused(
            await ask(quota, "GET", path, at(ROOT)), 404, "NEVER_COUNTED", field="year", cites=set()
        )
    assert (await ask(quota, "GET", "/v1/overview?year=1999", at(ROOT))).json()["code"] == "YEAR_UNKNOWN"
    for path in ("/v1/overview", "/v1/overview?year=0", f"{CHART}&format=pdf", f"{CHART}&pool=ALL"):
        assert (await ask(quota, "GET", path, at(ROOT))).status_code == 422, path


async def test_the_chart_is_a_picture(counted):
    """SVG and PNG, with colours for every part of a bar; the same counting gives the same picture, others another."""
    svg = await ask(counted, "GET", CHART, at(ROOT))
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.text.startswith("<svg")
    assert {colour for colour in ("#0072b2", "#e69f00", "#009e73", "#b8ddf0") if colour in svg.text} == (
        {"#0072b2", "#e69f00", "#009e73", "#b8ddf0"}
    )
    png = await ask(counted, "GET", f"{CHART}&format=png", at(ROOT))
    assert png.headers["content-type"] == "image/png"
    assert png.content == (await ask(counted, "GET", f"{CHART}&format=png", at(ROOT))).content
    picture = Image.open(io.BytesIO(png.content))
    assert picture.width > 1200
    assert (0, 114, 178) in {colour[:3] for _, colour in picture.getcolors(maxcolors=1 << 20)}
    for other in (f"{CHART}&format=png&pool=TARGETED",):
        assert (await ask(counted, "GET", other, at(ROOT))).content != png.content
    assert (await ask(counted, "GET", f"{CHART}&format=png", at(ROOT, HAIXI))).content != png.content


async def test_the_chart_by_link(counted):
    """A link gives its caller's picture without signing in; what is altered or no link gives none."""
    body = {"year": YEAR, "pool": "GENERAL", "format": "png"}
    made = await ask(counted, "POST", "/v1/overview/chart-links", at(ROOT, HAIXI), body)
    assert made.status_code == 201, made.text
    path = made.json()["record"]["path"]
    fetched = await ask(counted, "GET", path, None)
    assert fetched.content == (await ask(counted, "GET", f"{CHART}&format=png", at(ROOT, HAIXI))).content
    for wrong in (path[:-4] + "AAAA", "/v1/overview-charts/none"):
        answer = await ask(counted, "GET", wrong, None)
        assert (answer.status_code, answer.json()["code"]) == (404, "LINK_INVALID")


@given(most=st.integers(0, 10**7))
def test_the_axis_holds_every_bar(most):
    """It begins at nothing, ends at or behind the longest bar and not far behind, and marks whole numbers in order."""
    marks = ticks(most)
    assert marks[0] == 0
    assert marks == sorted(set(marks))
    assert most <= marks[-1] <= max(1, 5 * most // 2)
