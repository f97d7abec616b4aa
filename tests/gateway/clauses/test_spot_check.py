"""The province checks a share of the reviews, drawn at random from every committee (三（五）)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from fractions import Fraction
from hashlib import sha256
from typing import Any
from uuid import UUID

import httpx
import pytest
from asgi_lifespan import LifespanManager
from strawberry.relay import GlobalID

from demo.api import Gateway, Session
from gateway.clients import PARTS
from gateway.main import create
from gateway.settings import GatewaySettings
from services.kit.auth import TokenVerifier
from services.workflow.certificate.number import Line, compose
from services.workflow.declaration.model import Declaration
from tests.gateway.clauses.season import refusal
from tests.gateway.fakes import Down
from tests.platform.tokens import trusted
from tests.services.workflow.integrity.archive import confirmed
from tests.services.workflow.meeting.conftest import season
from tests.services.workflow.meeting.season import Season
from tests.services.workflow.meeting.seated import seat
from tests.services.workflow.spot_check.scene import DOCUMENT, checker, replayed, with_results

__all__ = ["season"]
FRAME = """query($id: ID!) { spotCheck(id: $id) { state openedSeed share results size
    frame(first: 100) { edges { node { declarationId committeeId } } }
    progress { committeeName results drawn waiting inOrder found correctionOrdered } } }"""
ITEMS = """query($id: ID!) { spotCheck(id: $id) { items(first: 100) { edges { node {
    id number state checkerName availableActions declaration { id } } } } } }"""
CHECK = "spotCheck { id state seedCommitment openedSeed size results conclusion availableActions }"
ITEM = "item { id state checkerName verdict finding { id kind state reason dueOn } }"


class Hall:
    """Who speaks with the gateway, by name, as `refusal` expects it."""

    def __init__(self, front: Gateway, cast: dict[str, Session]) -> None:
        self.front, self.cast = front, cast


@pytest.fixture
async def hall(session: Any, season: Season, apps: Any) -> AsyncIterator[Hall]:
    """The real workflow behind the real gateway, alone; the results of three committees."""
    await with_results(session, season, 12, 5, 1)
    transports: dict[str, Any] = {name: Down() for name in PARTS}
    transports["workflow"] = httpx.ASGITransport(app=await apps.get("workflow"))
    app = create(GatewaySettings(), verifier=TokenVerifier(trusted()), transports=transports)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(LifespanManager(app))
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gateway.test")
        front = Gateway("/graphql", await stack.enter_async_context(http))
        tokens = {
            "province": season.officer,
            "checker": checker(season, name="检查人"),
            "officer": checker(season, "TITLE_OFFICER", name="职称管理人员"),
            "prefecture": season.prefecture_officer,
            "office": season.office,
        }
        yield Hall(front, {name: Session(front, name, token, {}) for name, token in tokens.items()})


def given(kind: str, value: UUID | str) -> str:
    """A global id."""
    return str(GlobalID(kind, str(value)))


async def nodes(hall: Hall, part: str, query: str, name: str, **more: Any) -> list[dict[str, Any]]:
    """What a list of the spot check tells somebody."""
    told = (await hall.cast[part].ask(query, **more))["spotCheck"][name]
    return [edge["node"] for edge in told["edges"]]


async def drawn(hall: Hall, season: Season) -> dict[str, Any]:
    """What the province orders and draws; nobody else may."""
    year = {"cycleId": given("Cycle", season.cycle_id)}
    for part in ("prefecture", "office"):
        assert await refused(hall, part, "orderSpotCheck", **year) == ("NOT_THE_PROVINCE", ["三（五）"])
    code, _ = await refused(hall, "province", "orderSpotCheck", **year, share=0.2)
    assert code == "SHARE_NEEDS_DOCUMENT"
    province = hall.cast["province"]
    done = await province.do("orderSpotCheck", CHECK, **year, share=0.2, documentNumber=DOCUMENT)
    ordered: dict[str, Any] = done["spotCheck"]
    assert (ordered["state"], ordered["openedSeed"], done.basis[0]["cite"]) == ("ORDERED", None, "三（五）")
    step = {"id": ordered["id"], "action": "DRAW"}
    assert (await refused(hall, "prefecture", "actOnSpotCheck", **step))[0] == "NOT_YOUR_STEP"
    await province.do("actOnSpotCheck", CHECK, **step)
    return ordered


async def refused(hall: Hall, part: str, act: str, **more: Any) -> tuple[str, list[str]]:
    """Code and articles of a refusal."""
    code, cites, _ = await refusal(hall, part, act, **more)  # type: ignore[arg-type]
    return code, cites


@pytest.mark.clause("3.5.2")
async def test_a_share_of_every_committee_is_drawn(hall: Hall, season: Season) -> None:
    """Ordered by the province alone; a prefecture repeats the draw from what is published once it is closed, never before."""
    ordered = await drawn(hall, season)
    here = {"id": ordered["id"]}
    for part in ("office", "prefecture", "province"):
        assert (await hall.cast[part].ask(FRAME, **here))["spotCheck"]["openedSeed"] is None
    for item in await nodes(hall, "checker", ITEMS, "items", **here):
        await hall.cast["checker"].do("actOnSpotCheckItem", ITEM, id=item["id"], action="TAKE")
        clear = {"id": item["id"], "action": "CLEAR", "note": "材料与会议记录相符"}
        await hall.cast["checker"].do("actOnSpotCheckItem", ITEM, **clear)
    await hall.cast["province"].do("actOnSpotCheck", CHECK, **here, action="CLOSE", note="总体规范")
    told = (await hall.cast["prefecture"].ask(FRAME, **here))["spotCheck"]
    assert sha256(bytes.fromhex(told["openedSeed"])).hexdigest() == ordered["seedCommitment"]
    named = [
        {"declaration_id": edge["node"]["declarationId"], "committee_id": edge["node"]["committeeId"]}
        for edge in told["frame"]["edges"]
    ]
    expected = replayed(told["openedSeed"], named, Fraction(1, 5))
    items = await nodes(hall, "checker", ITEMS, "items", **here)
    assert {each["declaration"]["id"] for each in items} == {given("Declaration", each) for each in expected}
    assert (told["results"], told["size"], len(items)) == (18, 4, 4)
    assert all(each["drawn"] >= 1 for each in told["progress"])
    assert await nodes(hall, "prefecture", ITEMS, "items", **here) == []


@pytest.mark.clause("3.5.2")
async def test_what_was_drawn_is_checked_and_findings_follow(hall: Hall, season: Season) -> None:
    """Every item is taken and gets its verdict; one of them orders a correction; then the spot check is closed."""
    here = {"id": (await drawn(hall, season))["id"]}
    checking, act = hall.cast["checker"], "actOnSpotCheckItem"
    items = await nodes(hall, "checker", ITEMS, "items", **here)
    for item in items:
        await checking.do(act, ITEM, id=item["id"], action="TAKE")
    correction = {
        "kind": "CORRECTION_ORDERED",
        "documentNumber": DOCUMENT,
        "organisationId": given("Organisation", season.hospital.id),
        "dueOn": "2024-01-31",
    }
    found = {"id": items[0]["id"], "action": "FIND", "note": "同行评议缺失"}
    assert await refused(hall, "checker", act, **found) == ("FINDING_NEEDED", ["三（五）"])
    item = (await checking.do(act, ITEM, **found, finding=correction))["item"]
    told = (item["state"], item["finding"]["kind"], item["finding"]["dueOn"])
    assert told == ("FOUND", "CORRECTION_ORDERED", "2024-01-31")
    end = {**here, "action": "CLOSE", "note": "总体规范，一件限期纠正"}
    assert (await refused(hall, "province", "actOnSpotCheck", **end))[0] == "RULES_BROKEN"
    for item in items[1:]:
        await checking.do(act, ITEM, id=item["id"], action="CLEAR", note="材料与会议记录相符")
    closed = (await hall.cast["province"].do("actOnSpotCheck", CHECK, **end))["spotCheck"]
    assert (closed["state"], closed["conclusion"], closed["availableActions"]) == ("CLOSED", end["note"], [])
    progress = (await hall.cast["office"].ask(FRAME, **here))["spotCheck"]["progress"]
    totals = [sum(each[name] for each in progress) for name in ("results", "drawn", "inOrder", "found")]
    assert totals == [18, 4, 3, 1]


STANDS = """query($id: ID!, $number: String!) { certificate(id: $id) { standing changes { kind documentNumber note } }
  verifyCertificate(number: $number, name: "申报人") { valid standing } }"""


async def certified(session: Any, season: Season, declaration_id: str) -> tuple[str, str]:
    """The certificate of a result that was filed: its global id and its number."""
    async with session("workflow") as tx:
        source = await tx.get_one(Declaration, UUID(GlobalID.from_id(declaration_id).node_id))
        meeting_id = await seat(tx, season)
        row = confirmed(
            season.province.id,
            source.person_id,
            source.account_id,
            compose(Line("63", 2023, "03", "2"), 1, 5),
        )
        row.origin, row.holder_name, row.way = "REVIEWED", "申报人", "REVIEW"
        row.declaration_id, row.meeting_id, row.cycle_id = source.id, meeting_id, source.cycle_id
        row.committee_id, row.committee_name = source.committee_id, "评委会"
        row.document_number, row.lineage = DOCUMENT, list(source.lineage)
        tx.add(row)
    return given("Certificate", row.id), row.number


@pytest.mark.clause("3.5.2", "3.6.4")
async def test_a_certified_result_is_void_by_a_spot_check(hall: Hall, season: Season, session: Any) -> None:
    """A supervisor may not, an officer of who filed it may, by a document: declaration, certificate and verification say so."""
    here = {"id": (await drawn(hall, season))["id"]}
    items = await nodes(hall, "officer", ITEMS, "items", **here)
    stated = "query($id: ID!) { declaration(id: $id) { state } }"
    for item in items:
        found = await hall.cast["officer"].ask(stated, id=item["declaration"]["id"])
        if found["declaration"]["state"] == "CERTIFIED":
            break
    title, number = await certified(session, season, item["declaration"]["id"])
    asked = {"id": title, "number": number}
    before = await hall.cast["officer"].ask(STANDS, **asked)
    assert (before["certificate"]["standing"], before["verifyCertificate"]["valid"]) == ("IN_FORCE", True)
    act, void = "actOnSpotCheckItem", {"kind": "RESULT_VOID", "documentNumber": DOCUMENT}
    verdict = {"id": item["id"], "action": "FIND", "note": "业绩不实", "finding": void}
    await hall.cast["checker"].do(act, ITEM, id=item["id"], action="TAKE")
    assert (await refused(hall, "checker", act, **verdict))[0] == "NOT_THE_FILING_HRSS"
    await hall.cast["checker"].do(act, ITEM, id=item["id"], action="RELEASE")
    await hall.cast["officer"].do(act, ITEM, id=item["id"], action="TAKE")
    done = (await hall.cast["officer"].do(act, ITEM, **verdict))["item"]
    assert (done["state"], done["finding"]["kind"]) == ("FOUND", "RESULT_VOID")
    now = await hall.cast["officer"].ask(STANDS, **asked)
    (change,) = now["certificate"]["changes"]
    assert (now["certificate"]["standing"], change["kind"], change["documentNumber"]) == (
        "VOID",
        "VOIDED",
        DOCUMENT,
    )
    told = now["verifyCertificate"]
    assert (told["valid"], told["standing"]) == (False, "INVALID")
    over = await hall.cast["officer"].ask(stated, id=item["declaration"]["id"])
    assert over["declaration"]["state"] == "ENDED"


SEASON = """query($id: ID!) { seasonReport(cycleId: $id) { title
    total { declared passed notPassed underWay certified passRate }
    prefectures { name declared } states { name declared } stays { name medianDays }
    spotChecks { stateName number } } }"""


async def test_the_season_is_reported_in_figures_and_by_link(hall: Hall, season: Season) -> None:
    """The province reads what its reviews came to; the picture and the workbook are fetched by a link alone."""
    year = given("Cycle", season.cycle_id)
    told = (await hall.cast["province"].ask(SEASON, id=year))["seasonReport"]
    assert (told["total"]["declared"], told["total"]["passed"], told["total"]["notPassed"]) == (19, 13, 5)
    assert told["prefectures"] == [{"name": "省直", "declared": 19}]
    for wanted, beginning in (("SVG", b"<svg"), ("XLSX", b"PK")):
        asked = {"cycleId": year, "format": wanted}
        done = await hall.cast["prefecture"].do("requestSeasonReport", "downloadUrl", **asked)
        content = await hall.front.transfer("GET", done["downloadUrl"])
        assert content.lstrip().startswith(beginning)
    code, _ = await refused(hall, "office", "requestSeasonReport", **asked)
    assert code == "ROLE_MISSING"
