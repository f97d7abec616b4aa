"""The scenes in their order, and who should have heard of what."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from demo.scenes import (
    applicants,
    certificate,
    declaration,
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


SCENES = (
    Scene("组织机构自上而下逐级创建", province.play),
    Scene("启动年度：专业、条件、安排、评委会", opening.play),
    Scene("岗位审核：副高级恰有一个数额", posts.play),
    Scene("创建申报账号、在线测试", applicants.play),
    Scene("推荐方案、推荐、公示", recommendation.play),
    Scene("填报、上传、逐级审核、受理", declaration.play),
    Scene("报备、抽取专家、表决", meeting.play),
    Scene("结果公示、备案、发证、查验", certificate.play),
)


async def play(stage: Stage, *, before_each: Callable[[int, Scene], Awaitable[None]]) -> None:
    """Play every scene; `before_each` hears of it first."""
    for number, scene in enumerate(SCENES, start=1):
        stage.scene = number
        await before_each(number, scene)
        await scene.play(stage)
