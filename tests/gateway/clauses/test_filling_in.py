"""二（五）through the gateway: filling in, saved piece by piece; hours, proof of appointment, one declaration a year."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import httpx
import pytest
from PIL import Image

from demo.api import Refused
from demo.scenes import applicants, declaration
from demo.stage import Stage, at
from tests.files.documents import saved
from tests.gateway.clauses import season
from tests.gateway.clauses.province import Province
from tests.gateway.clauses.season import listed, newcomer, refusal
from tests.gateway.clauses.test_declaring import direct, wish

AT_ONCE = 64
MADE = "declaration { id version asked { materials { code atLeast basis { cite } } } }"
SAVED = "saved { digest complete findings { code field } }"
SECTIONS = "query($id: ID!) { declaration(id: $id) { sections { section digest complete unfinished } } }"
PROOF = declaration.WANTING
IN_PARTS = "material { id } parts { number offset size url } wholeUrl"


@pytest.fixture(scope="module")
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """November, with a freelancer's draft, and a draft of the hospital's own staff on its recommendation."""
    stage = await season.begin(province, http)
    await newcomer(stage, "free", "golmud", kind="FREELANCER", restsOn="RESIDENCE")
    await applicants.take_test(stage, "free", right=True)
    person = await newcomer(stage, "doctor", "department")
    await applicants.take_test(stage, "doctor", right=True)
    hospital = stage.cast["hospital"]
    one = await listed(stage, wish(stage, person))
    made = (await hospital.do("recommend", "recommendation { id }", **one))["recommendation"]
    await hospital.do("actOnRecommendation", "basis { cite }", id=made["id"], action="PUBLICISE")
    await stage.move_clock(at(11, 10))
    await hospital.do("actOnRecommendation", "basis { cite }", id=made["id"], action="CONFIRM")
    stage.things["recommendation"] = made["id"]
    return stage


async def begun(stage: Stage, part: str, given: dict[str, Any]) -> dict[str, Any]:
    """A draft with everything written, and every material but the proof of appointment."""
    made = (await stage.cast[part].do("createDeclaration", MADE, **given))["declaration"]
    stage.things[f"{part}.declaration"] = made["id"]
    content = {"id": made["id"], "version": made["version"], "content": declaration.CONTENT}
    await stage.cast[part].do("saveDeclaration", "declaration { id }", **content)
    for item, (title, name) in declaration.ITEMS.items():
        if item != PROOF:
            await declaration.upload(stage, item, title, name, part=part, of=f"{part}.declaration")
    return made


async def sections(stage: Stage, part: str) -> dict[str, dict[str, Any]]:
    """The sections as their writer reads them."""
    found = await stage.ask(part, SECTIONS, id=stage.things[f"{part}.declaration"])
    return {each["section"]: each for each in found["declaration"]["sections"]}


async def save(stage: Stage, part: str, section: str, value: object) -> dict[str, Any]:
    """Save a section over the one that is there."""
    base = (await sections(stage, part))[section]["digest"]
    given = {"id": stage.things[f"{part}.declaration"], "section": section, "value": value, "base": base}
    done = await stage.cast[part].do("saveSection", SAVED, **given)
    saved: dict[str, Any] = done["saved"]
    return saved


async def unsubmitted(stage: Stage, part: str) -> tuple[list[str], str]:
    """The articles and the words with which the submission is refused."""
    target = {"id": stage.things[f"{part}.declaration"], "action": "SUBMIT"}
    code, articles, message = await refusal(stage, part, "actOnDeclaration", **target)
    assert code == "RULES_BROKEN"
    return articles, message


@pytest.mark.clause("2.5.4")
async def test_of_many_at_once_one_declaration_is_begun(stage: Stage) -> None:
    """Sixty-four at the same instant make one; every other is refused on the article."""
    acts = [stage.cast["free"].do("createDeclaration", MADE, **direct(stage)) for _ in range(AT_ONCE)]
    done = await asyncio.gather(*acts, return_exceptions=True)
    refused = [each for each in done if isinstance(each, Refused)]
    assert [each.code for each in refused] == ["ONE_DECLARATION_A_YEAR"] * (AT_ONCE - 1)
    assert all(each.basis[0]["cite"] == "二（五）4" for each in refused)
    (made,) = (each for each in done if not isinstance(each, BaseException))
    given = {"id": made["declaration"]["id"], "action": "WITHDRAW", "note": "重新填写"}
    await stage.cast["free"].do("actOnDeclaration", "declaration { state }", **given)


@pytest.mark.clause("2.5.2", "2.2.2")
async def test_proof_of_appointment_is_asked_of_own_staff_alone(stage: Stage) -> None:
    """An institution's own staff do not submit without it; a freelancer is not asked for it."""
    ground = {"ground": {"recommendationId": stage.things["recommendation"]}}
    own = await begun(stage, "doctor", ground)
    asked = {each["code"]: each for each in own["asked"]["materials"]}
    assert (asked[PROOF]["atLeast"], asked[PROOF]["basis"][0]["cite"]) == (1, "二（五）2")
    assert "二（五）2" in (await unsubmitted(stage, "doctor"))[0]
    free = await begun(stage, "free", direct(stage))
    assert PROOF not in {each["code"] for each in free["asked"]["materials"]}


@pytest.mark.clause("2.5.1")
async def test_hours_are_facts_and_their_number_is_the_policys(stage: Stage) -> None:
    """Short by one hour the submission is refused with both figures, on the article of the hours."""
    hours = {"year": 2023, "publicHours": 30, "professionalHours": 59}
    assert (await save(stage, "free", "continuing_education", [hours]))["complete"]
    articles, message = await unsubmitted(stage, "free")
    assert "59/60" in message
    assert "人社部令第25号 第八条" in articles
    told = (
        "query($id: ID!) { declaration(id: $id) { content { continuingEducation { professionalHours } } } }"
    )
    found = await stage.ask("free", told, id=stage.things["free.declaration"])
    assert found["declaration"]["content"]["continuingEducation"] == [{"professionalHours": 59}]
    assert (await save(stage, "free", "continuing_education", [hours | {"professionalHours": 60}]))[
        "complete"
    ]


@pytest.mark.clause("2.5.3")
async def test_a_file_is_sent_in_parts_and_goes_on_after_a_break(
    stage: Stage, http: httpx.AsyncClient
) -> None:
    """What is there needs no second sending; the links lead through the gateway, and the whole is looked into."""
    content = saved(Image.effect_noise((1200, 1200), 90))
    given = {
        "declarationId": stage.things["free.declaration"],
        "item": "ACHIEVEMENT",
        "title": "包虫病手术病案",
        "fileName": "病案.png",
        "size": len(content),
    }
    told = await stage.cast["free"].do("beginUpload", IN_PARTS, **given)
    first, *_ = told["parts"]
    assert (await http.put(first["url"], content=content[: first["size"]])).is_success
    again = {"id": told["material"]["id"], "size": len(content)}
    left = await stage.cast["free"].do("goOnUpload", IN_PARTS, **again)
    assert [each["url"] is None for each in left["parts"]] == [True, *[False] * (len(left["parts"]) - 1)]
    for part in left["parts"][1:]:
        piece = content[part["offset"] :][: part["size"]]
        assert (await http.put(part["url"], content=piece)).is_success
    done = await http.put(left["wholeUrl"], json={"sha256": hashlib.sha256(content).hexdigest()})
    assert (done.status_code, done.json()["record"]["state"]) == (200, "STORED")


@pytest.mark.clause("2.5.3")
async def test_what_is_half_written_is_kept_and_not_submitted(stage: Stage) -> None:
    """Saved as typed, with what is wrong by field; in the way of submission; nobody saves over what was not read."""
    basic = declaration.CONTENT["basic"]
    half = {"birthDate": "1985", "post": "个体诊所医师"}
    saved = await save(stage, "free", "basic", half)
    assert not saved["complete"]
    assert {each["field"] for each in saved["findings"]} >= {
        "content.basic.birth_date",
        "content.basic.work_began_on",
    }
    kept = (await sections(stage, "free"))["basic"]
    assert (kept["complete"], kept["unfinished"], kept["digest"]) == (False, half, saved["digest"])
    assert (await unsubmitted(stage, "free"))[0] == ["二（五）3"]
    given = {"id": stage.things["free.declaration"], "section": "basic", "value": basic, "base": "0" * 64}
    assert (await refusal(stage, "free", "saveSection", **given))[0] == "STALE_VERSION"
    assert (await save(stage, "free", "basic", basic))["complete"]
    emptied = await save(stage, "free", "work_history", None)
    assert (emptied["complete"], (await sections(stage, "free"))["work_history"]["unfinished"]) == (
        True,
        None,
    )
    assert (await save(stage, "free", "work_history", declaration.CONTENT["workHistory"]))["complete"]
    target = {"id": stage.things["free.declaration"], "action": "SUBMIT"}
    sent = await stage.cast["free"].do("actOnDeclaration", "declaration { state round }", **target)
    assert sent["declaration"] == {"state": "UNDER_REVIEW", "round": 1}


@pytest.mark.clause("2.5.3", "3.1")
async def test_what_comes_again_is_confirmed_anew_and_compared(stage: Stage) -> None:
    """After a return the word is given again; the reviewer reads what changed between the rounds."""
    target = {"id": stage.things["free.declaration"]}
    items = [{"item": "basic", "reason": "岗位填写不全"}]
    await stage.cast["golmud"].do(
        "actOnDeclaration", "declaration { id }", **target, action="SEND_BACK", items=items
    )
    await stage.move_clock(at(12, 4))
    post = declaration.CONTENT["basic"] | {"post": "个体诊所主治医师"}
    await save(stage, "free", "basic", post)
    assert "二（五）3" in (await unsubmitted(stage, "free"))[0]
    await save(stage, "free", "responsibility", {"confirmed": True})
    await stage.cast["free"].do("actOnDeclaration", "declaration { id }", **target, action="SUBMIT")
    document = """query($id: ID!) { declaration(id: $id) {
      rounds { round content { basic { post } } materials { item } }
      changes(fromRound: 1, toRound: 2) { section item change before after } } }"""
    found = (await stage.ask("golmud", document, **target))["declaration"]
    assert [each["round"] for each in found["rounds"]] == [1, 2]
    assert [each["content"]["basic"]["post"] for each in found["rounds"]] == [
        declaration.CONTENT["basic"]["post"],
        post["post"],
    ]
    change = {"section": "basic", "item": "post", "change": "CHANGED"}
    values = {"before": declaration.CONTENT["basic"]["post"], "after": post["post"]}
    assert found["changes"] == [change | values]
