"""What comes by the green channel is looked at by two persons at each level (三（二）); refusals say what they rest on."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from demo.scenes import applicants, declaration
from demo.scenes.opening import LEVEL
from demo.stage import Stage, at
from services.kit.auth import Principal
from tests.gateway.clauses import season
from tests.gateway.clauses.province import Province, bearer_of, uuid
from tests.gateway.clauses.season import newcomer, refusal, seated
from tests.platform.tokens import mint
from tests.services.accounts.world import seat_at, token_at

LEVELS = ("department", "hospital", "health", "province")
STANDING = """query($id: ID!) { declaration(id: $id) { state strictReason availableActions
  returned { item reason } recommendation { state }
  endorsements { action round reviewerName endorsedAt organisation { id } } } }"""

REFUSED = """mutation($input: ActOnDeclarationInput!) { actOnDeclaration(input: $input) {
  errors { code findings { code basis { cite } } } } }"""


@pytest.fixture(scope="module")
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """November, with a plan; at every level two who review."""
    stage = await season.begin(province, http)
    for place in LEVELS:
        there = await province.at(place)
        role = "COMMITTEE_OFFICE" if place == "province" else "REVIEWER"
        stage.cast[f"{place} two"] = seated(stage, place, bearer_of(there, role))
    return stage


async def submitted(stage: Stage, part: str, **ground: str) -> str:
    """Somebody's declaration on the hospital's recommendation, submitted; its id."""
    things = stage.things
    await stage.move_clock(at(11, 2))
    person = await newcomer(stage, part, "department")
    await applicants.take_test(stage, part, right=True)
    which = {"series": "HEALTH", "specialtyId": things["specialty"], "level": LEVEL}
    wish = {"planId": things["plan"], "personId": person, **which, **ground}
    done = await stage.cast["hospital"].do("recommend", "recommendation { id }", **wish)
    step = {"id": done["recommendation"]["id"]}
    await stage.cast["hospital"].do("actOnRecommendation", "basis { cite }", **step, action="PUBLICISE")
    await stage.move_clock(at(11, 10))
    await stage.cast["hospital"].do("actOnRecommendation", "basis { cite }", **step, action="CONFIRM")
    begun = {"ground": {"recommendationId": step["id"]}}
    made = await stage.cast[part].do("createDeclaration", declaration.DECLARATION, **begun)
    things[part] = str(made["declaration"]["id"])
    given = {"id": things[part], "version": made["declaration"]["version"], "content": declaration.CONTENT}
    await stage.cast[part].do("saveDeclaration", declaration.DECLARATION, **given)
    for item, (title, name) in declaration.ITEMS.items():
        await declaration.upload(stage, item, title, name, part=part, of=part)
    await declaration.step(stage, part, "SUBMIT", "提交", of=part)
    return things[part]


async def broken(stage: Stage, part: str, **given: Any) -> dict[str, list[str]]:
    """The codes of the rules that a step breaks, each with its articles."""
    session = stage.cast[part]
    told = await stage.gateway.query(REFUSED, token=session.token, input=given)
    (error,) = told["actOnDeclaration"]["errors"]
    assert error["code"] == "RULES_BROKEN", error
    return {each["code"]: [basis["cite"] for basis in each["basis"]] for each in error["findings"]}


async def standing(stage: Stage, part: str, of: str) -> dict[str, Any]:
    """How the declaration stands, as somebody sees it."""
    told: dict[str, Any] = (await stage.ask(part, STANDING, id=stage.things[of]))["declaration"]
    return told


@pytest.mark.clause("3.2.2", "3.1")
async def test_two_persons_at_every_level(stage: Stage) -> None:
    """One alone passes nothing, at no level, having looked at all; after another's opinion he or she does."""
    target = {
        "id": await submitted(stage, "talent", ground="IMPORTED_TALENT", assessment="院人字〔2023〕12号"),
    }
    assert (await standing(stage, "talent", "talent"))["strictReason"] == "GREEN_CHANNEL"
    for place in LEVELS:
        decides = "ACCEPT" if place == "province" else "PASS"
        one, two = place, f"{place} two"
        await declaration.judge(stage, one, place, "ENDORSE", of="talent")
        for action, code in (("ENDORSE", "ENDORSED_ALREADY"), (decides, "SECOND_REVIEWER_NEEDED")):
            found = await broken(stage, one, **target, action=action)
            assert found == {code: ["三（二）"]}, (place, action)
        await declaration.judge(stage, two, place, decides, of="talent")
    told = await standing(stage, "province", "talent")
    assert told["state"] == "ACCEPTED"
    assert [each["organisation"]["id"] for each in told["endorsements"][::2]] == [
        stage.organisations[place] for place in LEVELS
    ]
    assert [each["action"] for each in told["endorsements"]] == ["ENDORSE", "PASS"] * 3 + [
        "ENDORSE",
        "ACCEPT",
    ]


@pytest.mark.clause("3.2.2")
async def test_a_delegate_is_not_a_second_person(stage: Stage, province: Province) -> None:
    """Who acts on behalf of the first reviewer, or is that person with another account, does not do for the second."""
    target = {"id": await submitted(stage, "postdoc", ground="POSTDOC", assessment="院人字〔2023〕13号")}
    there = await province.at("department")
    plain = {
        "id": str(uuid(there["id"])),
        "lineage": [{**n, "id": str(uuid(n["id"]))} for n in there["lineage"]],
    }
    principal, person = uuid4(), uuid4()
    first = token_at(plain, "REVIEWER", sub=principal, person_id=person)
    behalf = seat_at(plain, "REVIEWER").model_copy(
        update={"on_behalf_of": Principal(id=principal, name="第一审核人")}
    )
    for part, token in {
        "first": first,
        "delegate": mint([behalf]),
        "same person": token_at(plain, "REVIEWER", person_id=person),
    }.items():
        stage.cast[part] = seated(stage, part, token)
    await declaration.judge(stage, "first", "内设机构", "ENDORSE", of="postdoc")
    for part in ("delegate", "same person"):
        for material in await declaration.materials(stage, part, "postdoc"):
            await declaration.open_(stage, part, material)
            verdict = {"id": material["id"], "verdict": "SOUND"}
            await stage.cast[part].do("judgeMaterial", "material { id }", **verdict)
        found = await broken(stage, part, **target, action="PASS")
        assert found == {"SECOND_REVIEWER_NEEDED": ["三（二）"]}, part


@pytest.mark.clause("3.1", "3.2.1")
async def test_a_refusal_names_what_it_rests_on(stage: Stage) -> None:
    """Unopened nothing is refused; then it is over, the applicant reads why, and the recommendation ends with it."""
    target = {"id": await submitted(stage, "ordinary"), "action": "REFUSE"}
    assert (await standing(stage, "ordinary", "ordinary"))["strictReason"] is None
    items = [{"item": "ACHIEVEMENT", "reason": "病案非本人所写"}]
    found = await broken(stage, "department", **target, items=items)
    assert found == {"MATERIAL_NOT_OPENED": ["三（二）"]}
    assert set(await broken(stage, "department", **target)) == {"REASON_MISSING"}
    for material in await declaration.materials(stage, "department", "ordinary"):
        await declaration.open_(stage, "department", material)
    await declaration.step(stage, "department", "REFUSE", "不予通过", of="ordinary", items=items)
    told = await standing(stage, "ordinary", "ordinary")
    assert (told["state"], told["returned"], told["availableActions"]) == ("REFUSED", items, [])
    assert told["recommendation"]["state"] == "LAPSED"
    code, _, _ = await refusal(stage, "ordinary", "actOnDeclaration", id=target["id"], action="SUBMIT")
    assert code == "ACTION_NOT_AVAILABLE"
