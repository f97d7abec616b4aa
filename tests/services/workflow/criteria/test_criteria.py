"""Review criteria: proposed with their documents, approved by the province, public, in force from their day."""

from __future__ import annotations

import asyncio
from datetime import date
from uuid import UUID

import pytest

from services.workflow.criteria import store
from services.workflow.criteria.states import CriteriaAction, CriteriaState
from services.workflow.criteria.steps import CRITERIA_STEPS
from tests.services.workflow.stage import CRITERIA, CRITERIA_BODY, OCTOBER, cites, problem

ALLOWED = {("PROPOSED", "APPROVE"): "APPROVED", ("APPROVED", "PUBLISH"): "PUBLISHED"}


def test_the_table_says_what_is_expected():
    """Approved by the province, then published; nothing else."""
    assert {(s.value, a.value): step.to.value for (s, a), step in CRITERIA_STEPS.items()} == ALLOWED
    assert (len(CriteriaState), len(CriteriaAction)) == (3, 2)


async def proposed(stage, **changed):
    """A proposal of the health authority's office."""
    return await stage.made("/criteria", stage.office, CRITERIA_BODY | changed)


@pytest.mark.clause("1.1", "3.4")
async def test_criteria_are_public_once_approved_and_published(stage):
    """The example of the policy goes its way and is read by anybody, gates and menus whole."""
    await stage.time(OCTOBER)
    answer = await stage.ask("POST", "/criteria", stage.office, CRITERIA)
    assert cites(answer.json()) == {"一（一）"}
    made = answer.json()["record"]
    path = f"/criteria/{made['id']}"
    for _ in range(2):
        problem(await stage.ask("GET", path), 404, "CRITERIA_NOT_FOUND")
        problem(await stage.ask("GET", path, stage.recommender), 404, "CRITERIA_NOT_FOUND")
        await stage.ask("POST", f"{path}/actions/APPROVE", stage.officer)
    published = await stage.made(f"{path}/actions/PUBLISH", stage.office)
    assert published["state"] == "PUBLISHED"
    told = (await stage.ask("GET", path)).json()
    assert [gate["code"] for gate in told["gates"]] == [gate["code"] for gate in CRITERIA["gates"]]
    assert (told["menus"][0]["need"], len(told["menus"][0]["entries"])) == (2, 8)
    assert told["gates"][3]["at_least"] == 5
    query = "series=HEALTH&level=ASSOCIATE_SENIOR&in_force_on"
    assert (await stage.ask("GET", f"/criteria?{query}=2023-11-01")).json()["items"] == [told]
    assert (await stage.ask("GET", f"/criteria?{query}=2023-10-31")).json()["items"] == []


@pytest.mark.clause("1.1")
@pytest.mark.parametrize(
    "missing", [["drafting_explanation"], ["research_report", "consultation_record"], None]
)
async def test_a_proposal_without_its_documents_is_refused(stage, missing):
    """Every missing document is named, with the article."""
    await stage.time(OCTOBER)
    kept = {name: text for name, text in CRITERIA["documents"].items() if missing and name not in missing}
    answer = await stage.ask("POST", "/criteria", stage.office, CRITERIA_BODY | {"documents": kept})
    told = problem(answer, 422, "DOCUMENTS_MISSING")
    titles = {
        "drafting_explanation": "起草说明",
        "research_report": "调研报告",
        "consultation_record": "征求意见材料",
    }
    assert all(titles[name] in told["message"] for name in missing or titles)
    assert cites(told) == {"一（一）"}


@pytest.mark.clause("1.1")
async def test_papers_are_never_the_only_way(stage):
    """A menu that can be met by papers alone is refused; one other way for each needed entry is enough."""
    await stage.time(OCTOBER)
    paper, other = {"text": "论文", "evidence": ["PAPER"]}, {"text": "专利", "evidence": ["PATENT"]}
    menu = {
        "code": "m",
        "text": "成果",
        "need": 1,
        "entries": [{"code": "p1", **paper}, {"code": "p2", **paper}],
    }
    refused = await stage.ask("POST", "/criteria", stage.office, CRITERIA_BODY | {"menus": [menu]})
    assert cites(problem(refused, 422, "PAPER_ONLY")) == {"一（一）"}
    menu["entries"].append({"code": "o", **other})
    assert (await proposed(stage, menus=[menu]))["menus"][0]["entries"][2]["code"] == "o"
    problem(
        await stage.ask("POST", "/criteria", stage.office, CRITERIA_BODY | {"menus": [menu | {"need": 2}]}),
        422,
        "PAPER_ONLY",
    )


@pytest.mark.clause("1.1")
async def test_a_proposal_is_due_by_the_end_of_december(stage):
    """On 1 January it is too late for this year."""
    await stage.time("2024-01-01T00:00+08:00")
    answer = await stage.ask("POST", "/criteria", stage.office, CRITERIA_BODY)
    assert cites(problem(answer, 422, "PROPOSAL_LATE")) == {"一（一）"}


@pytest.mark.clause("1.1")
@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("COMMITTEE_OFFICE", "authority"),
        ("TITLE_OFFICER", "prefecture"),
        ("REVIEWER", "province"),
        ("RECOMMENDER", "hospital"),
    ],
)
async def test_only_the_province_approves(stage, role, place):
    """Others are refused, or do not even find the proposal."""
    await stage.time(OCTOBER)
    made = await proposed(stage)
    token = stage.places.token(role, getattr(stage.places, place))
    answer = await stage.ask("POST", f"/criteria/{made['id']}/actions/APPROVE", token)
    assert answer.json()["code"] in ("NOT_YOUR_STEP", "CRITERIA_NOT_FOUND")


async def test_unapproved_criteria_are_not_published(stage):
    """The order of steps holds for the office and for the province."""
    await stage.time(OCTOBER)
    made = await proposed(stage)
    for token in (stage.office, stage.officer):
        answer = await stage.ask("POST", f"/criteria/{made['id']}/actions/PUBLISH", token)
        problem(answer, 409, "ACTION_NOT_AVAILABLE")


@pytest.mark.clause("1.1")
async def test_criteria_issued_after_the_notice_do_not_reach_back(stage):
    """An effective date between notice and publication is refused; one from before the notice is on record already."""
    await stage.time(OCTOBER)
    for effective, status in (("2023-10-12", 422), ("2022-03-01", 200), ("2023-10-16", 200)):
        made = await proposed(stage, effective_from=effective)
        await stage.made(f"/criteria/{made['id']}/actions/APPROVE", stage.officer)
        answer = await stage.ask("POST", f"/criteria/{made['id']}/actions/PUBLISH", stage.office)
        assert answer.status_code == status, answer.text
        if status == 422:
            assert cites(problem(answer, 422, "RULES_BROKEN")) == {"一（一）"}


@pytest.mark.clause("1.1")
async def test_the_version_in_force_is_the_newest_of_its_day(stage, session):
    """The old one holds until the new one's day; a specialty's own goes before the series'."""
    await stage.time(OCTOBER)
    old = await stage.criteria(effective_from="2022-03-01")
    new = await stage.criteria(effective_from="2023-12-01")
    specialty = await stage.made("/specialties", stage.office, {"series": "HEALTH", "name": "藏医"})
    await stage.made(f"/specialties/{specialty['id']}/actions/FILE", stage.officer)
    own = await stage.criteria(effective_from="2022-05-01", specialty_id=specialty["id"])
    assert [each["edition"] for each in (old, new, own)] == [1, 2, 1]
    expected = {
        (None, "2022-02-28"): None,
        (None, "2023-11-30"): old["id"],
        (None, "2023-12-01"): new["id"],
        (specialty["id"], "2023-12-01"): own["id"],
        (specialty["id"], "2022-04-01"): old["id"],
    }
    async with session("workflow") as tx:
        for (wanted, day), id_ in expected.items():
            specialty_id = UUID(wanted) if wanted else None
            found = await store.in_force(
                tx, "HEALTH", specialty_id, "ASSOCIATE_SENIOR", date.fromisoformat(day)
            )
            assert (str(found[0].id) if found else None) == id_, (wanted, day)


GATE = {"code": "g", "text": "条件"}
ENTRY = {"code": "e", "text": "成果", "evidence": ["PATENT"]}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"gates": []}, "REQUEST_MALFORMED"),
        ({"gates": [GATE, GATE]}, "CODE_TWICE"),
        ({"gates": [GATE | {"evidence": ["MAGIC"]}]}, "EVIDENCE_UNKNOWN"),
        ({"gates": [GATE | {"at_least": -1}]}, "REQUEST_MALFORMED"),
        ({"gates": [GATE | {"fact": "luck", "at_least": 1}]}, "FACT_UNKNOWN"),
        ({"gates": [GATE | {"fact": "years_of_work", "at_least": 60, "unit": "月"}]}, "FACT_IN_OTHER_UNIT"),
        ({"menus": [{"code": "m", "text": "t", "need": 2, "entries": [ENTRY]}]}, "MENU_TOO_SHORT"),
        ({"menus": [{"code": "m", "text": "t", "need": 0, "entries": [ENTRY]}]}, "REQUEST_MALFORMED"),
        (
            {"menus": [{"code": "m", "text": "t", "need": 1, "entries": [ENTRY | {"evidence": []}]}]},
            "REQUEST_MALFORMED",
        ),
        ({"series": "ASTROLOGY"}, "SERIES_UNKNOWN"),
        ({"level": "MIDDLE"}, "DECIDED_BY_EXAMINATION"),
        ({"effective_from": "2023-02-30"}, "REQUEST_MALFORMED"),
        ({"title": "a\0b"}, "REQUEST_MALFORMED"),
    ],
)
async def test_a_file_that_contradicts_itself_is_refused(stage, changed, code):
    """The fault has its own code and field."""
    await stage.time(OCTOBER)
    told = problem(await stage.ask("POST", "/criteria", stage.office, CRITERIA_BODY | changed), 422, code)
    assert told["field"]


async def test_editions_stay_distinct_in_a_race(stage):
    """Of proposals at once each keeps a number of its own; one that collides may be sent again."""
    await stage.time(OCTOBER)
    answers = await asyncio.gather(
        *(stage.ask("POST", "/criteria", stage.office, CRITERIA_BODY) for _ in range(4))
    )
    kept = [each.json()["record"]["edition"] for each in answers if each.status_code == 201]
    assert kept
    assert len(set(kept)) == len(kept)
    assert {each.status_code for each in answers} <= {201, 409}
