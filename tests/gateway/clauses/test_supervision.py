"""Nothing is pushed through unseen: an implausible pace is told above with its figures (三（二）)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from demo.scenes import declaration
from demo.stage import Stage, at
from tests.gateway.clauses import season, test_strict
from tests.gateway.clauses.province import Province, bearer_of
from tests.gateway.clauses.season import refusal, seated

FLAGS = """query { reviewFlags(first: 10) { edges { node { id reviewerName state approvals shortestSeconds mostInWindow
    availableActions organisation { id } flagged(first: 10) { edges { node {
      grounds seconds materials secondsPerMaterial declaration { id } } } } } } }
  reviewPace(first: 10) { edges { node {
    reviewerName approvals returns approvalShare shortestSeconds organisation { id } } } } }"""


@pytest.fixture(scope="module")
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """November; one declaration is at the department; the health authority and the hospital have supervisors."""
    stage = await season.begin(province, http)
    for place in ("health", "hospital"):
        there = await province.at(place)
        stage.cast[f"{place} supervisor"] = seated(stage, place, bearer_of(there, "SUPERVISOR", name="监督"))
    await test_strict.submitted(stage, "worker")
    return stage


async def flags(stage: Stage, part: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Flags and figures that somebody sees."""
    told = await stage.ask(part, FLAGS)
    return tuple([edge["node"] for edge in told[name]["edges"]] for name in ("reviewFlags", "reviewPace"))  # type: ignore[return-value]


@pytest.mark.clause("3.2.3")
async def test_a_hasty_approval_is_flagged_with_its_figures(stage: Stage) -> None:
    """It goes through, and who stands above reads how fast, opens the declaration, and dismisses or not."""
    await declaration.judge(stage, "department", "内设机构", of="worker")
    (flag,), (pace,) = await flags(stage, "hospital supervisor")
    department = stage.organisations["department"]
    assert (flag["state"], flag["approvals"], flag["organisation"]["id"]) == ("OPEN", 1, department)
    (edge,) = flag["flagged"]["edges"]
    approval = edge["node"]
    assert (approval["grounds"], approval["declaration"]["id"]) == (["HASTY"], stage.things["worker"])
    assert approval["seconds"] < approval["materials"] * approval["secondsPerMaterial"]
    assert (pace["approvals"], pace["returns"], pace["approvalShare"]) == (1, 0, 1.0)
    assert pace["organisation"]["id"] == department
    code, _, _ = await refusal(stage, "department", "dismissReviewFlag", id=flag["id"], reason="不属实")
    assert code == "FLAG_NOT_FOUND"
    code, _, _ = await refusal(stage, "hospital supervisor", "dismissReviewFlag", id=flag["id"], reason=" ")
    assert code == "REQUEST_MALFORMED"
    done = await stage.cast["health supervisor"].do(
        "dismissReviewFlag",
        "flag { state decidedByName } basis { cite }",
        id=flag["id"],
        reason="纸质材料已先行核对",
    )
    assert (done["flag"]["state"], done["flag"]["decidedByName"]) == ("DISMISSED", "监督")
    assert done["basis"][0]["cite"] == "三（二）"


SIGNS = """query { reviewSigns(first: 10) { edges { node { reviewerName approvals materials unopened unopenedShare
    openings brief texts repeatedTexts inSequence organisation { id } } } } }"""


@pytest.mark.clause("3.2.3")
async def test_signs_of_one_click_pushing_are_told_as_figures_and_a_chart(stage: Stage) -> None:
    """Who supervises reads what was looked at and how fast, and fetches it as a picture; the reviewer does not."""
    told = await stage.ask("hospital supervisor", SIGNS)
    (sign,) = [edge["node"] for edge in told["reviewSigns"]["edges"]]
    assert (sign["approvals"], sign["unopened"], sign["unopenedShare"]) == (1, 0, 0.0)
    assert sign["materials"] == sign["openings"] > 0
    assert sign["organisation"]["id"] == stage.organisations["department"]
    asked = {"of": "ORGANISATION", "format": "SVG"}
    done = await stage.cast["hospital supervisor"].do("requestReviewSignsChart", "downloadUrl", **asked)
    picture = (await stage.gateway.transfer("GET", done["downloadUrl"])).decode()
    assert picture.lstrip().startswith("<svg")
    assert done.basis[0]["cite"] == "三（二）"
    code, _, _ = await refusal(stage, "department", "requestReviewSignsChart", **asked)
    assert code == "ROLE_MISSING"


FINDING = "finding { id state dueOn answer organisation { id } body { id } declarations { id } }"


@pytest.mark.clause("3.2.3")
async def test_a_correction_is_ordered_answered_and_accepted(stage: Stage) -> None:
    """From above, by a document and a day; the department answers; who ordered it accepts; each act says why."""
    health, department = stage.cast["health supervisor"], stage.organisations["department"]
    about = {
        "kind": "CORRECTION_ORDERED",
        "declarationIds": [stage.things["worker"]],
        "organisationId": department,
        "reason": "未逐项核查",
        "documentNumber": "青卫函〔2023〕56号",
    }
    given = {**about, "dueOn": at(11, 24).date().isoformat()}
    code, cites, _ = await refusal(stage, "hospital", "makeFinding", **given)
    assert (code, cites) == ("NOT_UNDER_YOU", ["三（二）"])
    code, cites, _ = await refusal(stage, "health supervisor", "makeFinding", **about)
    assert (code, cites) == ("DUE_DAY_INVALID", ["三（二）"])
    made = (await health.do("makeFinding", FINDING, **given))["finding"]
    assert (made["state"], made["organisation"]["id"]) == ("ORDERED", department)
    assert [each["id"] for each in made["declarations"]] == [stage.things["worker"]]
    done = await stage.cast["department"].do("answerFinding", FINDING, id=made["id"], answer="已重新核查")
    assert done["finding"]["state"] == "ANSWERED"
    code, _, _ = await refusal(stage, "department", "settleFinding", id=made["id"], accepted=True)
    assert code == "NOT_YOUR_STEP"
    done = await health.do("settleFinding", FINDING, id=made["id"], accepted=True)
    assert (done["finding"]["state"], done["finding"]["body"]["id"]) == (
        "CORRECTED",
        stage.organisations["health"],
    )


@pytest.mark.clause("3.2.3")
async def test_a_result_that_there_is_not_cannot_be_void(stage: Stage) -> None:
    """A declaration under review has no result: the refusal names what is possible; another HRSS may not even try."""
    given = {
        "kind": "RESULT_VOID",
        "declarationIds": [stage.things["worker"]],
        "reason": "业绩不实",
        "documentNumber": "青人社厅函〔2023〕57号",
    }
    code, _, _ = await refusal(stage, "health supervisor", "makeFinding", **given)
    assert code == "NOT_THE_FILING_HRSS"
    code, _, message = await refusal(stage, "province", "makeFinding", **given)
    assert (code, "逐级审核中" in message) == ("ACTION_NOT_AVAILABLE", True)


LODGED = "report { id state text declaration { id } } basis { cite }"


@pytest.mark.clause("3.6.3")
async def test_a_report_holds_the_declaration_while_it_is_checked(stage: Stage) -> None:
    """Lodged by a colleague anonymously, taken up by the authority's supervisor, it holds the hospital's approval."""
    asked = "query($id: ID!) { declaration(id: $id) { number } }"
    number = (await stage.ask("hospital", asked, id=stage.things["worker"]))["declaration"]["number"]
    given = {"number": number, "text": "病案系伪造", "anonymous": True}
    done = await stage.cast["department"].do("lodgeReport", LODGED, **given)
    report = done["report"]["id"]
    assert (done["report"]["state"], done["report"]["text"]) == ("RECEIVED", None)
    assert done["basis"][0]["cite"] == "三（六）3"
    for part in ("hospital supervisor", "department"):
        code, _, _ = await refusal(stage, part, "actOnReport", id=report, action="TAKE_UP")
        assert code == "REPORT_NOT_FOUND"
    health = stage.cast["health supervisor"]
    told = await stage.ask("health supervisor", "{ reports(first: 5) { edges { node { id text } } } }")
    assert [edge["node"] for edge in told["reports"]["edges"]] == [{"id": report, "text": "病案系伪造"}]
    await health.do("actOnReport", LODGED, id=report, action="TAKE_UP")
    for material in await declaration.materials(stage, "hospital", "worker"):
        await declaration.open_(stage, "hospital", material)
        verdict = {"id": material["id"], "verdict": "SOUND"}
        await stage.cast["hospital"].do("judgeMaterial", "material { id }", **verdict)
    held = await test_strict.broken(stage, "hospital", id=stage.things["worker"], action="PASS")
    assert held == {"REPORT_BEING_CHECKED": ["三（六）3"]}
    done = await health.do("actOnReport", LODGED, id=report, action="DISMISS", reason="病案属实")
    assert (done["report"]["state"], done["report"]["declaration"]["id"]) == (
        "UNFOUNDED",
        stage.things["worker"],
    )
    await declaration.step(stage, "hospital", "PASS", "通过", of="worker")
