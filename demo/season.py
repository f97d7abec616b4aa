"""The scenes in their order, and who should have heard of what."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from demo.scenes import (
    applicants,
    certificate,
    declaration,
    freelancer,
    meeting,
    opening,
    posts,
    province,
    recommendation,
)
from demo.stage import Stage

Play = Callable[[Stage], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scene:
    """One step of the season."""

    title: str
    play: Play
    heard: tuple[tuple[str, str], ...] = ()
    """Who finds which message in the inbox afterwards."""


def both(one: Play, other: Play) -> Play:
    """A scene in which somebody else acts beside the others."""

    async def play_both(stage: Stage) -> None:
        await one(stage)
        await other(stage)

    return play_both


SCENES = (
    Scene("组织机构自上而下逐级创建", province.play, (("department", "机构账号已创建"),)),
    Scene("启动年度：专业、条件、安排、评委会", opening.play),
    Scene(
        "岗位审核：副高级恰有一个数额",
        posts.play,
        (
            ("health", "年度岗位审核表待审核"),
            ("province", "年度岗位审核表待审核备案"),
            ("hospital", "年度岗位审核表已审核备案"),
        ),
    ),
    Scene(
        "创建申报账号、在线测试",
        both(applicants.play, freelancer.create),
        (("first", "在线测试未通过"), ("first", "在线测试已通过"), ("second", "在线测试已通过")),
    ),
    Scene(
        "推荐方案、推荐、公示",
        both(recommendation.play, freelancer.declare),
        (("first", "单位已推荐您申报职称"), ("first", "推荐公示期满，请填写申报材料")),
    ),
    Scene(
        "填报、上传、逐级审核、受理",
        both(declaration.play, freelancer.reviews),
        (
            ("department", "有申报材料待审核"),
            ("department", "申报材料被上一级退回"),
            ("first", "申报材料被退回，请修改"),
            ("hospital", "有申报材料待审核"),
            ("health", "有申报材料待审核"),
            ("province", "有申报材料待受理"),
            ("first", "申报材料已受理"),
            ("golmud", "有申报材料待审核"),
            ("freelancer", "申报材料已受理"),
        ),
    ),
    Scene(
        "报备、抽取专家、表决",
        meeting.play,
        (
            ("first", "申报已提交评审会议"),
            ("province", "评审工作方案已报备"),
            ("province", "投票结束，请公示结果"),
        ),
    ),
    Scene(
        "结果公示、备案、发证、查验",
        certificate.play,
        (("first", "评审结果公示"), ("first", "职称证书已签发")),
    ),
)


async def play(stage: Stage, *, before_each: Callable[[int, Scene], Awaitable[None]]) -> None:
    """Play every scene; `before_each` hears of it first."""
    for number, scene in enumerate(SCENES, start=1):
        stage.scene = number
        await before_each(number, scene)
        await scene.play(stage)
        for part, title in scene.heard:
            await stage.heard(part, title)
