"""Editing and submitting: typed sections, versions, everything missing named at once."""

from __future__ import annotations

import asyncio
import copy

import pytest

from tests.services.workflow.applicants import CONTENT, FILES, codes, record
from tests.services.workflow.route.table import PRIVATE
from tests.services.workflow.season import IN_DECEMBER


def content(**changed):
    """The complete content with sections changed; None leaves a section out."""
    whole = copy.deepcopy(dict(CONTENT)) | changed
    return {name: value for name, value in whole.items() if value is not None}


@pytest.mark.clause("2.5.3")
async def test_an_empty_draft_is_told_everything_that_is_missing(office, season):
    """One refusal names each missing section and material, with its field and article."""
    person = await season.recommended()
    refused = await office.act(await office.draft(person), "SUBMIT", person.token)
    findings = {each["field"]: each for each in refused.json()["findings"]}
    assert codes(refused)
    assert set(findings) == {
        *(f"content.{name}" for name in CONTENT),
        "content.responsibility.confirmed",
        "materials.EDUCATION_CERTIFICATE",
        "materials.APPOINTMENT_CERTIFICATE",
        "materials.ACHIEVEMENT",
    }
    assert all(each["basis"][0]["cite"] for each in findings.values())
    assert findings["materials.APPOINTMENT_CERTIFICATE"]["basis"][0]["cite"] == "二（五）2"


@pytest.mark.clause("2.5.3")
async def test_the_applicant_answers_for_what_is_submitted(office, season):
    """An unconfirmed statement of responsibility is refused, alone, with its article."""
    person = await season.recommended()
    draft = await office.filled_in(person)
    written = record(await office.edit(person, draft, content(responsibility={"confirmed": False})))
    refused = await office.act(written, "SUBMIT", person.token)
    assert codes(refused) == ["RESPONSIBILITY_NOT_CONFIRMED"]
    assert refused.json()["basis"][0]["cite"] == "二（五）3"


@pytest.mark.clause("2.5.2")
async def test_institution_staff_needs_proof_of_appointment(office, season):
    """Without it a permanent member of an institution's staff cannot submit; with it he or she can."""
    person = await season.recommended()
    draft = await office.filled_in(person, set(FILES) - {"APPOINTMENT_CERTIFICATE"})
    refused = await office.act(draft, "SUBMIT", person.token)
    assert (codes(refused), refused.json()["basis"][0]["cite"]) == (["MATERIAL_MISSING"], "二（五）2")
    await office.upload(person, draft, "APPOINTMENT_CERTIFICATE")
    record(await office.act(draft, "SUBMIT", person.token))


@pytest.mark.clause("2.5.2")
@pytest.mark.parametrize(
    ("kind", "nature"),
    [
        ("TEMPORARY", "PUBLIC_INSTITUTION"),
        ("ENTERPRISE", "STATE_ENTERPRISE"),
        ("ENTERPRISE", "PRIVATE_ENTERPRISE"),
        ("ENTERPRISE", "PRIVATE_HOSPITAL"),
        ("HOSTED", None),
    ],
)
async def test_others_are_never_asked_for_proof_of_appointment(office, season, neighbours, kind, nature):
    """Enterprise and temporary staff submit without it, do not find it among what is asked, and cannot bring it."""
    person = await season.recommended(kind=kind, nature=nature, reservation="EXEMPT")
    neighbours.standings[person.person_id] = PRIVATE
    draft = await office.filled_in(person, set(FILES) - {"APPOINTMENT_CERTIFICATE"})
    assert "APPOINTMENT_CERTIFICATE" not in {each["code"] for each in draft["asked"]["materials"]}
    refused = await office.announce(person, draft, "APPOINTMENT_CERTIFICATE")
    assert (codes(refused), refused.json()["basis"][0]["cite"]) == (["ITEM_NOT_ASKED"], "二（五）2")
    record(await office.act(draft, "SUBMIT", person.token))


@pytest.mark.clause("3.6.2")
async def test_what_is_dated_outside_the_period_does_not_count(office, season):
    """Each too early or too late achievement and material is named; if nothing is left, nothing is submitted."""
    person = await season.recommended()
    draft = await office.filled_in(person)
    early = {"kind": "PAPER", "title": "太早", "obtained_on": "2016-12-31"}
    first_day = {"kind": "PAPER", "title": "首日", "obtained_on": "2017-01-01"}
    last_day = {"kind": "PAPER", "title": "末日", "obtained_on": "2023-12-31"}
    late = {"kind": "PAPER", "title": "太晚", "obtained_on": "2024-01-01"}
    draft = record(await office.edit(person, draft, content(achievements=[early, first_day, last_day, late])))
    await office.upload(person, draft, "OTHER", obtained_on="2024-01-01")
    told = await office.read(draft, person.token)
    assert [each["field"] for each in told["findings"]] == [
        "content.achievements.0.obtained_on",
        "content.achievements.3.obtained_on",
        "materials.OTHER",
    ]
    assert {each["basis"][0]["cite"] for each in told["findings"]} == {"三（六）2"}
    written = record(await office.edit(person, told, content(achievements=[early, late])))
    assert codes(await office.act(written, "SUBMIT", person.token)) == ["NO_ACHIEVEMENT_COUNTS"]


async def test_a_title_of_the_last_year_there_is_leaves_nothing_to_count(office, season):
    """A present title dated at the end of all dates is written as it is told: no achievement counts after it."""
    person = await season.recommended()
    title = {"name": "主治医师", "level": "MIDDLE", "obtained_on": "9999-12-31"}
    written = record(await office.edit(person, await office.draft(person), content(present_title=title)))
    assert [each["field"] for each in written["findings"]] == ["content.achievements.0.obtained_on"]


@pytest.mark.clause("3.6.2")
async def test_a_certificate_of_next_year_is_as_good_as_missing(office, season):
    """A material obtained after the cut-off does not fill the place of one that is asked for."""
    person = await season.recommended()
    draft = await office.filled_in(person, set(FILES) - {"EDUCATION_CERTIFICATE"})
    await office.upload(person, draft, "EDUCATION_CERTIFICATE", obtained_on="2024-01-15")
    refused = await office.act(draft, "SUBMIT", person.token)
    assert [each["field"] for each in refused.json()["findings"]] == ["materials.EDUCATION_CERTIFICATE"]


@pytest.mark.clause("2.5.1")
async def test_hours_of_continuing_education_are_counted(office, season):
    """Too few hours of either kind are refused with the figures; several entries of a year add up."""
    person = await season.recommended()
    draft = await office.filled_in(person)
    short = [{"year": 2023, "public_hours": 29, "professional_hours": 90}]
    draft = record(await office.edit(person, draft, content(continuing_education=short)))
    refused = await office.act(draft, "SUBMIT", person.token)
    assert codes(refused) == ["CONTINUING_EDUCATION_SHORT"]
    assert "29/30" in refused.json()["message"]
    enough = [*short, {"year": 2023, "public_hours": 1, "professional_hours": 0}]
    draft = record(await office.edit(person, draft, content(continuing_education=enough)))
    record(await office.act(draft, "SUBMIT", person.token))


async def test_a_material_without_its_file_holds_the_submission(office, season):
    """What was announced and never sent is named."""
    person = await season.recommended()
    draft = await office.filled_in(person)
    announced = record(await office.announce(person, draft, "OTHER"), 201)
    assert codes(await office.act(draft, "SUBMIT", person.token)) == ["MATERIAL_WITHOUT_FILE"]
    removed = await office.call("DELETE", f"/v1/materials/{announced['id']}", person.token)
    assert record(removed)["state"] == "REMOVED"
    record(await office.act(draft, "SUBMIT", person.token))


@pytest.mark.parametrize(
    "broken",
    [
        {"basic": {"birth_date": "昨天", "work_began_on": "2003-07-01", "post": "x"}},
        {
            "work_history": [
                {"organisation": "甲", "post": "乙", "since": "2020-01-02", "until": "2020-01-01"}
            ]
        },
        {"present_title": {"name": "x", "level": "GOD", "obtained_on": "2016-12-01"}},
        {"continuing_education": [{"year": 2023, "public_hours": -1, "professional_hours": 60}]},
        {"phone": "13900000000"},
        {"basic": {"birth_date": "1980-05-01", "work_began_on": "2003-07-01", "post": "a\u0000b"}},
    ],
)
async def test_malformed_sections_are_refused_by_field(office, season, broken):
    """A section of the wrong shape is refused with the field's name; the draft stays as it was."""
    person = await season.recommended()
    draft = await office.draft(person)
    refused = await office.edit(person, draft, broken)
    assert (refused.status_code, refused.json()["code"]) == (422, "REQUEST_MALFORMED")
    assert refused.json()["field"].startswith(f"content.{next(iter(broken))}")
    assert (await office.read(draft, person.token))["version"] == draft["version"]


@pytest.mark.clause("1.1")
async def test_achievements_are_of_kinds_on_the_menu(office, season):
    """A kind that the policy does not know is refused at once; a paper is one kind of many."""
    person = await season.recommended()
    draft = await office.draft(person)
    odd = [{"kind": "MAGIC", "title": "x", "obtained_on": "2020-01-01"}]
    assert codes(await office.edit(person, draft, content(achievements=odd))) == ["ACHIEVEMENT_KIND_UNKNOWN"]


async def test_a_stale_draft_is_refused(office, season):
    """Of two writers who read the same version the second is told to read again."""
    person = await season.recommended()
    draft = await office.draft(person)
    record(await office.edit(person, draft, content()))
    assert codes(await office.edit(person, draft, content(basic=None)), 409) == ["STALE_VERSION"]
    assert (await office.read(draft, person.token))["content"]["basic"]["post"] == "主治医师"


async def test_editing_and_submitting_at_once_never_mix(office, season):
    """Whatever is submitted is what the submission saw: the edit comes before it, or is refused."""
    person = await season.recommended()
    draft = await office.filled_in(person)
    emptied = content(achievements=[])
    edited, submitted = await asyncio.gather(
        office.edit(person, draft, emptied), office.act(draft, "SUBMIT", person.token)
    )
    now = await office.read(draft, person.token)
    if submitted.status_code == 200:
        assert codes(edited, 409)[0] in {"STALE_VERSION", "NOT_WITH_APPLICANT"}
        assert (now["state"], len(now["content"]["achievements"])) == ("UNDER_REVIEW", 1)
    else:
        assert (edited.status_code, now["state"], now["content"]["achievements"]) == (200, "DRAFT", [])


async def test_after_november_a_draft_stays_a_draft(office, season, at):
    """From December on it is neither edited nor submitted."""
    person = await season.recommended()
    draft = await office.filled_in(person)
    await at(IN_DECEMBER, "workflow")
    refused = await office.act(draft, "SUBMIT", person.token)
    assert (codes(refused), refused.json()["basis"][0]["cite"]) == (
        ["DECLARATION_WINDOW_CLOSED"],
        "三（六）2",
    )
    assert codes(await office.edit(person, draft, content())) == ["DECLARATION_WINDOW_CLOSED"]


async def test_nothing_is_written_while_others_review(office, season):
    """Content and materials of a submitted declaration are fixed."""
    person = await season.recommended()
    submitted = await office.submitted(person)
    assert codes(await office.edit(person, submitted, content()), 409) == ["NOT_WITH_APPLICANT"]
    assert codes(await office.announce(person, submitted, "OTHER"), 409) == ["NOT_WITH_APPLICANT"]
    material = submitted["materials"][0]
    removed = await office.call("DELETE", f"/v1/materials/{material['id']}", person.token)
    assert codes(removed, 409) == ["NOT_WITH_APPLICANT"]


async def test_a_draft_is_nobody_elses(office, season):
    """Before submission neither the unit nor the committee's office sees it; afterwards both do, strangers never."""
    person, stranger = await season.recommended(), await season.recommended()
    draft = await office.filled_in(person)
    readers = [person.line.token("REVIEWER", 2), season.office_token]
    for token in (*readers, stranger.token):
        assert (await office.call("GET", f"/v1/declarations/{draft['id']}", token)).status_code == 404
    record(await office.act(draft, "SUBMIT", person.token))
    for token in readers:
        assert (await office.read(draft, token))["state"] == "UNDER_REVIEW"
    assert (await office.call("GET", f"/v1/declarations/{draft['id']}", stranger.token)).status_code == 404
