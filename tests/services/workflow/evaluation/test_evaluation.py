"""Evaluations over HTTP: what an applicant is told, what stands in the way of acceptance, what is kept."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import ProgrammingError

from services.kit.audit import audit_log
from services.workflow.certificate.standing import Cause
from services.workflow.certificate.states import ChangeKind
from services.workflow.criteria.model import Criteria
from services.workflow.evaluation.model import DeclarationEvaluation, DeclarationFact
from tests.platform.tokens import mint, seat
from tests.services.workflow.applicants import CONTENT, codes, record
from tests.services.workflow.certificate import standings
from tests.services.workflow.credential.carried import certificate
from tests.services.workflow.route.table import title
from tests.services.workflow.season import IN_DECEMBER

GATES = [
    {"code": "ethics", "text": "医德医风", "evidence": ["ASSESSMENT"]},
    {
        "code": "seniority",
        "text": "满五年",
        "evidence": ["TITLE"],
        "fact": "years_in_present_title",
        "at_least": 5,
        "unit": "年",
    },
    {"code": "hours", "text": "继续教育", "evidence": ["CONTINUING_EDUCATION"]},
]
ENTRIES = [
    {"code": "cases", "text": "病案", "evidence": ["CASE"]},
    {"code": "service", "text": "基层服务", "evidence": ["GRASS_ROOTS"]},
    {"code": "paper", "text": "论文", "evidence": ["PAPER"]},
]
MENU = {"code": "menu", "text": "业绩", "need": 2, "entries": ENTRIES}
OWN_FILES = ("EDUCATION_CERTIFICATE", "PRESENT_TITLE_CERTIFICATE", "ACHIEVEMENT")
SERVICE = {"kind": "GRASS_ROOTS", "title": "驻村义诊", "obtained_on": "2022-05-01"}
GOOD = {**CONTENT, "achievements": [*CONTENT["achievements"], SERVICE]}
ETHICS = {"item": "ethics", "met": True, "note": "年度考核合格"}
ACHIEVED = [
    {"item": "cases", "met": True, "note": "疑难病案，主持"},
    {"item": "service", "met": True, "note": "驻村满一年"},
]


@pytest.fixture
async def criteria(season, session) -> None:
    """The season's criteria ask for something."""
    async with session("workflow") as tx:
        await tx.execute(update(Criteria).values(gates=GATES, menus=[MENU]))


async def told(office, declaration: dict[str, Any], token: str, **headers: str) -> dict[str, Any]:
    """The evaluation as somebody reads it."""
    answer = await office.call("GET", f"/v1/declarations/{declaration['id']}/evaluation", token)
    assert answer.status_code == 200, answer.text
    return answer.json()


def verdicts(found: dict[str, Any]) -> dict[str, str]:
    """By item."""
    return {each["code"]: each["verdict"] for each in found["items"]}


async def at_the_office(
    office, season, at, content: dict[str, Any], person: Any = None
) -> tuple[Any, dict[str, Any]]:
    """A freelancer's declaration of that content, looked through by everybody up to the committee's office."""
    person = person or season.without_unit()
    draft = await office.filled_in(person, OWN_FILES)
    edited = record(await office.edit(person, draft, content))
    declaration = record(await office.act(edited, "SUBMIT", person.token))
    await at(IN_DECEMBER, "workflow")
    for place in (2, 1):
        declaration = await office.passed(declaration, person.line.token("REVIEWER", place))
    await office.look_through(declaration, season.office_token)
    return person, declaration


@pytest.mark.clause("1.1")
async def test_a_draft_tells_its_applicant_what_is_missing(office, season, criteria):
    """Item by item, with what shows it, from the empty form on; nobody else reads a draft's."""
    person = season.without_unit()
    draft = await office.draft(person)
    empty = verdicts(await told(office, draft, person.token))
    lacking = ("seniority", "hours", "menu", "cases", "service", "paper")
    assert empty == {"ethics": "NEEDS_HUMAN", **dict.fromkeys(lacking, "NOT_MET")}
    draft = record(await office.edit(person, draft, GOOD))
    for item in OWN_FILES:
        await office.upload(person, draft, item)
    found = await told(office, draft, person.token)
    assert verdicts(found) == {
        **dict.fromkeys(("ethics", "menu", "cases", "service"), "NEEDS_HUMAN"),
        "seniority": "MET",
        "hours": "MET",
        "paper": "NOT_MET",
    }
    assert (found["verdict"], found["counted_from"], found["counted_until"]) == (
        "NEEDS_HUMAN",
        "2017-01-01",
        "2023-12-31",
    )
    items = {each["code"]: each for each in found["items"]}
    files = {each["item"]: each["id"] for each in (await office.read(draft, person.token))["materials"]}
    [shown] = items["service"]["evidence"]
    assert (shown["achievements"], shown["materials"]) == ([1], [files["ACHIEVEMENT"]])
    assert items["seniority"]["evidence"][0]["materials"] == [files["PRESENT_TITLE_CERTIFICATE"]]
    assert (items["seniority"]["have"], items["menu"]["have"], items["paper"]["parent"]) == (7, 0, "menu")
    assert {"一（一）", "三（六）2"} <= {each["cite"] for each in items["seniority"]["basis"]}
    strangers = (
        season.office_token,
        person.line.token("REVIEWER", 2),
        mint([seat("APPLICANT", season.root)]),
    )
    for token in strangers:
        answer = await office.call("GET", f"/v1/declarations/{draft['id']}/evaluation", token)
        assert (answer.status_code, answer.json()["code"]) == (404, "DECLARATION_NOT_FOUND")


@pytest.mark.clause("1.1")
async def test_what_is_not_met_is_not_accepted(office, season, session, at, criteria):
    """Every item is named with its article; what a person has to judge is not passed over; nothing changes."""
    later = {**CONTENT, "present_title": CONTENT["present_title"] | {"obtained_on": "2019-01-01"}}
    _, declaration = await at_the_office(office, season, at, later)
    answer = await office.act(declaration, "ACCEPT", season.office_token)
    assert codes(answer) == ["CRITERIA_NOT_MET", "CRITERIA_NOT_MET", "CRITERIA_NOT_JUDGED"]
    findings = answer.json()["findings"]
    assert [each["field"] for each in findings] == [
        "evaluation.seniority",
        "evaluation.menu",
        "evaluation.ethics",
    ]
    assert all("一（一）" in {b["cite"] for b in each["basis"]} for each in findings)
    over = {"item": "seniority", "met": True, "note": "特批"}
    answer = await office.act(declaration, "ACCEPT", season.office_token, judgements=[ETHICS, over])
    assert codes(answer) == ["CRITERIA_NOT_MET", "CRITERIA_NOT_MET", "JUDGEMENT_NOT_ASKED"]
    twice = await office.act(declaration, "ACCEPT", season.office_token, judgements=[ETHICS, ETHICS])
    assert (twice.status_code, twice.json()["code"]) == (422, "REQUEST_MALFORMED")
    assert (await office.read(declaration, season.office_token))["state"] == "AT_COMMITTEE_OFFICE"
    async with session("workflow") as tx:
        assert await tx.scalar(select(DeclarationEvaluation.id)) is None


@pytest.mark.clause("1.1", "1.3.2")
async def test_what_was_found_is_kept_with_the_acceptance(office, season, session, at, criteria):
    """The office's answer by name; a no refuses; later changes of the criteria or of what is on record change nothing."""
    person, declaration = await at_the_office(office, season, at, GOOD)
    refused = await office.act(
        declaration,
        "ACCEPT",
        season.office_token,
        judgements=[ETHICS | {"met": False, "note": "有处分"}, *ACHIEVED],
    )
    assert codes(refused) == ["CRITERIA_NOT_MET"]
    assert "有处分" in refused.json()["findings"][0]["message"]
    unlike = [ETHICS, ACHIEVED[0], ACHIEVED[1] | {"met": False, "note": "并非驻村服务"}]
    refused = await office.act(declaration, "ACCEPT", season.office_token, judgements=unlike)
    assert codes(refused) == ["CRITERIA_NOT_MET"]
    open_ = await office.act(declaration, "ACCEPT", season.office_token, judgements=[ETHICS])
    assert codes(open_) == ["CRITERIA_NOT_JUDGED"]
    done = await office.act(declaration, "ACCEPT", season.office_token, judgements=[ETHICS, *ACHIEVED])
    assert record(done)["state"] == "ACCEPTED"
    assert {"一（一）", "三（六）2"} <= {each["cite"] for each in done.json()["basis"]}
    async with session("workflow") as tx:
        await tx.execute(update(Criteria).values(gates=[], menus=[]))
        logged = select(audit_log.c.detail).where(audit_log.c.action == "declaration.EVALUATE")
        assert (await tx.scalar(logged))["answers"] == {
            "ethics": "年度考核合格",
            "cases": "疑难病案，主持",
            "service": "驻村满一年",
        }
    for token in (person.token, season.office_token):
        found = await told(office, declaration, token)
        answered = next(each["answer"] for each in found["items"] if each["code"] == "ethics")
        assert (answered["met"], answered["note"], answered["name"]) == (True, "年度考核合格", "办事机构")
        assert (found["verdict"], found["round"], found["kept_at"] is not None) == ("MET", 1, True)
    for table in ("declaration_evaluation", "declaration_fact"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with session("workflow") as tx:
                await tx.execute(text(f"update {table} set round = 9"))


@pytest.mark.clause("1.4.3")
async def test_facts_are_frozen_at_each_submission(office, season, session, neighbours, at, criteria):
    """A posting that is confirmed by then counts for hours and menu, on its article, whatever is on record later."""
    posting = {
        "record_id": str(uuid4()),
        "role": "TEAM_MEMBER",
        "region_code": "632801",
        "since": "2021-01-01",
        "until": None,
        "confirmed": True,
    }
    person = season.without_unit()
    neighbours.standings[person.person_id] = {"village_posting": "YES", "village_postings": [posting]}
    draft = await office.filled_in(person, OWN_FILES)
    short = record(await office.edit(person, draft, {**CONTENT, "continuing_education": []}))
    neighbours.away.add("accounts")
    refused = await office.act(short, "SUBMIT", person.token)
    assert (refused.status_code, refused.json()["code"]) == (503, "PART_UNAVAILABLE")
    neighbours.away.clear()
    declaration = record(await office.act(short, "SUBMIT", person.token))
    neighbours.standings.clear()
    reviewer = person.line.token("REVIEWER", 2)
    found = await told(office, declaration, reviewer)
    items = {each["code"]: each for each in found["items"]}
    assert [items[code]["verdict"] for code in ("hours", "service", "menu")] == ["MET", "MET", "NEEDS_HUMAN"]
    assert "一（四）3" in {each["cite"] for each in items["hours"]["basis"]}
    assert items["service"]["evidence"][0]["records"] == [posting["record_id"]]
    await at(IN_DECEMBER, "workflow")
    items_back = [{"item": "continuing_education", "reason": "请补充"}]
    returned = record(await office.act(declaration, "SEND_BACK", reviewer, items=items_back))
    hours = [{"year": 2023, "public_hours": 30, "professional_hours": 60}]
    record(await office.save(returned, person.token, "continuing_education", hours))
    await office.confirm_anew(returned, person.token)
    again = record(await office.act(returned, "SUBMIT", person.token))
    found = await told(office, again, reviewer)
    assert (found["round"], found["facts_on"], verdicts(found)["menu"]) == (2, "2023-12-11", "NOT_MET")
    async with session("workflow") as tx:
        rounds = await tx.scalars(select(DeclarationFact).order_by(DeclarationFact.round))
        assert [(each.round, each.facts["village_posting"]) for each in rounds] == [(1, "YES"), (2, "NO")]


@pytest.mark.clause("1.5.2")
async def test_the_mode_of_study_is_nothing_to_the_criteria(office, season, session):
    """A part-time bachelor meets what a full-time one meets."""
    education = {"code": "education", "text": "本科及以上", "fact": "education_level", "at_least": 3}
    async with session("workflow") as tx:
        await tx.execute(update(Criteria).values(gates=[education]))
    person = season.without_unit()
    draft = await office.draft(person)
    for full_time in (True, False):
        school = [CONTENT["education"][0] | {"full_time": full_time}]
        draft = record(await office.edit(person, draft, {**CONTENT, "education": school}))
        [item] = (await told(office, draft, person.token))["items"]
        assert (item["verdict"], item["have"]) == ("MET", 3)
        assert "一（五）2" in {each["cite"] for each in item["basis"]}


@pytest.mark.clause("1.8")
async def test_a_title_that_was_revoked_meanwhile_does_not_count(
    office, season, session, at, criteria, neighbours
):
    """Counted at the submission, it gives no years once its certificate is revoked, whatever the form says, and again when reinstated."""
    person = season.without_unit()
    own = certificate(
        [season.root.id], person_id=person.person_id, level="MIDDLE", obtained_on=date(2016, 12, 1)
    )
    revoked, number = str(own.id), own.number
    async with session("workflow") as tx:
        tx.add(own)
    on_record = title("MIDDLE") | {"certificate_number": number}
    neighbours.standings[person.person_id] = {"titles": [on_record]}
    _, declaration = await at_the_office(office, season, at, GOOD, person)
    by_hrss, found = SimpleNamespace(province=season.root), []
    for kind in (None, ChangeKind.REVOKED, ChangeKind.REINSTATED):
        if kind is not None:
            await standings.record(session, by_hrss, revoked, kind, Cause("integrity_case", uuid4()))
        found.append(verdicts(await told(office, declaration, season.office_token))["seniority"])
        answer = await office.act(declaration, "ACCEPT", season.office_token, judgements=[ETHICS])
        fields = [each["field"] for each in answer.json()["findings"]]
        assert ("evaluation.seniority" in fields) == (kind is ChangeKind.REVOKED)
    assert found == ["MET", "NOT_MET", "MET"]
