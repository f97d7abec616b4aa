"""Nothing is pushed through unseen: an implausible pace is told above with its figures (三（二）)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from demo.scenes import declaration
from demo.stage import Stage
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
