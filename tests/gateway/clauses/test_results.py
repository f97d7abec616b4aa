"""Results through the gateway (三（六）4): public first, then filed on a document by the HRSS in charge of the level."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from services.kit.db import Database
from services.workflow.committee.model import Committee
from services.workflow.declaration.model import Declaration
from tests.gateway.clauses.province import Payload, Province, cites, only_error
from tests.gateway.clauses.test_meeting import Chamber, named
from tests.platform.settings import POLICIES
from tests.services.workflow.certificate.office import DAY_AFTER, DOCUMENT, LAST_DAY
from tests.services.workflow.meeting import seated
from tests.services.workflow.meeting.hall import MEETING_DAY
from tests.services.workflow.meeting.season import Season, seed_committee, seed_declaration, seed_experts

EXPERTS = 11
PUBLIC = """{ publicities(first: 10, kind: RESULT) { edges { node {
  id state opensOn closesOn workingDays snapshot objectionsOpen objectionsUpheld } } } }"""
OBJECTIONS = "query($p: ID!) { objections(first: 5, publicityId: $p) { edges { node { id anonymous } } } }"
VOTED = "query($id: ID!) { meeting(id: $id) { results { inFavour passed } } }"
VERIFY = """query($number: String!, $name: String!) { verifyCertificate(number: $number, name: $name) {
  valid certificate { limits { text } } } }"""
DIFFERING = (
    ("meeting.yaml", "share: 2/3 # of the experts present", "share: 4/5"),
    ("meeting.yaml", "working_days: 5", "working_days: 7"),
    ("certificate.yaml", "sequence_digits: 5", "sequence_digits: 6"),
    ("certificate.yaml", "限基层有效", "限县以下有效"),
)
"""What the notice of 2024 has instead: file, what 2023 says, what 2024 says."""
ISSUED = (
    "certificate { number holderName level documentNumber issuerName obtainedOn issuedOn limits { text } }"
)


@dataclass
class Results:
    """The results of one meeting, as their readers know them."""

    province: Province
    season: Season
    chamber: Chamber
    cases: list[str]
    shown: dict[str, dict[str, Any]]
    """What was public on the first day, by the applicant's name."""

    @classmethod
    async def of_meeting(
        cls, province: Province, season: Season, meeting: UUID, votes: Sequence[int]
    ) -> Results:
        """Hold a meeting with so many votes in favour of each case, and make public what passed."""
        cases = [named("Declaration", each) for each in season.declarations]
        chamber = Chamber(province.front, season, named("Meeting", meeting), cases)
        await chamber.done(season.office, "actOnMeeting", action="OPEN")
        for case, in_favour in zip(cases, votes, strict=True):
            for number, who in enumerate(season.experts):
                yes = number < in_favour
                await chamber.done(who.token, "castBallot", declarationId=case, inFavour=yes)
        await chamber.done(season.office, "actOnMeeting", action="CLOSE_VOTE")
        await chamber.done(season.office, "actOnMeeting", action="PUBLISH_RESULTS")
        made = cls(province, season, chamber, cases, {})
        made.shown = await made.public()
        return made

    async def public(self) -> dict[str, dict[str, Any]]:
        """What anybody reads now; of a result declared void nothing is shown any more."""
        told = await self.province.front.data(PUBLIC)
        nodes = [edge["node"] for edge in told["publicities"]["edges"]]
        return {each["snapshot"]["person_name"]: each for each in nodes if each["snapshot"]}

    async def of(self, case: int) -> dict[str, Any]:
        """The publicity of one result."""
        return (await self.public())[self.season.applicants[case].name]

    async def file(self, case: int, document: str = DOCUMENT, token: str | None = None) -> Payload:
        """What comes of filing a result, as the provincial HRSS unless told otherwise."""
        told = {"declarationId": self.cases[case], "documentNumber": document}
        return await self.province.act(token or self.season.officer, "fileResult", ISSUED, **told)

    async def object_to(self, case: int) -> Payload:
        """What comes of anybody's objecting."""
        told = {"publicityId": (await self.of(case))["id"], "text": "业绩材料存疑", "anonymous": True}
        return await self.province.act(None, "raiseObjection", "objection { state }", **told)

    async def decide(self, case: int, *, upheld: bool) -> None:
        """The office decides on the one objection."""
        where = (await self.of(case))["id"]
        found = await self.province.front.data(OBJECTIONS, token=self.season.office, p=where)
        [edge] = found["objections"]["edges"]
        told = {"id": edge["node"]["id"], "upheld": upheld, "reason": "经核查"}
        done = await self.province.act(self.season.office, "decideObjection", "objection { state }", **told)
        assert done["errors"] == [], done["errors"]


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The notice of 2023, and one of 2024 that differs in figures: each year's cases are to keep their own."""
    folder = tmp_path_factory.mktemp("years") / "policies"
    shutil.copytree(POLICIES, folder)
    shutil.copytree(folder / "qinghai/2023", folder / "qinghai/2024")
    for name, told, instead in DIFFERING:
        file = folder / "qinghai/2024" / name
        text = file.read_text(encoding="utf-8")
        assert told in text, told
        file.write_text(text.replace(told, instead), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
async def years(province: Province, tables: Database) -> tuple[Results, Results]:
    """The results of a meeting of 2023 and of one of 2024, held on one day: what passed is public since.

    Of 2023 three senior titles and, of a prefecture's clinic, a middle one, each with eight of eleven in favour; of 2024
    one with eight and one with nine.
    """
    first = Season()
    async with tables.begin() as tx:
        await seed_committee(tx, first)
        await seed_experts(tx, first, EXPERTS)
        for pool in ("TARGETED", "GENERAL", "GENERAL"):
            await seed_declaration(tx, first, pool=pool)
        await seed_declaration(tx, first, level="MIDDLE", unit=first.clinic, above=first.prefecture)
        meeting = await seated.seat(tx, first)
        later = replace(
            first, year=2024, cycle_id=uuid4(), committee_id=uuid4(), experts=[],
            declarations=list(first.declarations), applicants=list(first.applicants),
        )  # fmt: skip
        await seed_committee(tx, later)
        await seed_experts(tx, later, EXPERTS)
        for _ in range(2):
            await seed_declaration(tx, later, pool="TARGETED")
        before = len(first.declarations)
        later.declarations, later.applicants = later.declarations[before:], later.applicants[before:]
        next_meeting = await seated.seat(tx, later)
    await province.move_clock(MEETING_DAY)
    return (
        await Results.of_meeting(province, first, meeting, (8, 8, 8, 8)),
        await Results.of_meeting(province, later, next_meeting, (8, 9)),
    )


@pytest.fixture(scope="module")
def results(years: tuple[Results, Results]) -> Results:
    """Those of 2023."""
    return years[0]


@pytest.mark.clause("3.6.4")
async def test_nothing_is_filed_before_its_publicity_is_over(results: Results) -> None:
    """Anybody reads name, unit and title for five working days; on the last of them filing is still refused."""
    shown = await results.of(0)
    assert (shown["state"], shown["opensOn"], shown["closesOn"]) == ("OPEN", "2024-01-10", "2024-01-17")
    told = ("unit_name", "series", "level", "committee", "passed_on")
    assert [shown["snapshot"][each] for each in told] == [
        *("省第一医院", "HEALTH", "ASSOCIATE_SENIOR", "卫生系列高级评委会", "2024-01-10"),
    ]
    await results.province.move_clock(LAST_DAY)
    error = only_error(await results.file(0))
    assert (error["code"], cites(error)) == ("PUBLICITY_NOT_OVER", ["三（六）4", "三（六）4"])
    assert "2024-01-18" in error["message"]
    listed = "{ certificates(first: 1) { edges { node { id } } } }"
    found = await results.province.front.data(listed, token=results.season.officer)
    assert found["certificates"]["edges"] == []


@pytest.mark.clause("3.6.4")
async def test_an_open_objection_holds_and_an_upheld_one_ends(results: Results) -> None:
    """What is dismissed holds no longer; what is upheld never comes to a certificate, and the office declares it void."""
    await results.province.move_clock(LAST_DAY)
    for case in (1, 2):
        assert (await results.object_to(case))["objection"] == {"state": "OPEN"}
    await results.province.move_clock(DAY_AFTER)
    assert only_error(await results.object_to(1))["code"] == "PUBLICITY_CLOSED"
    for case in (1, 2):
        error = only_error(await results.file(case))
        assert (error["code"], "异议待处理 1 件" in error["message"]) == ("PUBLICITY_NOT_OVER", True)
        assert (await results.of(case))["state"] == "HELD"
    await results.decide(1, upheld=False)
    assert (await results.file(1))["errors"] == []
    await results.decide(2, upheld=True)
    assert only_error(await results.file(2))["code"] == "PUBLICITY_NOT_OVER"
    ended = await results.of(2)
    assert (ended["state"], ended["objectionsUpheld"]) == ("OBJECTED", 1)
    told = {"declarationId": results.cases[2], "note": "业绩不实"}
    done = await results.province.act(results.season.office, "voidResult", "declaration { state }", **told)
    assert done["declaration"] == {"state": "ENDED"}
    assert results.season.applicants[2].name not in await results.public()
    assert only_error(await results.file(2))["code"] == "RESULT_NOT_PUBLICISED"


@pytest.mark.clause("3.6.4")
async def test_it_is_filed_on_a_document_by_who_manages_the_level(results: Results) -> None:
    """The province is refused a prefecture's level, which is named; what is no document number is refused with an example."""
    await results.province.move_clock(DAY_AFTER)
    prefecture = results.season.prefecture_officer
    error = only_error(await results.file(3))
    assert (error["code"], cites(error)) == ("NOT_THE_FILING_HRSS", ["三（六）4"])
    assert "中级职称应由市（州）" in error["message"]
    assert only_error(await results.file(0, token=prefecture))["code"] == "RESULT_NOT_FOUND"
    for document in ("12号", "青人社厅函2024-12", "〔2024〕12号"):
        error = only_error(await results.file(0, document))
        assert (error["code"], DOCUMENT in error["message"]) == ("DOCUMENT_NUMBER_INVALID", True)
    filed = await results.file(3, "西人社函〔2024〕3号", prefecture)
    assert cites(filed) == ["三（六）4", "三（六）4"]
    certificate = filed["certificate"]
    assert certificate.pop("number").startswith("632023033")
    assert certificate == {
        "holderName": results.season.applicants[3].name,
        "level": "MIDDLE",
        "documentNumber": "西人社函〔2024〕3号",
        "issuerName": "海西州人社局",
        "obtainedOn": "2024-01-10",
        "issuedOn": "2024-01-18",
        "limits": [],
    }
    again = only_error(await results.file(3, "西人社函〔2024〕3号", prefecture))
    assert again["code"] == "RESULT_NOT_PUBLICISED"


@pytest.mark.clause("3.6.4")
async def test_two_years_run_side_by_side(years: tuple[Results, Results]) -> None:
    """One day, one platform, two notices: each year's share passes, its days are public, its number and limit are issued."""
    first, later = years
    for each, passed in ((first, [(8, True)] * 4), (later, [(8, False), (9, True)])):
        told = (await each.chamber.see(each.season.office, VOTED))["results"]
        assert sorted((one["inFavour"], one["passed"]) for one in told) == passed
    shown = [await first.of(0), await later.of(1)]
    assert [(each["workingDays"], each["closesOn"]) for each in shown] == [
        (5, "2024-01-17"),
        (7, "2024-01-19"),
    ]
    assert later.season.applicants[0].name not in await later.public()
    await first.province.move_clock(DAY_AFTER)
    error = only_error(await later.file(1))
    assert (error["code"], "2024-01-20" in error["message"]) == ("PUBLICITY_NOT_OVER", True)
    issued = [(await first.file(0))["certificate"]]
    await first.province.move_clock("2024-01-20T09:00:00+08:00")
    issued.append((await later.file(1))["certificate"])
    numbers = [(each["number"][:9], len(each["number"])) for each in issued]
    assert numbers == [("632023032", 15), ("632024032", 16)]
    limits = [each["limits"][0]["text"].rpartition("，")[2] for each in issued]
    assert limits == ["限基层有效", "限县以下有效"]
    for each in issued:
        pair = {"number": each["number"], "name": each["holderName"]}
        told = (await first.province.front.data(VERIFY, **pair))["verifyCertificate"]
        assert told == {"valid": True, "certificate": {"limits": each["limits"]}}


@pytest.mark.clause("3.6.4")
async def test_what_was_shown_stays_as_it_was_shown(results: Results, tables: Database) -> None:
    """Whatever becomes of a result, and whatever applicants and committees are called later, the publicity tells the same."""
    async with tables.begin() as tx:
        await tx.execute(update(Declaration).values(person_name="改名"))
        await tx.execute(update(Committee).values(name="更名后的评委会"))
    now = await results.public()
    kept = results.shown.keys() & now.keys()
    assert len(kept) >= len(results.cases) - 1
    for name in kept:
        for key in ("opensOn", "closesOn", "workingDays", "snapshot"):
            assert now[name][key] == results.shown[name][key]
