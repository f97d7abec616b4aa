"""Engineers who practise another specialty than they studied (一（五）3), through the gateway; then criteria that demand it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from demo.api import Gateway
from demo.identities import Identities
from demo.scenes import applicants, declaration, opening
from demo.stage import OPERATOR, Stage, at
from tests.gateway.clauses.province import Province, bearer_of
from tests.gateway.clauses.season import newcomer, refusal, seated

PART, OWN, DECLARED, STUDIED = "engineer", "engineers_declaration", "土木工程", "机械工程"
ROLES = ("ORGANISATION_MANAGER", "TITLE_OFFICER", "REVIEWER", "COMMITTEE_OFFICE")
DEMAND = {
    "code": "DEGREE",
    "text": "所学专业为本专业或者相近专业",
    "fact": "degree_of_specialty",
    "atLeast": 1,
    "fields": ["道路桥梁与渡河工程"],
}
TOLD = """query($id: ID!) { declaration(id: $id) { version state asked { specialty }
  content { achievements { title specialty } } evaluation { items { code verdict basis { cite } } } } }"""


@pytest.fixture
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """The season of an engineering specialty whose criteria demand a matching degree, and a freelancer of Golmud."""
    stage = Stage(Gateway("/graphql", http), "000097", lambda _: None, Identities("engineers"))
    for part in ("province", "haixi", "golmud"):
        there = await province.at(part)
        stage.cast[part] = seated(
            stage, part, bearer_of(there, *(ROLES if part == "province" else ROLES[::2]))
        )
        stage.organisations[part] = there["id"]
    stage.cast[OPERATOR] = seated(stage, OPERATOR, province.token("province", "OPERATOR"))
    await stage.move_clock(at(10, 16))
    await opening._cycle(stage)  # noqa: SLF001 - this part of the scene alone
    await opened(stage)
    await stage.move_clock(at(11, 12))
    await newcomer(stage, PART, "golmud", kind="FREELANCER", restsOn="PLACE")
    await applicants.take_test(stage, PART, right=True)
    return stage


async def opened(stage: Stage) -> None:
    """Specialty, criteria, arrangement and committee."""
    office, series = stage.cast["province"], {"series": "ENGINEERING"}
    made = await office.do("createSpecialty", "specialty { id }", **series, name=DECLARED)
    stage.things["specialty"] = made["specialty"]["id"]
    await office.do("fileSpecialty", "specialty { id }", id=made["specialty"]["id"])
    criteria = {
        **series, "specialtyId": stage.things["specialty"], "level": opening.LEVEL, "title": "工程系列评审条件",
        "effectiveFrom": "2023-10-16", "documents": opening.DOCUMENTS, "gates": [DEMAND],
    }  # fmt: skip
    wrong = {**criteria, "gates": [{"code": "TEXT", "text": "条件", "fields": ["土木工程"]}]}
    assert (await refusal(stage, "province", "proposeCriteria", **wrong))[0] == "FIELDS_NOT_ASKED"
    proposed = await office.do("proposeCriteria", "criteria { id gates { fields } }", **criteria)
    assert proposed["criteria"]["gates"] == [{"fields": DEMAND["fields"]}]
    for act in ("approveCriteria", "publishCriteria"):
        await office.do(act, "criteria { id }", id=proposed["criteria"]["id"])
    told = {**series, "cycleId": stage.things["cycle"], "title": "工作安排", "text": "按通知执行。"}
    drafted = await office.do("createArrangement", "arrangement { id }", **told)
    await office.do("publishArrangement", "arrangement { id }", id=drafted["arrangement"]["id"])
    committee = {
        **series, "cycleId": stage.things["cycle"], "name": "青海省工程系列高级评委会", "size": 25,
        "levels": [opening.LEVEL], "officeId": stage.organisations["province"],
    }  # fmt: skip
    made = await office.do("createCommittee", "committee { id }", **committee)
    await office.do("approveCommittee", "committee { id }", id=made["committee"]["id"])


def written(studied: str, practised: str, *achieved: str) -> dict[str, Any]:
    """What the applicant writes: the field of the degree, the specialty of the post and of the achievements."""
    own = declaration.CONTENT
    pairs = zip(own["achievements"], achieved, strict=True)
    return {
        **own,
        "basic": own["basic"] | {"specialtyPractised": practised},
        "education": [own["education"][0] | {"major": studied}],
        "achievements": [each | {"specialty": specialty} for each, specialty in pairs],
    }


async def write(stage: Stage, *content: str) -> dict[str, Any]:
    """Write the content anew; the declaration as it is then told."""
    version = (await stage.ask(PART, TOLD, id=stage.things[OWN]))["declaration"]["version"]
    given = {"id": stage.things[OWN], "version": version, "content": written(*content)}
    await stage.cast[PART].do("saveDeclaration", declaration.DECLARATION, **given)
    return dict((await stage.ask(PART, TOLD, id=stage.things[OWN]))["declaration"])


def degree(told: dict[str, Any]) -> tuple[str, bool]:
    """How the demand is judged, and whether on the article."""
    (item,) = told["evaluation"]["items"]
    return item["verdict"], "一（五）3" in {each["cite"] for each in item["basis"]}


@pytest.mark.clause("1.5.3")
async def test_the_specialty_practised_is_declared_unless_the_criteria_demand_the_degree(
    stage: Stage,
) -> None:
    """Post and achievements are of it or nothing is submitted; the degree is not asked then, but by the criteria."""
    wish = {"cycleId": stage.things["cycle"], "series": "ENGINEERING", "level": opening.LEVEL}
    ground = {"direct": wish | {"specialtyId": stage.things["specialty"]}}
    done = await stage.cast[PART].do("createDeclaration", declaration.DECLARATION, ground=ground)
    stage.things[OWN] = done["declaration"]["id"]
    await write(stage, STUDIED, STUDIED, STUDIED, STUDIED)
    for item, (title, name) in declaration.ITEMS.items():
        if item != declaration.WANTING:
            await declaration.upload(stage, item, title, name, part=PART, of=OWN)
    step = {"id": stage.things[OWN]}
    for content, reason in (
        ((STUDIED, STUDIED, DECLARED, DECLARED), f"现从事专业为“{STUDIED}”"),
        ((STUDIED, DECLARED, DECLARED, STUDIED), f"属于“{STUDIED}”"),
    ):
        told = await write(stage, *content)
        assert told["asked"] == {"specialty": DECLARED}
        code, cites, words = await refusal(stage, PART, "actOnDeclaration", **step, action="SUBMIT")
        assert (code, "一（五）3" in cites, reason in words) == ("RULES_BROKEN", True, True)
    for studied in (DECLARED, *DEMAND["fields"]):
        assert degree(await write(stage, studied, DECLARED, DECLARED, DECLARED)) == ("MET", True)
    told = await write(stage, STUDIED, DECLARED, DECLARED, DECLARED)
    assert degree(told) == ("NOT_MET", True)
    assert [each["specialty"] for each in told["content"]["achievements"]] == [DECLARED, DECLARED]
    await declaration.step(stage, PART, "SUBMIT", "提交申报", of=OWN)
    await stage.move_clock(at(12, 16))
    for part in ("golmud", "haixi"):
        await declaration.judge(stage, part, part, of=OWN)
    for material in await declaration.materials(stage, "province", OWN):
        await declaration.open_(stage, "province", material)
        verdict = {"id": material["id"], "verdict": "SOUND"}
        await stage.cast["province"].do("judgeMaterial", "material { id }", **verdict)
    code, _, words = await refusal(stage, "province", "actOnDeclaration", **step, action="ACCEPT")
    assert (code, str(DEMAND["text"]) in words) == ("RULES_BROKEN", True)
    assert (await stage.ask("province", TOLD, id=stage.things[OWN]))["declaration"][
        "state"
    ] == "AT_COMMITTEE_OFFICE"
