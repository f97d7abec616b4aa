"""From which posts a unit recommends, and on what ground outside of its numbers (一（四）1、一（五）4（1）、一（七）第2段)."""

from __future__ import annotations

import pytest

from services.quota.contract import Ground
from tests.services.workflow.stage import LEVEL, NOVEMBER, OCTOBER, PLAN, cites, problem

ASSESSMENT = "江源医院考核〔2023〕7号"
CITES = {
    "FRONT_LINE_SKILLED": "一（五）4（1）",
    "IMPORTED_TALENT": "一（七）第2段",
    "URGENTLY_NEEDED": "一（七）第2段",
    "POSTDOC": "一（七）第2段",
}
FRONT_LINE = {"series": "ENGINEERING", "level": "FULL_SENIOR"}
TARGETED = {"posts": [{"level": LEVEL, "count": 1, "pool": "TARGETED"}]}


async def test_a_recommendation_is_from_general_posts_unless_it_says_otherwise(stage):
    """Nothing said: general posts, no ground, no assessment."""
    made = await stage.recommended()
    assert (made["pool"], made["ground"], made["assessment"]) == ("GENERAL", None, None)
    (asked,) = stage.around.asked
    told = (asked["pool"], asked["ground"], asked["assessment"], asked["person_name"])
    assert told == ("GENERAL", None, None, "李医生")


@pytest.mark.clause("1.4.1")
async def test_a_targeted_recommendation_says_so_to_quota_and_to_everybody(stage):
    """The pool stays with the recommendation, goes to quota, and stands in the unit's publicity."""
    plan = await stage.plan(await stage.ready(), **TARGETED)
    wish = stage.wish(plan, stage.employ(), pool="TARGETED")
    answer = await stage.ask("POST", "/recommendations", stage.recommender, wish)
    made = answer.json()["record"]
    assert "一（四）1" in cites(answer.json())
    assert (made["pool"], stage.around.asked[0]["pool"]) == ("TARGETED", "TARGETED")
    snapshot = await shown(stage, made)
    assert (snapshot["pool"], snapshot["ground"]) == ("“双定向”岗位", None)


@pytest.mark.clause("1.4.1")
@pytest.mark.parametrize(("announced", "wished"), [("GENERAL", "TARGETED"), ("TARGETED", "GENERAL")])
async def test_a_plans_posts_of_one_pool_are_none_of_the_other(stage, announced, wished):
    """Announced for one pool, nothing is announced for the other; no post is held."""
    posts = [{"level": LEVEL, "count": 3, "pool": announced}, {"level": LEVEL, "count": 0, "pool": wished}]
    plan = await stage.plan(await stage.ready(), posts=posts)
    wish = stage.wish(plan, stage.employ(), pool=wished)
    told = problem(
        await stage.ask("POST", "/recommendations", stage.recommender, wish), 422, "LEVEL_NOT_IN_PLAN"
    )
    assert ("双定向" in told["message"]) == (wished == "TARGETED")
    assert not stage.around.asked


async def test_a_plan_names_each_level_of_a_pool_once(stage):
    """The same level may stand in both pools, not twice in one."""
    cycle = await stage.ready()
    body = {**PLAN, "unit_id": str(stage.places.hospital.id), "cycle_id": cycle["id"]}
    twice = [{"level": LEVEL, "count": 1}, {"level": LEVEL, "count": 2, "pool": "GENERAL"}]
    answer = await stage.ask("POST", "/recommendation-plans", stage.recommender, body | {"posts": twice})
    problem(answer, 422, "REQUEST_MALFORMED")
    both = [{"level": LEVEL, "pool": pool, "count": 1} for pool in ("GENERAL", "TARGETED")]
    made = await stage.made("/recommendation-plans", stage.recommender, body | {"posts": both})
    assert made["posts"] == both


@pytest.mark.clause("1.5.4.1", "1.7.2")
@pytest.mark.parametrize("ground", Ground)
async def test_a_ground_rests_on_the_units_assessment(stage, ground):
    """Without the document of the assessment it is refused on the ground's article; with it the publicity shows it."""
    plan = await stage.plan(await stage.ready())
    await front_line(stage, plan)
    wish = stage.wish(plan, stage.employ(), ground=ground, **FRONT_LINE)
    told = problem(
        await stage.ask("POST", "/recommendations", stage.recommender, wish), 422, "ROUTE_NOT_OPEN"
    )
    assert (cites(told), told["field"]) == ({CITES[ground]}, "assessment")
    assert [each["code"] for each in told["findings"]] == ["ASSESSMENT"]
    assert not stage.around.asked
    answer = await stage.ask(
        "POST", "/recommendations", stage.recommender, wish | {"assessment": f" {ASSESSMENT} "}
    )
    made = answer.json()["record"]
    assert (made["ground"], made["assessment"]) == (ground, ASSESSMENT)
    assert CITES[ground] in cites(answer.json())
    (asked,) = stage.around.asked
    assert (asked["ground"], asked["assessment"]) == (ground, ASSESSMENT)
    assert (await shown(stage, made))["ground"] == ground.zh


@pytest.mark.parametrize(
    "changed",
    [
        {"ground": "FRIEND_OF_THE_DEAN", "assessment": ASSESSMENT},
        {"ground": "POSTDOC", "assessment": " "},
        {"ground": "POSTDOC", "assessment": "长" * 161},
        {"ground": "POSTDOC", "assessment": "a\0b"},
        {"pool": "BOTH"},
        {"pool": None},
        {"route": "一般"},
        {"route": ""},
    ],
)
async def test_what_is_no_pool_or_ground_is_refused(stage, changed):
    """Both are what they are called, and so is the route."""
    plan = await stage.plan(await stage.ready())
    wish = stage.wish(plan, stage.employ(), **changed)
    problem(await stage.ask("POST", "/recommendations", stage.recommender, wish), 422, "REQUEST_MALFORMED")
    assert not stage.around.asked


@pytest.mark.clause("1.5.4.1")
async def test_who_takes_no_post_needs_none_announced(stage):
    """The plan announces no full senior post; on a ground that exempts, the unit recommends for it all the same."""
    stage.around.exempting = {"FRONT_LINE_SKILLED"}
    plan = await stage.plan(await stage.ready())
    await front_line(stage, plan)
    given = {**FRONT_LINE, "ground": "FRONT_LINE_SKILLED", "assessment": ASSESSMENT}
    wish = stage.wish(plan, stage.employ(), **given)
    made = await stage.made("/recommendations", stage.recommender, wish)
    assert (made["level"], stage.around.holds[made["id"]]["state"]) == ("FULL_SENIOR", "EXEMPT")


@pytest.mark.clause("2.4.1.1")
async def test_aid_talents_need_no_post_announced(stage):
    """The plan announces no full senior post: the receiving unit recommends them by their kind, and nobody else."""
    plan = await stage.plan(await stage.ready())
    await front_line(stage, plan)
    kind = {"kind": "AID_QINGHAI"}
    wish = stage.wish(plan, stage.employ(**kind), **FRONT_LINE, assessment=ASSESSMENT)
    assert (await stage.made("/recommendations", stage.recommender, wish))["route"] == "AID"
    other = stage.wish(plan, stage.employ(), **FRONT_LINE)
    problem(await stage.ask("POST", "/recommendations", stage.recommender, other), 422, "LEVEL_NOT_IN_PLAN")


async def test_another_wish_is_another_hold(stage):
    """A lost answer, then the same person on a ground: quota is not asked for one hold in two ways."""
    plan = await stage.plan(await stage.ready())
    person = stage.employ()
    stage.around.answer_lost = True
    await stage.ask("POST", "/recommendations", stage.recommender, stage.wish(plan, person))
    stage.around.answer_lost = False
    changed = stage.wish(plan, person, ground="POSTDOC", assessment=ASSESSMENT)
    made = await stage.made("/recommendations", stage.recommender, changed)
    first, second = stage.around.asked
    assert first["recommendation_id"] != second["recommendation_id"] == made["id"]


async def front_line(stage, plan):
    """What a skilled worker's recommendation for full senior needs: an engineering series that can be declared in."""
    await stage.time(OCTOBER)
    await stage.arrange({"id": plan["cycle_id"]}, "ENGINEERING")
    await stage.criteria(series="ENGINEERING", level="FULL_SENIOR")
    await stage.time(NOVEMBER)


async def shown(stage, made):
    """What everybody reads in the unit's publicity of a recommendation."""
    public = (await stage.act(made, "PUBLICISE")).json()["record"]
    return (await stage.ask("GET", f"/publicities/{public['publicity_id']}")).json()["snapshot"]
