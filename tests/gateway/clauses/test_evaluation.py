"""Clause 一（一）through the gateway: the applicant sees what is missing, the office accepts nothing that falls short."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from demo.scenes import applicants, declaration, freelancer
from demo.stage import Stage, at
from tests.gateway.clauses import season
from tests.gateway.clauses.province import Province

EVALUATION = """query($id: ID!) { declaration(id: $id) { evaluation { verdict countedFrom countedUntil keptAt
  criteria { title } items { code kind parent verdict message need have answer { note name }
    evidence { kind verdict achievements materialIds recordIds } basis { cite } } } materials { id item } } }"""


async def told(stage: Stage, part: str) -> dict[str, Any]:
    """The evaluation as somebody sees it, its items by code."""
    found = (await stage.ask(part, EVALUATION, id=stage.things[freelancer.OWN]))["declaration"]
    evaluation: dict[str, Any] = found["evaluation"]
    files = {each["item"]: each["id"] for each in found["materials"]}
    return evaluation | {"items": {each["code"]: each for each in evaluation["items"]}, "files": files}


@pytest.mark.clause("1.1")
async def test_a_declaration_is_judged_item_by_item(province: Province, http: httpx.AsyncClient) -> None:
    """From the draft that falls short to the acceptance, which keeps what was found and what the office answered."""
    stage = await season.begin(province, http)
    await season.newcomer(stage, freelancer.PART, "golmud", kind="FREELANCER", restsOn="PLACE")
    await applicants.take_test(stage, freelancer.PART, right=True)
    short = [each | {"kind": "PERFORMANCE"} for each in declaration.CONTENT["achievements"]]
    with pytest.MonkeyPatch.context() as changed:
        changed.setitem(declaration.CONTENT, "achievements", short)
        await freelancer.declare(stage)
    found = await told(stage, freelancer.PART)
    as_a_draft(found)
    await stage.move_clock(at(12, 16))
    for part in ("golmud", "haixi"):
        await declaration.judge(stage, part, part, of=freelancer.OWN)
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(declaration, "step", unplayed)
        await declaration.judge(stage, "province", "", of=freelancer.OWN)
    step = {"id": stage.things[freelancer.OWN]}
    code, cites, message = await season.refusal(
        stage, "province", "actOnDeclaration", **step, action="ACCEPT", judgements=declaration.JUDGED[:1]
    )
    assert (code, "一（一）" in cites, "具备 0 项，要求 2 项" in message) == ("RULES_BROKEN", True, True)
    mended = {"items": [{"item": "achievements", "reason": "类别填写有误"}]}
    for part in ("province", "haixi", "golmud"):
        await stage.cast[part].do("actOnDeclaration", "basis { cite }", **step, action="SEND_BACK", **mended)
    await resubmitted(stage)
    await freelancer.reviews(stage)
    found = await told(stage, freelancer.PART)
    assert (found["verdict"], found["keptAt"] is not None) == ("MET", True)
    assert found["items"]["ETHICS"]["answer"]["note"] == declaration.JUDGED[0]["note"]
    assert found["items"]["CASES"]["evidence"][0]["achievements"] == [0]
    assert found["items"]["CASES"]["answer"]["note"] == declaration.JUDGED[1]["note"]


def as_a_draft(found: dict[str, Any]) -> None:
    """What the applicant is told: neither achievement is of a kind that the menu asks for."""
    items = found["items"]
    assert (found["verdict"], found["countedFrom"], found["countedUntil"]) == (
        "NOT_MET",
        "2018-01-01",
        "2023-12-31",
    )
    assert {code: each["verdict"] for code, each in items.items()} == {
        "ETHICS": "NEEDS_HUMAN",
        "POST": "MET",
        "ACHIEVEMENTS": "NOT_MET",
        **dict.fromkeys(("CASES", "TECHNIQUE", "GRASSROOTS", "PAPER"), "NOT_MET"),
    }
    assert items["POST"]["evidence"][0]["materialIds"] == [found["files"]["PRESENT_TITLE_CERTIFICATE"]]
    assert (items["POST"]["need"], items["POST"]["have"], items["CASES"]["parent"]) == (5, 6, "ACHIEVEMENTS")


async def unplayed(*_: Any, **__: Any) -> None:
    """The step that is tried apart."""


async def resubmitted(stage: Stage) -> None:
    """The applicant mends the kinds of the achievements, and confirms anew."""
    of = stage.things[freelancer.OWN]
    document = "query($id: ID!) { declaration(id: $id) { sections { section digest } } }"
    found = (await stage.ask(freelancer.PART, document, id=of))["declaration"]["sections"]
    base = {each["section"]: each["digest"] for each in found}
    written = {"achievements": declaration.CONTENT["achievements"], "responsibility": {"confirmed": True}}
    for section, value in written.items():
        given = {"section": section, "value": value, "base": base[section]}
        await stage.cast[freelancer.PART].do("saveSection", "saved { complete }", id=of, **given)
    await declaration.step(stage, freelancer.PART, "SUBMIT", "补正后重新提交", of=freelancer.OWN)
