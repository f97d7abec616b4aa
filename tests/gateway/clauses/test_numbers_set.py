"""二（一）第2段 and 一（四）1 through the gateway: numbers set by decision, and targeted posts approved separately."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.clauses.province import Organisation, Province, bearer_of, cites, only_error

FORM = "annualForm { id version state }"
DECISION = """postDecision { id version state documentNo decidedOn reason decidedBy availableActions
  levels { level declarable } unit { id } hrss { id } history { action note basis { cite } } }"""
PLAN = """targetedPlan { id revision state rowCode headcount seniorPosts middlePosts documentNo
  levels { level approved vacant declarable } unit { id } hrss { id } history { action } }"""
AVAILABLE = """query($unit: ID!, $pool: PostPool!) { availability(unitId: $unit, year: 2023, pool: $pool) {
  levels { level free } } }"""
REASON = "编制由 60 名精简为 52 名，岗位设置方案正在调整"


async def unit_of(province: Province, creator: str, *what: str, **more: Any) -> Organisation:
    """A new unit."""
    made = await province.create(creator, *what, **more)
    assert made["errors"] == [], made["errors"]
    organisation: Organisation = made["organisation"]
    return organisation


async def free(province: Province, unit: Organisation, pool: str) -> dict[str, int]:
    """What is left of a pool, level by level, as the unit sees it."""
    told = await province.front.data(
        AVAILABLE, token=bearer_of(unit, "RECOMMENDER"), unit=unit["id"], pool=pool
    )
    return {each["level"]: each["free"] for each in told["availability"]["levels"]}


async def approved_form(province: Province, unit: Organisation) -> None:
    """The unit's form goes to its HRSS, which approves it."""
    row = {"level": "MIDDLE", "approved": 5, "employed": 4, "qualifiedNotEmployed": 0, "exits": 0}
    filing, hrss = bearer_of(unit, "RECOMMENDER"), province.token("golmud", "REVIEWER")
    given: dict[str, Any] = {"unitId": unit["id"], "year": 2023, "levels": [row]}
    form = (await province.act(filing, "createAnnualForm", FORM, **given))["annualForm"]
    for token, action in ((filing, "SUBMIT"), (hrss, "APPROVE")):
        step = {"id": form["id"], "action": action, "version": form["version"]}
        form = (await province.act(token, "actOnAnnualForm", FORM, **step))["annualForm"]
    assert form["state"] == "APPROVED"


def decision(unit: Organisation, declarable: int) -> dict[str, Any]:
    """Numbers that an HRSS sets."""
    return {
        "unitId": unit["id"],
        "year": 2023,
        "documentNo": "格人社函〔2023〕12号",
        "decidedOn": "2023-10-09",
        "reason": REASON,
        "levels": [{"level": "MIDDLE", "declarable": declarable}],
    }


def plan(unit: Organisation, senior: int, middle: int) -> dict[str, Any]:
    """Targeted posts that an HRSS approves."""
    return {
        "unitId": unit["id"],
        "year": 2023,
        "headcount": 45,
        "documentNo": "格人社函〔2023〕13号",
        "levels": [
            {"level": "ASSOCIATE_SENIOR", "approved": senior},
            {"level": "MIDDLE", "approved": middle, "employed": 1},
        ],
    }


@pytest.mark.clause("2.1.2")
async def test_the_same_level_hrss_sets_the_numbers(province: Province) -> None:
    """With a form in force and by the HRSS alone; the reason is kept, and ended it gives way to the form."""
    unit = await unit_of(province, "golmud", "EMPLOYER", "COUNTY", "632801")
    hrss = province.token("golmud", "REVIEWER")
    early = only_error(await province.act(hrss, "setPostNumbers", DECISION, **decision(unit, 3)))
    assert (early["code"], early["field"], cites(early)) == ("NO_APPROVED_FORM", "unitId", ["二（一）第1段"])
    await approved_form(province, unit)
    for above in ("haixi", "province"):
        token = province.token(above, "REVIEWER", "TITLE_OFFICER")
        refused = await province.act(token, "setPostNumbers", DECISION, **decision(unit, 3))
        assert only_error(refused)["code"] == "ROLE_MISSING"
    done = await province.act(hrss, "setPostNumbers", DECISION, **decision(unit, 3))
    made = done["postDecision"]
    assert (made["state"], made["reason"], cites(done)) == ("IN_FORCE", REASON, ["二（一）第2段"])
    assert made["hrss"]["id"] == (await province.at("golmud"))["id"]
    assert (await free(province, unit, "GENERAL"))["MIDDLE"] == 3
    unread = only_error(await province.act(hrss, "setPostNumbers", DECISION, **decision(unit, 2)))
    assert (unread["code"], unread["field"]) == ("ANOTHER_DECISION_IN_FORCE", "replaces")
    await province.act(hrss, "setPostNumbers", DECISION, **decision(unit, 2), replaces=made["id"])
    listed = await province.front.data(
        "query($u: ID!) { postDecisions(first: 5, unitId: $u) { totalCount edges { node { id state version } } } }",
        token=bearer_of(unit, "RECOMMENDER"),
        u=unit["id"],
    )
    second, first = [edge["node"] for edge in listed["postDecisions"]["edges"]]
    assert (first["id"], first["state"], second["state"]) == (made["id"], "REPLACED", "IN_FORCE")
    ending = {"id": second["id"], "version": second["version"], "reason": "岗位设置方案已调整到位"}
    ended = (await province.act(hrss, "endPostDecision", DECISION, **ending))["postDecision"]
    assert (ended["state"], ended["history"][-1]["note"]) == ("ENDED", "岗位设置方案已调整到位")
    assert (await free(province, unit, "GENERAL"))["MIDDLE"] == 1
    again = await province.front.data(
        "query($id: ID!) { postDecision(id: $id) { state availableActions } }", token=hrss, id=second["id"]
    )
    assert again["postDecision"] == {"state": "ENDED", "availableActions": []}


@pytest.mark.clause("1.4.1", "A1")
async def test_targeted_posts_are_approved_within_annex_1(province: Province) -> None:
    """A county's unit within its row and no further, in a stock of their own; a later approval replaces the former."""
    unit = await unit_of(province, "golmud", "EMPLOYER", "COUNTY", "632801")
    hrss = province.token("golmud", "TITLE_OFFICER")
    much = only_error(await province.act(hrss, "approveTargetedPlan", PLAN, **plan(unit, 4, 4)))
    assert (much["code"], cites(much)) == ("RULES_BROKEN", ["附件1 第3行"])
    assert "高级核定 4 个，超过上限 3 个：“双定向”高级 3 = 45 × 7% = 3.15，取整数" in much["message"]
    done = await province.act(hrss, "approveTargetedPlan", PLAN, **plan(unit, 3, 4))
    made = done["targetedPlan"]
    assert (made["seniorPosts"], made["middlePosts"], made["revision"]) == (3, 4, 1)
    assert cites(done) == ["附件1 第3行", "一（四）1"]
    assert await free(province, unit, "TARGETED") == {"FULL_SENIOR": 0, "ASSOCIATE_SENIOR": 3, "MIDDLE": 3}
    assert await free(province, unit, "GENERAL") == {}
    await province.act(hrss, "approveTargetedPlan", PLAN, **plan(unit, 2, 2))
    document = """query($u: ID!, $id: ID!) { targetedPlan(id: $id) { state }
      targetedPlanOfUnit(unitId: $u, year: 2023) { revision levels { level declarable } }
      targetedPlans(first: 5, unitId: $u) { totalCount } }"""
    seen = await province.front.data(
        document, token=bearer_of(unit, "RECOMMENDER"), u=unit["id"], id=made["id"]
    )
    assert (seen["targetedPlan"]["state"], seen["targetedPlans"]["totalCount"]) == ("REPLACED", 2)
    assert seen["targetedPlanOfUnit"]["revision"] == 2
    stranger = await province.front.data(
        "query($u: ID!) { targetedPlanOfUnit(unitId: $u, year: 2023) { revision } }",
        token=bearer_of(await province.at("chengxi"), "REVIEWER"),
        u=unit["id"],
    )
    assert stranger["targetedPlanOfUnit"] is None


@pytest.mark.clause("1.4.1", "A1")
async def test_where_annex_1_gives_nothing(province: Province) -> None:
    """西宁's inner districts have no row, a county's hospital another document, an enterprise no targeted posts at all."""
    for creator, region, more, code, cite in (
        ("chengxi", "630104", {}, "NO_ROW_OF_ANNEX_1", "附件1"),
        ("golmud health", "632801", {"industry": "HEALTH"}, "OTHER_RULE_APPLIES", "青人社厅发〔2022〕58号"),
        ("golmud", "632801", {"nature": "STATE_ENTERPRISE"}, "NOT_AN_INSTITUTION", "附件1"),
    ):
        unit = await unit_of(province, creator, "EMPLOYER", "COUNTY", region, **more)
        hrss = province.token(creator.split()[0], "REVIEWER")
        error = only_error(await province.act(hrss, "approveTargetedPlan", PLAN, **plan(unit, 0, 1)))
        assert (error["code"], error["field"]) == (code, "unitId"), error["message"]
        assert cite in cites(error)
