"""Reviews: opened, judged, passed on one by one; sent back one level with reasons; nobody judges the own case."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from sqlalchemy import update

from services.workflow.declaration.model import Declaration
from services.workflow.recommendation.model import Recommendation
from tests.platform.tokens import mint, seat
from tests.services.workflow.applicants import FILES, codes, record
from tests.services.workflow.season import COUNTY_CLINIC, IN_DECEMBER, Line


@pytest.fixture
async def under_review(office, season):
    """A submitted declaration of a department's member, its owner, and one reviewer for each place of the line."""
    person = await season.recommended()
    reviewers = {n: person.line.token("REVIEWER", n) for n in range(4)}
    return await office.submitted(person), person, reviewers


@pytest.mark.clause("3.2.3", "3.2.1")
async def test_what_was_not_opened_cannot_be_approved(office, under_review):
    """Passing names every material that was not opened, and every one that was not judged."""
    declaration, _, reviewers = under_review
    refused = await office.act(declaration, "PASS", reviewers[3])
    assert sorted(codes(refused)) == ["MATERIAL_NOT_OPENED"] * 4 + ["MATERIAL_NOT_SOUND"] * 4
    assert {each["basis"][0]["cite"] for each in refused.json()["findings"]} == {"三（二）"}
    for material in declaration["materials"][:3]:
        record(await office.open(material, reviewers[3]))
        record(await office.judge(material, reviewers[3]))
    refused = await office.act(declaration, "PASS", reviewers[3])
    last = declaration["materials"][3]["id"]
    assert {each["field"] for each in refused.json()["findings"]} == {f"materials.{last}"}


@pytest.mark.clause("3.2.3")
async def test_a_verdict_without_a_look_is_refused(office, under_review):
    """Judging needs opening, by the same person."""
    declaration, person, reviewers = under_review
    material = declaration["materials"][0]
    assert codes(await office.judge(material, reviewers[3])) == ["MATERIAL_NOT_OPENED"]
    colleague = person.line.token("REVIEWER", 3)
    record(await office.open(material, colleague))
    assert codes(await office.judge(material, reviewers[3])) == ["MATERIAL_NOT_OPENED"]


@pytest.mark.clause("3.2.1")
async def test_what_one_found_deficient_one_cannot_pass(office, under_review):
    """A deficient material holds the approval with its reason; a second look may find it sound."""
    declaration, _, reviewers = under_review
    await office.look_through(declaration, reviewers[3])
    material = declaration["materials"][0]
    assert codes(await office.judge(material, reviewers[3], "DEFICIENT")) == ["REASON_MISSING"]
    record(await office.judge(material, reviewers[3], "DEFICIENT", reason="公章不清"))
    refused = await office.act(declaration, "PASS", reviewers[3])
    assert "公章不清" in refused.json()["message"]
    record(await office.judge(material, reviewers[3], "SOUND"))
    record(await office.act(declaration, "PASS", reviewers[3]))


@pytest.mark.clause("3.2.3")
async def test_one_persons_look_is_not_anothers(office, under_review):
    """A colleague at the same organisation opens and judges for himself or herself."""
    declaration, person, reviewers = under_review
    await office.look_through(declaration, reviewers[3])
    colleague = person.line.token("REVIEWER", 3)
    assert "MATERIAL_NOT_OPENED" in codes(await office.act(declaration, "PASS", colleague))


async def test_there_is_no_way_to_approve_many_at_once(office):
    """The API has no operation that takes a step for more than one declaration."""
    paths = (await office.http.get("/openapi.json")).json()["paths"]
    steps = [path for path in paths if path.startswith("/v1/declarations") and "actions" in path]
    assert steps == ["/v1/declarations/{declaration_id}/actions/{action}"]


@pytest.mark.clause("3.1")
async def test_nobody_reviews_the_own_declaration(office, season):
    """A department's reviewer who applies is not served the own case, and cannot judge or pass it."""
    person = await season.recommended()
    seats = [seat("APPLICANT", *person.line.nodes), seat("REVIEWER", *person.line.nodes)]
    both = mint(seats, sub=person.account_id, person_id=person.person_id, name="申报人")
    declaration = await office.submitted(person)
    waiting = (await office.call("GET", "/v1/declarations?awaiting=me", both)).json()
    assert waiting["items"] == []
    record(await office.open(declaration["materials"][0], both))
    assert codes(await office.judge(declaration["materials"][0], both)) == ["OWN_DECLARATION"]
    assert "OWN_DECLARATION" in codes(await office.act(declaration, "PASS", both))
    items = [{"item": "basic", "reason": "x"}]
    assert codes(await office.act(declaration, "SEND_BACK", both, items=items)) == ["OWN_DECLARATION"]


@pytest.mark.clause("3.1")
async def test_a_return_gives_a_reason_for_each_item(office, under_review):
    """Without items, with an unknown item or an empty reason nothing goes back."""
    declaration, _, reviewers = under_review
    assert codes(await office.act(declaration, "SEND_BACK", reviewers[3])) == ["REASON_MISSING"]
    odd = [{"item": "SHOE_SIZE", "reason": "x"}]
    assert codes(await office.act(declaration, "SEND_BACK", reviewers[3], items=odd)) == ["ITEM_UNKNOWN"]
    empty = [{"item": "basic", "reason": "  "}]
    refused = await office.act(declaration, "SEND_BACK", reviewers[3], items=empty)
    assert codes(refused) == ["INVALID_FIELD"]


@pytest.mark.clause("3.1")
async def test_a_return_goes_down_one_level_at_a_time(office, season):
    """From the committee's office over each level to the applicant; what was named above goes along."""
    person = await season.recommended(Line.of(COUNTY_CLINIC, season.root))
    tokens = [person.line.token("REVIEWER", n) for n in (4, 3, 2, 1)]
    declaration = await office.submitted(person)
    for token in tokens:
        await office.passed(declaration, token)
    items = [{"item": "education", "reason": "学历起止时间不符"}]
    at = record(await office.act(declaration, "SEND_BACK", season.office_token, items=items))
    for place, token in zip((1, 2, 3, 4), reversed(tokens), strict=True):
        assert (at["state"], at["at_organisation_id"]) == ("UNDER_REVIEW", str(person.line.nodes[place].id))
        at = record(await office.act(declaration, "SEND_BACK", token))
        assert at["returned"] == items
    assert (at["state"], at["at_organisation_id"]) == ("RETURNED", None)
    returns = await office.call("GET", f"/v1/declarations/{declaration['id']}/returns", tokens[0])
    told = [(each["from_organisation_id"], each["to_organisation_id"]) for each in returns.json()["items"]]
    ids = [str(season.office.id), *(str(person.line.nodes[n].id) for n in (1, 2, 3, 4)), None]
    assert told == list(itertools.pairwise(ids))


@pytest.mark.clause("3.1")
async def test_after_a_return_only_what_was_returned_changes(office, under_review, at):
    """A returned section can be mended, others not; the reviews then begin anew from the nearest."""
    declaration, person, reviewers = under_review
    items = [{"item": "education", "reason": "学校全称"}]
    back = record(await office.act(declaration, "SEND_BACK", reviewers[3], items=items))
    await at(IN_DECEMBER, "workflow")
    content = (await office.read(back, person.token))["content"]
    other = await office.edit(person, back, content | {"basic": content["basic"] | {"post": "主任"}})
    assert (codes(other), other.json()["field"]) == (["NOT_RETURNED"], "basic")
    await office.confirm_anew(back, person.token)
    assert codes(await office.act(back, "SUBMIT", person.token)) == ["RETURNED_ITEM_NOT_MENDED"]
    back = await office.read(back, person.token)
    content = back["content"]
    mended = content | {"education": [content["education"][0] | {"school": "青海大学医学院"}]}
    back = record(await office.edit(person, back, mended))
    again = record(await office.act(back, "SUBMIT", person.token))
    assert (again["at_organisation_id"], again["returned"]) == (str(person.line.nodes[3].id), [])


@pytest.mark.clause("3.2.3")
async def test_what_came_back_from_above_is_looked_at_anew(office, under_review):
    """A reviewer whose level above found a fault cannot push the same file up again unseen."""
    declaration, _person, reviewers = under_review
    await office.passed(declaration, reviewers[3])
    items = [{"item": "ACHIEVEMENT", "reason": "请核对原件"}]
    record(await office.act(declaration, "SEND_BACK", reviewers[2], items=items))
    refused = await office.act(declaration, "PASS", reviewers[3])
    questioned = next(m["id"] for m in declaration["materials"] if m["item"] == "ACHIEVEMENT")
    assert {each["field"] for each in refused.json()["findings"]} == {f"materials.{questioned}"}
    await office.passed(declaration, reviewers[3])


async def test_of_two_reviewers_at_once_one_takes_the_step(office, under_review):
    """Two colleagues pass at the same instant: one step, one history line, one refusal."""
    declaration, person, reviewers = under_review
    colleague = person.line.token("REVIEWER", 3)
    for token in (reviewers[3], colleague):
        await office.look_through(declaration, token)
    answers = await asyncio.gather(*(office.act(declaration, "PASS", t) for t in (reviewers[3], colleague)))
    assert sorted(each.status_code for each in answers) == [200, 403]
    now = await office.read(declaration, person.token)
    assert now["at_organisation_id"] == str(person.line.nodes[2].id)


async def test_passing_and_withdrawing_at_once_leave_one_outcome(office, under_review):
    """Whichever comes first decides; the other is judged by what it finds."""
    declaration, person, reviewers = under_review
    await office.look_through(declaration, reviewers[3])
    passed, withdrawn = await asyncio.gather(
        office.act(declaration, "PASS", reviewers[3]), office.act(declaration, "WITHDRAW", person.token)
    )
    assert withdrawn.status_code == 200
    assert passed.status_code in {200, 409}
    assert (await office.read(declaration, person.token))["state"] == "WITHDRAWN"


async def test_a_reader_of_an_old_version_is_refused(office, under_review):
    """A step named with an earlier version than the present one is stale."""
    declaration, _, reviewers = under_review
    await office.look_through(declaration, reviewers[3])
    stale = await office.act(declaration, "PASS", reviewers[3], version=declaration["version"] - 1)
    assert codes(stale, 409) == ["STALE_VERSION"]


@pytest.mark.clause("2.1.1")
@pytest.mark.parametrize("missing", ["form", "reservation", "released"])
async def test_without_an_approved_place_nothing_is_accepted(office, season, neighbours, session, missing):
    """The office cannot accept from a unit without an approved annual form, or without the place."""
    person = await season.recommended()
    declaration = await at_the_office(office, season, session, person)
    if missing == "form":
        neighbours.forms_missing.add(person.line.unit.id)
    elif missing == "reservation":
        neighbours.reservations.clear()
    else:
        neighbours.reservations[person.reservation_id] = "RELEASED"
    refused = await office.act(declaration, "ACCEPT", season.office_token)
    assert (codes(refused), refused.json()["basis"][0]["cite"]) == (["ANNUAL_FORM_NOT_APPROVED"], "二（一）")
    neighbours.forms_missing.clear()
    neighbours.reservations[person.reservation_id] = "CONFIRMED"
    record(await office.act(declaration, "ACCEPT", season.office_token))


@pytest.mark.clause("1.4.1", "2.1.1")
async def test_a_targeted_declaration_rests_on_targeted_posts(office, season, neighbours, session):
    """An approved annual form is no ground for it; the approved targeted posts are, with or without a form."""
    person = await season.recommended()
    async with session("workflow") as tx:
        (await tx.get(Recommendation, person.recommendation_id)).pool = "TARGETED"
    declaration = await at_the_office(office, season, session, person)
    refused = await office.act(declaration, "ACCEPT", season.office_token)
    assert codes(refused) == ["ANNUAL_FORM_NOT_APPROVED"]
    neighbours.plans.add(person.line.unit.id)
    neighbours.forms_missing.add(person.line.unit.id)
    record(await office.act(declaration, "ACCEPT", season.office_token))


@pytest.mark.clause("2.1.1")
async def test_who_is_exempt_from_posts_needs_no_form(office, season, neighbours, session):
    """An enterprise's employee is accepted without any annual form."""
    person = await season.recommended(kind="ENTERPRISE", nature="STATE_ENTERPRISE", reservation="EXEMPT")
    neighbours.forms_missing.add(person.line.unit.id)
    declaration = await at_the_office(office, season, session, person)
    record(await office.act(declaration, "ACCEPT", season.office_token))


async def test_with_quota_away_nothing_is_accepted(office, season, neighbours, session):
    """The answer names the missing part; nothing changed, and a retry goes through."""
    declaration = await at_the_office(office, season, session, await season.recommended())
    neighbours.away.add("quota")
    refused = await office.act(declaration, "ACCEPT", season.office_token)
    assert (refused.status_code, refused.json()["code"]) == (503, "PART_UNAVAILABLE")
    neighbours.away.clear()
    record(await office.act(declaration, "ACCEPT", season.office_token))


async def at_the_office(office, season, session, person):
    """A declaration that all reviewers have passed, looked through by the office."""
    kind = season.neighbours.people[person.person_id]["kind"]
    asked = set(FILES) - ({"APPOINTMENT_CERTIFICATE"} if kind == "ENTERPRISE" else set())
    draft = await office.filled_in(person, asked)
    declaration = record(await office.act(draft, "SUBMIT", person.token))
    async with session("workflow") as tx:
        moved = update(Declaration).where(Declaration.person_id == person.person_id)
        await tx.execute(
            moved.values(state="AT_COMMITTEE_OFFICE", position=3, at_organisation_id=season.office.id, turn=4)
        )
    await office.look_through(declaration, season.office_token)
    return declaration


@pytest.mark.clause("3.6.0")
async def test_after_the_closing_day_no_review_is_possible(office, under_review, at):
    """From January on what was not reviewed in December is refused, with the article."""
    declaration, _, reviewers = under_review
    await office.look_through(declaration, reviewers[3])
    await at("2024-01-01T00:00+08:00", "workflow")
    refused = await office.act(declaration, "PASS", reviewers[3])
    assert codes(refused) == ["REVIEW_WINDOW_CLOSED"]
    assert refused.json()["basis"][0]["cite"] == "三（六）3"


async def test_everyone_finds_what_waits_for_them(office, season):
    """The list of waiting cases follows the declaration from hand to hand, page by page."""
    person = await season.recommended()
    people = {"applicant": person.token, "office": season.office_token}
    people |= {str(n): person.line.token("REVIEWER", n) for n in (3, 2, 1)}

    async def waiting() -> set[str]:
        found = set()
        for name, token in people.items():
            answer = await office.call("GET", "/v1/declarations?awaiting=me&first=1", token)
            found |= {name for _ in answer.json()["items"]}
        return found

    declaration = await office.filled_in(person)
    assert await waiting() == {"applicant"}
    record(await office.act(declaration, "SUBMIT", person.token))
    for name in ("3", "2", "1"):
        assert await waiting() == {name}
        await office.passed(declaration, people[name])
    assert await waiting() == {"office"}


async def test_verdicts_are_told_to_reviewers_only(office, under_review):
    """The applicant learns what is returned and why; who judged what stays among the reviewers."""
    declaration, person, reviewers = under_review
    await office.look_through(declaration, reviewers[3])
    own = await office.read(declaration, person.token)
    theirs = await office.read(declaration, reviewers[2])
    assert all(each["verdicts"] == [] for each in own["materials"])
    assert all(each["verdicts"][0]["verdict"] == "SOUND" for each in theirs["materials"])


async def test_a_verdict_is_for_who_has_it_now(office, under_review):
    """A level above may look, and its look does not count until the case is there."""
    declaration, _, reviewers = under_review
    material = declaration["materials"][0]
    record(await office.open(material, reviewers[2]))
    assert codes(await office.judge(material, reviewers[2]), 403) == ["NOT_YOUR_MATERIAL"]
    await office.passed(declaration, reviewers[3])
    assert codes(await office.judge(material, reviewers[2])) == ["MATERIAL_NOT_OPENED"]
