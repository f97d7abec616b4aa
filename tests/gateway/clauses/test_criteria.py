"""一（二）、一（三）1 through the gateway: a region's criteria and its featured specialty are for its own people."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from demo.api import Refused
from demo.scenes.opening import DOCUMENTS, MENU
from demo.stage import Stage
from tests.gateway.clauses import season
from tests.gateway.clauses.province import Province
from tests.gateway.clauses.season import newcomer, refusal, seated
from tests.platform.settings import POLICIES

SENIORITY = {
    "code": "SENIORITY",
    "text": "取得主治医师资格满五年",
    "fact": "years_in_present_title",
    "atLeast": 5.0,
    "unit": "年",
}
ETHICS = {"code": "ETHICS", "text": "遵守国家法律法规", "evidence": ["ASSESSMENT"]}
CRITERIA = "criteria { id state serves { id } gates { code atLeast } }"


@pytest.fixture(scope="module")
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """November, with criteria of the whole province for a level that nothing was set for."""
    begun = await season.begin(province, http)
    begun.cast["haixi officer"] = seated(begun, "haixi officer", province.token("haixi", "TITLE_OFFICER"))
    await in_use(begun, "province", proposal(SENIORITY, ETHICS))
    return begun


def proposal(*gates: dict[str, Any], need: int = 2, **more: Any) -> dict[str, Any]:
    """Criteria of the full senior level."""
    return {
        "series": "HEALTH",
        "level": "FULL_SENIOR",
        "title": "卫生系列正高级评审条件",
        "effectiveFrom": "2023-11-02",
        "documents": DOCUMENTS,
        "gates": list(gates),
        "menus": [MENU | {"need": need}],
        **more,
    }


async def in_use(stage: Stage, part: str, given: dict[str, Any]) -> dict[str, Any]:
    """Proposed, approved by the province, published."""
    made = (await stage.cast[part].do("proposeCriteria", CRITERIA, **given))["criteria"]
    await stage.cast["province"].do("approveCriteria", CRITERIA, id=made["id"])
    done: dict[str, Any] = (await stage.cast[part].do("publishCriteria", CRITERIA, id=made["id"]))["criteria"]
    return done


@pytest.mark.clause("1.3.1")
async def test_a_regions_criteria_are_in_no_item_lower(stage: Stage) -> None:
    """Every item that falls short is named; as high is taken, for the region and in force beside the province's."""
    here = {"servesId": stage.organisations["haixi"]}
    low = proposal(SENIORITY | {"atLeast": 3.0}, need=1, **here)
    with pytest.raises(Refused) as refused:
        await stage.cast["haixi officer"].do("proposeCriteria", CRITERIA, **low)
    assert refused.value.code == "RULES_BROKEN"
    assert [each["cite"] for each in refused.value.basis] == ["一（三）1"]
    assert all(word in refused.value.message for word in ("SENIORITY", "3年", "ETHICS", "ACHIEVEMENTS"))
    made = await in_use(stage, "haixi officer", proposal(SENIORITY | {"atLeast": 6.0}, ETHICS, **here))
    assert (made["state"], made["serves"]["id"]) == ("PUBLISHED", stage.organisations["haixi"])
    elsewhere = proposal(SENIORITY, ETHICS, servesId=stage.organisations["hospital"])
    with pytest.raises(Refused) as refused:
        await stage.cast["haixi officer"].do("proposeCriteria", CRITERIA, **elsewhere)
    assert refused.value.code == "SERVED_ELSEWHERE"
    document = """{ criteria(first: 10, level: FULL_SENIOR) { edges { node { serves { id } gates { code atLeast } } } } }"""
    told = (await stage.ask("province", document))["criteria"]["edges"]
    assert [each["node"]["serves"] for each in told] == [{"id": here["servesId"]}, None]


@pytest.mark.clause("1.1", "1.3.1")
async def test_a_text_is_checked_before_it_is_proposed(stage: Stage) -> None:
    """Whoever writes criteria reads line and reason of everything that is wrong, and nothing is stored."""
    document = "query($yaml: String!) { checkCriteria(yaml: $yaml) { valid problems { line path reason } } }"
    text = (POLICIES / "qinghai/2023/criteria/health_associate_senior.yaml").read_text("utf-8")
    told = (await stage.ask("haixi officer", document, yaml=text))["checkCriteria"]
    assert told == {"valid": True, "problems": []}
    wrong = text.replace("evidence: [LICENCE]", "evidence: [MAGIC]").replace("need: 2", "need: 两项")
    (found,) = (await stage.ask("haixi officer", document, yaml=wrong))["checkCriteria"]["problems"]
    assert (found["path"], found["reason"]) == ("menus.0.need", "应为整数")
    assert "need: 两项" in wrong.splitlines()[found["line"] - 1]
    mended = wrong.replace("need: 两项", "need: 2")
    (found,) = (await stage.ask("haixi officer", document, yaml=mended))["checkCriteria"]["problems"]
    assert "[MAGIC]" in mended.splitlines()[found["line"] - 1]


@pytest.mark.clause("1.2")
async def test_a_regions_featured_specialty_stays_there_and_is_adjusted_by_another_filing(
    stage: Stage,
) -> None:
    """A hospital of the capital is refused with the article; renamed it is another one, and the former is kept as it was."""
    made = "specialty { id name state formers { id name } successor { id } }"
    given = {"series": "HEALTH", "name": "高原病学", "featured": True, "regionCode": "632800"}
    proposed = (await stage.cast["haixi officer"].do("createSpecialty", made, **given))["specialty"]
    await stage.cast["province"].do("fileSpecialty", made, id=proposed["id"])
    await in_use(stage, "province", proposal(SENIORITY, ETHICS, level="ASSOCIATE_SENIOR"))
    wish = {
        "planId": stage.things["plan"],
        "personId": await newcomer(stage, "featured", "department"),
        "series": "HEALTH",
        "level": "ASSOCIATE_SENIOR",
        "specialtyId": proposed["id"],
    }
    code, cites, message = await refusal(stage, "hospital", "recommend", **wish)
    assert (code, cites) == ("FEATURED_ELSEWHERE", ["一（二）"])
    assert "地区 632800" in message
    terms = {"id": proposed["id"], "name": "高原病防治", "featured": True, "regionCode": "632801"}
    again = (await stage.cast["haixi officer"].do("adjustSpecialty", made, **terms))["specialty"]
    filed = (await stage.cast["province"].do("fileSpecialty", made, id=again["id"]))["specialty"]
    former = {"id": proposed["id"], "name": "高原病学"}
    assert (filed["state"], filed["formers"], filed["successor"]) == ("FILED", [former], None)
    code, cites, _ = await refusal(stage, "hospital", "recommend", **wish)
    assert (code, cites) == ("SPECIALTY_PAST", ["一（二）"])
    for who, way_out in (("haixi officer", "retractSpecialty"), ("province", "refuseSpecialty")):
        await stage.cast["haixi officer"].do("withdrawSpecialty", made, id=again["id"])
        kept = (await stage.cast[who].do(way_out, made, id=again["id"]))["specialty"]
        assert kept["state"] == "FILED"
    await stage.cast["haixi officer"].do("withdrawSpecialty", made, id=again["id"])
    gone = (await stage.cast["province"].do("fileSpecialty", made, id=again["id"]))["specialty"]
    assert gone["state"] == "WITHDRAWN"
    document = "query($id: ID!) { specialty(id: $id) { name state successor { id } } }"
    told = (await stage.ask("province", document, id=proposed["id"]))["specialty"]
    assert told == {"name": "高原病学", "state": "ADJUSTED", "successor": {"id": again["id"]}}
