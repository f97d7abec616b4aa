"""Scene 5: plan, registrations, ranked list; the materials judged, one recommended, the second in turn and without a place, five working days (三（六）2)."""

from demo.scenes.opening import LEVEL
from demo.scenes.posts import places
from demo.stage import Stage, at

PLAN = "plan { id state }"
RECOMMENDATION = "recommendation { id state }"
RECORD = "record { id state }"
DEGREE = {
    "body": {
        "degree": {
            "educationLevel": "BACHELOR",
            "school": "青海大学",
            "field": "临床医学",
            "mode": "FULL_TIME",
            "graduatedOn": "2008-06-30",
            "certificateNumber": "107431200805001234",
        }
    },
    "evidence": {"issuer": "青海大学", "issuedOn": "2008-06-30"},
}


async def play(stage: Stage) -> None:
    """Plan, judge, recommend, publicise, confirm."""
    await announce(stage)
    await _judged(stage)
    await recommend(stage)


async def announce(stage: Stage) -> None:
    """The unit's plan."""
    await stage.move_clock(at(11, 1))
    await _plan(stage)
    await stage.move_clock(at(11, 2))


async def recommend(stage: Stage) -> None:
    """Registered, ranked, recommended in that order within the plan, publicised, confirmed."""
    await _ranked(stage)
    first = await stage.act(
        "hospital", "推荐李青山申报副高级", "recommend", RECOMMENDATION, **_person(stage, "first")
    )
    stage.things["recommendation"] = first["recommendation"]["id"]
    await stage.refused(
        "hospital", "再推荐王草原", "NO_PLACE_LEFT", "recommend", RECOMMENDATION, **_person(stage, "second")
    )
    if await places(stage) != 0:
        raise AssertionError("the only place should be taken")
    await _act(stage, "PUBLICISE", "推荐对象公示")
    await stage.move_clock(at(11, 10))
    await _act(stage, "CONFIRM", "公示期满无异议，确认推荐")


async def _judged(stage: Stage) -> None:
    """A certificate that nobody has judged stops the recommendation (三（二）)."""
    told = await stage.act(
        "first", "填报学历学位档案信息", "declareRecord", RECORD, personId=stage.things["first"], **DEGREE
    )
    await stage.refused(
        "hospital",
        "未审核材料先推荐",
        "MATERIALS_NOT_JUDGED",
        "recommend",
        RECOMMENDATION,
        **_person(stage, "first"),
    )
    await stage.act("hospital", "核查学历学位，予以确认", "confirmRecord", RECORD, id=told["record"]["id"])


async def _ranked(stage: Stage) -> None:
    """Both register; the hospital publishes the order, and cannot leave it."""
    ranked = []
    for part, score, reason in (("first", 92.5, "近五年业绩突出，考核优秀"), ("second", 86, "业绩良好")):
        wish = {key: value for key, value in _person(stage, part).items() if key != "personId"}
        made = await stage.act(part, "登记参加推荐", "registerInterest", "registration { id }", **wish)
        own = {"registrationId": made["registration"]["id"], "score": score, "reason": reason}
        ranked.append(own)
    posts = {"planId": stage.things["plan"], "level": LEVEL, "ranked": ranked}
    await stage.act("hospital", "公布推荐排序名单", "publishRankedList", "rankedList { id }", **posts)
    await stage.refused(
        "hospital",
        "越过李青山推荐王草原",
        "OTHERS_STAND_BEFORE",
        "recommend",
        RECOMMENDATION,
        **_person(stage, "second"),
    )


async def _plan(stage: Stage) -> None:
    given = {
        "unitId": stage.organisations["hospital"],
        "cycleId": stage.things["cycle"],
        "policyText": "坚持德才兼备，突出业绩和贡献，择优推荐。",
        "conditions": "取得主治医师资格并聘任满五年，近三年考核合格以上。",
        "procedure": "个人申请、科室评议、医院考核、公示五个工作日。",
        "posts": [{"level": LEVEL, "count": 1}],
    }
    done = await stage.act("hospital", "制定申报推荐方案", "createRecommendationPlan", PLAN, **given)
    stage.things["plan"] = done["plan"]["id"]
    await stage.act(
        "hospital", "公布申报推荐方案", "publishRecommendationPlan", PLAN, id=stage.things["plan"]
    )


def _person(stage: Stage, part: str) -> dict[str, str]:
    return {
        "planId": stage.things["plan"],
        "personId": stage.things[part],
        "series": "HEALTH",
        "specialtyId": stage.things["specialty"],
        "level": LEVEL,
    }


async def _act(stage: Stage, action: str, what: str) -> None:
    given = {"id": stage.things["recommendation"], "action": action}
    await stage.act("hospital", what, "actOnRecommendation", RECOMMENDATION, **given)
