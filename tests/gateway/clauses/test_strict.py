"""What comes by exemption or the green channel is looked at by two persons at each level (一（七）、三（二）); refusals say why."""

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
from tests.gateway.clauses.season import listed, newcomer, refusal, seated
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
    await stage.move_clock(at(11, 2))
    await arrived(stage, part, "department")
    wish = wished(stage, part, "plan") | ground
    declared = await filled_in(stage, part, "hospital", wish, list(declaration.ITEMS.items()))
    await declaration.step(stage, part, "SUBMIT", "提交", of=part)
    return declared


async def arrived(stage: Stage, part: str, place: str, **more: Any) -> None:
    """Somebody new, who has passed the online test."""
    stage.things[f"person {part}"] = await newcomer(stage, part, place, **more)
    await applicants.take_test(stage, part, right=True)


def wished(stage: Stage, part: str, plan: str) -> dict[str, Any]:
    """For what a unit recommends somebody."""
    which = {"series": "HEALTH", "specialtyId": stage.things["specialty"], "level": LEVEL}
    return {"planId": stage.things[plan], "personId": stage.things[f"person {part}"], **which}


async def filled_in(
    stage: Stage, part: str, unit: str, wish: dict[str, Any], items: list[tuple[str, tuple[str, str]]]
) -> str:
    """The declaration of whom the unit recommends, with these materials; its id."""
    if "ground" not in wish:
        await listed(stage, wish, unit)
    done = await stage.cast[unit].do("recommend", "recommendation { id }", **wish)
    step = {"id": done["recommendation"]["id"]}
    stage.things[f"recommendation {part}"] = step["id"]
    await stage.cast[unit].do("actOnRecommendation", "basis { cite }", **step, action="PUBLICISE")
    await stage.move_clock(at(11, 10))
    await stage.cast[unit].do("actOnRecommendation", "basis { cite }", **step, action="CONFIRM")
    begun = {"ground": {"recommendationId": step["id"]}}
    made = await stage.cast[part].do("createDeclaration", declaration.DECLARATION, **begun)
    stage.things[part] = str(made["declaration"]["id"])
    version, content = made["declaration"]["version"], declaration.CONTENT
    given = {"id": stage.things[part], "version": version, "content": content}
    await stage.cast[part].do("saveDeclaration", declaration.DECLARATION, **given)
    for item, (title, name) in items:
        await declaration.upload(stage, item, title, name, part=part, of=part)
    return stage.things[part]


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
            judged = {"judgements": declaration.JUDGED} if action == "ACCEPT" else {}
            found = await broken(stage, one, **target, action=action, **judged)
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


EXPERTS = [
    {"name": name, "title": "研究员", "unit": "中国科学院西北高原生物研究所"} for name in ("祁连", "阿尼玛卿")
]
MERITS = {
    "MAJOR_CONTRIBUTION": ("重大贡献证明", "贡献.pdf"),
    "ACHIEVEMENT_APPRAISAL": ("科技成果鉴定证书", "鉴定.pdf"),
    "NOMINATION_LETTER": ("专家署名举荐书", "举荐书.pdf"),
}
OWN = {item: told for item, told in declaration.ITEMS.items() if item != declaration.WANTING}
"""Of a state's enterprise no proof of appointment is asked (二（五）2)."""


async def institute(stage: Stage, province: Province) -> None:
    """A state's enterprise that leads in its field, under the health authority, with its plan; two review there."""
    made = await province.create("health", "EMPLOYER", "PROVINCE", "630000", nature="STATE_ENTERPRISE")
    assert made["errors"] == []
    there = made["organisation"]
    stage.organisations["institute"] = there["id"]
    roles = ("ORGANISATION_MANAGER", "RECOMMENDER", "REVIEWER")
    stage.cast["institute"] = seated(stage, "institute", bearer_of(there, *roles))
    stage.cast["institute two"] = seated(stage, "institute", bearer_of(there, "REVIEWER"))
    plan = {
        "unitId": there["id"], "cycleId": stage.things["cycle"], "policyText": "择优推荐。",
        "conditions": "作出重大贡献。", "procedure": "评议、公示。", "posts": [{"level": LEVEL, "count": 2}],
    }  # fmt: skip
    done = await stage.cast["institute"].do("createRecommendationPlan", "plan { id }", **plan)
    stage.things["plan of institute"] = done["plan"]["id"]
    await stage.cast["institute"].do("publishRecommendationPlan", "plan { id }", id=done["plan"]["id"])


@pytest.mark.clause("1.7.1", "3.2.2")
async def test_experts_nominate_whom_two_look_at_up_to_the_office(stage: Stage, province: Province) -> None:
    """Named experts, never the applicant; contribution, appraisal and letter before submission; two at every level."""
    await stage.move_clock(at(11, 2))
    await institute(stage, province)
    await arrived(stage, "nominee", "institute", kind="ENTERPRISE")
    wish = wished(stage, "nominee", "plan of institute") | {"route": "EXPERT_NOMINATION"}
    oneself = EXPERTS[0] | {"name": "赵昆仑"}
    for experts in ([], EXPERTS[:1], [*EXPERTS, oneself]):
        refused = await refusal(stage, "institute", "recommend", **wish, nominators=experts)
        assert refused[:2] == ("ROUTE_NOT_OPEN", ["一（七）第1段"])
    middle = wish | {"level": "MIDDLE", "nominators": EXPERTS}
    assert (await refusal(stage, "institute", "recommend", **middle))[0] == "DECIDED_BY_EXAMINATION"
    content = list((OWN | MERITS).items())
    target = {
        "id": await filled_in(stage, "nominee", "institute", wish | {"nominators": EXPERTS}, content[:-2])
    }
    public = """query($id: ID!) { recommendation(id: $id) { nominators { name title unit } publicity { snapshot } } }"""
    told = (await stage.ask("nominee", public, id=stage.things["recommendation nominee"]))["recommendation"]
    assert told["nominators"] == told["publicity"]["snapshot"]["nominators"] == EXPERTS
    found = await broken(stage, "nominee", **target, action="SUBMIT")
    assert found == {"MATERIAL_MISSING": ["一（七）第1段"]}
    for item, (title, name) in content[-2:]:
        await declaration.upload(stage, item, title, name, part="nominee", of="nominee")
    await declaration.step(stage, "nominee", "SUBMIT", "提交", of="nominee")
    assert (await standing(stage, "nominee", "nominee"))["strictReason"] == "GREEN_CHANNEL"
    for place in ("institute", "health", "province"):
        decides = "ACCEPT" if place == "province" else "PASS"
        await declaration.judge(stage, place, place, "ENDORSE", of="nominee")
        judged = {"judgements": declaration.JUDGED} if decides == "ACCEPT" else {}
        found = await broken(stage, place, **target, action=decides, **judged)
        assert found == {"SECOND_REVIEWER_NEEDED": ["三（二）"]}, place
        await declaration.judge(stage, f"{place} two", place, decides, of="nominee")
    assert (await standing(stage, "province", "nominee"))["state"] == "ACCEPTED"


@pytest.mark.clause("1.7.1")
async def test_who_comes_by_exemption_takes_a_post(stage: Stage) -> None:
    """第1段 does not lift the numbers as 第2段 does: where the one place is taken, exemption is refused; of experts nobody asks."""
    await stage.move_clock(at(11, 2))
    await arrived(stage, "exempted", "department")
    wish = wished(stage, "exempted", "plan") | {"route": "EXEMPTION"}
    assert (await refusal(stage, "hospital", "recommend", **wish, nominators=EXPERTS))[
        0
    ] == "NOMINATION_NOT_ASKED"
    code, articles, message = await refusal(stage, "hospital", "recommend", **await listed(stage, wish))
    assert (code, "二（一）第1段" in articles) == ("NO_PLACE_LEFT", True)
    assert "副高级" in message
