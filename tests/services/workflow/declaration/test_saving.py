"""Sections are saved one by one, finished or not, and rounds tell what a resubmission changed."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select, text

from services.kit.audit import audit_log
from services.workflow.declaration.content import SECTIONS
from tests.services.workflow.applicants import CONTENT, codes, record
from tests.services.workflow.season import IN_DECEMBER

WRONG = {"birth_date": "昨天", "post": "主治医师"}


@pytest.fixture
async def person(season):
    """Somebody who may declare."""
    return await season.recommended()


@pytest.fixture
async def draft(office, person):
    """An empty draft."""
    return await office.draft(person)


@pytest.mark.clause("2.5.3")
async def test_what_is_not_finished_is_kept_and_stands_in_the_way(office, person):
    """A malformed section answers with its findings by field, is there again, and stops the submission by name."""
    draft = await office.filled_in(person)
    saved = record(await office.save(draft, person.token, "basic", WRONG))
    assert (saved["complete"], saved["version"]) == (False, draft["version"] + 1)
    assert {each["field"] for each in saved["findings"]} == {
        "content.basic.birth_date",
        "content.basic.work_began_on",
    }
    now = await office.read(draft, person.token)
    (kept,) = (each for each in now["sections"] if each["section"] == "basic")
    assert (kept["unfinished"], kept["digest"], kept["complete"]) == (WRONG, saved["digest"], False)
    assert now["content"] == draft["content"]
    refused = await office.act(draft, "SUBMIT", person.token)
    assert codes(refused) == ["SECTION_UNFINISHED"]
    assert refused.json()["findings"][0]["field"] == "content.basic"
    finished = record(await office.save(draft, person.token, "basic", CONTENT["basic"]))
    assert (finished["complete"], finished["findings"]) == (True, [])
    record(await office.act(draft, "SUBMIT", person.token))


async def test_two_sections_at_once_do_not_collide_and_one_section_does(office, person, draft):
    """Every section is saved from its own tab; of two tabs on one section the second is told to read again."""
    sections = (await office.read(draft, person.token))["sections"]
    bases = {each["section"]: each["digest"] for each in sections}
    assert tuple(bases) == SECTIONS
    saves = [office.save(draft, person.token, each, CONTENT[each], bases[each]) for each in SECTIONS]
    assert [each.status_code for each in await asyncio.gather(*saves)] == [200] * len(SECTIONS)
    now = await office.read(draft, person.token)
    assert {each["section"] for each in now["sections"] if each["complete"]} == set(SECTIONS)
    assert now["content"]["basic"]["post"] == "主治医师"
    assert now["version"] == draft["version"] + len(SECTIONS)
    other = CONTENT["basic"] | {"post": "主任医师"}
    late = await office.save(draft, person.token, "basic", other, bases["basic"])
    assert (codes(late, 409), late.json()["field"]) == (["STALE_VERSION"], "base")
    assert await office.read(draft, person.token) == now


async def test_saving_what_is_there_changes_nothing(office, person, draft):
    """An answer that was lost is asked for again, with the base it had: the same section, no new version."""
    (base,) = (each["digest"] for each in draft["sections"] if each["section"] == "basic")
    for value in (CONTENT["basic"], WRONG):
        first = record(await office.save(draft, person.token, "basic", value, base))
        assert record(await office.save(draft, person.token, "basic", value, base)) == first
        base = first["digest"]


async def test_of_many_tabs_on_one_section_one_is_kept(office, person, draft):
    """Sixty-four saves of different words over one base: one is kept, the others are told."""
    (base,) = (each["digest"] for each in draft["sections"] if each["section"] == "basic")
    saves = [
        office.save(draft, person.token, "basic", CONTENT["basic"] | {"post": f"岗位{n}"}, base)
        for n in range(64)
    ]
    answers = await asyncio.gather(*saves)
    assert sorted(each.status_code for each in answers) == [200] + [409] * 63
    assert (await office.read(draft, person.token))["version"] == draft["version"] + 1


async def test_an_achievement_of_no_kind_is_kept_unfinished(office, person, draft):
    """What the menu does not know is no content, and is not lost either."""
    odd = [{"kind": "MAGIC", "title": "x", "obtained_on": "2020-01-01"}]
    saved = record(await office.save(draft, person.token, "achievements", odd))
    assert [each["code"] for each in saved["findings"]] == ["ACHIEVEMENT_KIND_UNKNOWN"]
    assert not saved["complete"]


async def test_writing_everything_anew_leaves_nothing_unfinished(office, person, draft):
    """The whole content takes the place of what was typed before."""
    record(await office.save(draft, person.token, "basic", WRONG))
    draft = record(await office.edit(person, await office.read(draft, person.token), CONTENT))
    assert all(each["complete"] for each in draft["sections"])


@pytest.mark.parametrize(
    ("section", "empty"), [("education", []), ("achievements", []), ("basic", None), ("responsibility", None)]
)
async def test_null_empties_a_section(office, person, draft, section, empty):
    """A list as well as what there is one of, written or unfinished; emptied again nothing changes."""
    record(await office.save(draft, person.token, section, CONTENT[section]))
    saved = record(await office.save(draft, person.token, section, None))
    assert (saved["complete"], saved["findings"]) == (True, [])
    assert (await office.read(draft, person.token))["content"][section] == empty
    record(await office.save(draft, person.token, section, {"magic": 1}))
    again = record(await office.save(draft, person.token, section, None))
    assert (again["complete"], again["digest"]) == (True, saved["digest"])
    assert record(await office.save(draft, person.token, section, None))["version"] == again["version"]


@pytest.mark.parametrize(
    "value",
    ["x\0y", {"post\0": 1}, [[[[[[[[[[]]]]]]]]]]],
)
async def test_what_nobody_can_keep_is_refused(office, person, draft, value):
    """Neither a NUL nor a heap of brackets reaches the database."""
    assert (await office.save(draft, person.token, "basic", value)).status_code == 422
    assert (await office.read(draft, person.token))["version"] == draft["version"]


@pytest.mark.parametrize("value", ["NaN", "1e999", '{"post": "\\ud800"}'])
async def test_what_is_no_value_is_refused(office, person, draft, value):
    """Neither a number that is none nor half a character, whatever a client writes."""
    path = f"/v1/declarations/{draft['id']}/sections/basic"
    body = f'{{"value": {value}, "base": "{"0" * 64}"}}'
    answer = await office.call("PUT", path, person.token, content=body)
    assert answer.status_code == 422, answer.text
    assert (await office.read(draft, person.token))["version"] == draft["version"]


async def test_only_the_applicant_saves_and_only_what_there_is(office, season, person, draft):
    """Others do not find the draft; an unknown section is named; what is submitted is fixed."""
    other = await season.recommended()
    body = {"value": None, "base": "0" * 64}
    path = f"/v1/declarations/{draft['id']}/sections"
    for token in (other.token, person.line.token("REVIEWER", 3), season.office_token):
        answer = await office.call("PUT", f"{path}/basic", token, json=body)
        assert codes(answer, 404) == ["DECLARATION_NOT_FOUND"]
    assert codes(await office.call("PUT", f"{path}/magic", person.token, json=body), 404) == [
        "SECTION_UNKNOWN"
    ]
    assert (await office.call("PUT", f"{path}/basic", None, json=body)).status_code == 401
    submitted = await office.submitted(other)
    late = await office.save(submitted, other.token, "basic", None)
    assert codes(late, 409) == ["NOT_WITH_APPLICANT"]


async def test_a_saved_section_is_on_record(office, person, draft, session):
    """The audit names the section and not what is in it."""
    record(await office.save(draft, person.token, "basic", CONTENT["basic"]))
    async with session("workflow") as tx:
        wanted = select(audit_log.c.detail).where(audit_log.c.action == "declaration.SAVE")
        assert list(await tx.scalars(wanted)) == [{"sections": ["basic"]}]


@pytest.mark.clause("2.5.3", "3.1")
async def test_a_resubmission_is_confirmed_anew_and_told_apart(office, person, at):
    """After a return the word is to be given again; the rounds tell what was mended, and stay."""
    declaration = await office.submitted(person)
    reviewer = person.line.token("REVIEWER", 3)
    items = [{"item": "basic", "reason": "岗位有误"}, {"item": "ACHIEVEMENT", "reason": "缺页"}]
    back = record(await office.act(declaration, "SEND_BACK", reviewer, items=items))
    assert back["content"]["responsibility"] is None
    await at(IN_DECEMBER, "workflow")
    assert codes(await office.save(back, person.token, "education", [])) == ["NOT_RETURNED"]
    record(await office.save(back, person.token, "basic", CONTENT["basic"] | {"post": "副主任医师"}))
    old = next(each for each in back["materials"] if each["item"] == "ACHIEVEMENT")
    await office.upload(person, back, "ACHIEVEMENT", replaces_id=old["id"])
    unanswered = ["RESPONSIBILITY_NOT_CONFIRMED", "SECTION_MISSING"]
    assert codes(await office.act(back, "SUBMIT", person.token)) == unanswered
    await office.confirm_anew(back, person.token)
    record(await office.act(back, "SUBMIT", person.token))
    path = f"/v1/declarations/{back['id']}"
    for reader in (person.token, reviewer):
        rounds = (await office.call("GET", f"{path}/rounds", reader)).json()["items"]
        assert [each["round"] for each in rounds] == [1, 2]
        assert all(len(each["materials"]) == 4 for each in rounds)
        changes = (await office.call("GET", f"{path}/changes?from_round=1&to_round=2", reader)).json()
        post, file = changes["items"]
        assert (post["section"], post["item"], post["change"]) == ("basic", "post", "CHANGED")
        assert (post["before"], post["after"]) == ("主治医师", "副主任医师")
        assert (file["section"], file["item"], file["before"]["id"]) == (
            "materials",
            "ACHIEVEMENT",
            old["id"],
        )
    missing = await office.call("GET", f"{path}/changes?from_round=1&to_round=3", reviewer)
    assert (codes(missing, 404), missing.json()["field"]) == (["ROUND_NOT_FOUND"], "to_round")
    stranger = person.line.token("EXPERT", 3)
    for asked in ("rounds", "changes?from_round=1&to_round=2"):
        assert codes(await office.call("GET", f"{path}/{asked}", stranger), 404) == ["DECLARATION_NOT_FOUND"]


async def test_a_refused_submission_keeps_no_round(office, person, draft):
    """A round is what was submitted, nothing else."""
    assert (await office.act(draft, "SUBMIT", person.token)).status_code == 422
    answer = await office.call("GET", f"/v1/declarations/{draft['id']}/rounds", person.token)
    assert answer.json()["items"] == []


async def test_a_round_stays_as_it_was(session):
    """The service's own role can neither alter nor remove it."""
    for statement in ("delete from declaration_round", "update declaration_round set round = 2"):
        with pytest.raises(Exception, match="permission denied"):
            async with session("workflow") as tx:
                await tx.execute(text(statement))
