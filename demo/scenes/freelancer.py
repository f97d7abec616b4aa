"""Beside scenes 4 to 6: a freelancer of Golmud declares to the county directly; no unit recommends, no post is taken (二（二）2)."""

from typing import Any

from demo.scenes import applicants, declaration
from demo.scenes.opening import LEVEL
from demo.stage import Stage, at

PART, OWN, NAME = "freelancer", "direct_declaration", "赵昆仑"
POST = {"post": "个体诊所外科主治医师"}


async def create(stage: Stage) -> None:
    """The county gives the account, as there is no employer; the online test is the same."""
    await stage.grant("golmud", "REVIEWER")
    await stage.grant("haixi", "REVIEWER")
    given = {
        "organisationId": stage.organisations["golmud"],
        "name": NAME,
        "document": {"kind": "RESIDENT_ID", "number": stage.identities.resident_id("632801")},
        "phone": stage.identities.phone(),
        "kind": "FREELANCER",
        "restsOn": "PLACE",
        "login": f"{PART}.{stage.run}",
    }
    returning = "person { id name } activation { login code }"
    done = await stage.act("golmud", f"为自由职业者{NAME}创建申报账号", "createPerson", returning, **given)
    await stage.activate(PART, done["activation"])
    await applicants.take_test(stage, PART, right=True)


async def declare(stage: Stage) -> None:
    """Directly to the county's HRSS, with no employer's paper."""
    await stage.move_clock(at(11, 12))
    direct = {
        "cycleId": stage.things["cycle"],
        "series": "HEALTH",
        "specialtyId": stage.things["specialty"],
        "level": LEVEL,
    }
    done = await stage.act(
        PART,
        "无用人单位，直接建立申报",
        "createDeclaration",
        declaration.DECLARATION,
        ground={"direct": direct},
    )
    stage.things[OWN] = done["declaration"]["id"]
    content: dict[str, Any] = {**declaration.CONTENT, "basic": {**declaration.CONTENT["basic"], **POST}}
    given = {"id": stage.things[OWN], "version": done["declaration"]["version"], "content": content}
    await stage.act(PART, "填写申报信息", "saveDeclaration", declaration.DECLARATION, **given)
    for item, (title, name) in declaration.ITEMS.items():
        if item != declaration.WANTING:
            await declaration.upload(stage, item, title, name, part=PART, of=OWN)
    await declaration.step(stage, PART, "SUBMIT", "提交申报", of=OWN)


async def reviews(stage: Stage) -> None:
    """County, prefecture, committee office."""
    await stage.move_clock(at(12, 16))
    await declaration.judge(stage, "golmud", "格尔木市人社局", of=OWN)
    await stage.move_clock(at(12, 18))
    await declaration.judge(stage, "haixi", "海西州人社局", of=OWN)
    await declaration.judge(stage, "province", "评委会办事机构", action="ACCEPT", of=OWN)
