"""Scene 6: fill in, upload, submit; department, hospital and authority review item by item; one return (二（五）、三（二）)."""

from typing import Any

from demo import files
from demo.stage import Stage, at

DECLARATION = "declaration { id number state version materials { id item title state } }"
CONTENT: dict[str, Any] = {}
ITEMS: dict[str, tuple[str, str]] = {}


async def play(stage: Stage) -> None:
    """From the draft to the acceptance by the committee office."""
    await stage.move_clock(at(11, 13))
    done = await stage.act(
        "first", "建立申报", "createDeclaration", DECLARATION, recommendationId=stage.things["recommendation"]
    )
    stage.things["declaration"] = done["declaration"]["id"]
    version = done["declaration"]["version"]
    given = {"id": stage.things["declaration"], "version": version, "content": CONTENT}
    await stage.act("first", "填写申报信息", "saveDeclaration", DECLARATION, **given)
    for item, (title, name) in ITEMS.items():
        await _upload(stage, item, title, name)
    await _step(stage, "first", "SUBMIT", "提交申报")
    await _reviews(stage)


async def _reviews(stage: Stage) -> None:
    await stage.move_clock(at(12, 4))
    await _judge(stage, "department", "内设机构")
    await stage.move_clock(at(12, 6))
    await _send_back(stage)
    await stage.move_clock(at(12, 7))
    await _judge(stage, "department", "内设机构")
    await stage.move_clock(at(12, 8))
    await _judge(stage, "hospital", "医院")
    await stage.move_clock(at(12, 12))
    await _judge(stage, "health", "省卫健委")
    await stage.move_clock(at(12, 15))
    await _judge(stage, "province", "评委会办事机构", action="ACCEPT")


async def _send_back(stage: Stage) -> None:
    """The hospital finds one material wanting; it goes down level by level, is mended and comes again."""
    raise NotImplementedError


async def _judge(stage: Stage, part: str, who: str, action: str = "PASS") -> None:
    """Open every material, judge it, then pass the declaration on."""
    for material in await _materials(stage, part):
        opened = await stage.cast[part].do("openMaterial", "downloadUrl", id=material["id"])
        await stage.download(opened["downloadUrl"])
        verdict = {"id": material["id"], "verdict": "SOUND"}
        await stage.act(part, f"{who}审核《{material['title']}》", "judgeMaterial", "material { id }", **verdict)
    await _step(stage, part, action, f"{who}审核通过" if action == "PASS" else f"{who}受理")


async def _materials(stage: Stage, part: str) -> list[dict[str, Any]]:
    document = "query($id: ID!) { declaration(id: $id) { materials { id item title state } } }"
    found = await stage.ask(part, document, id=stage.things["declaration"])
    materials: list[dict[str, Any]] = found["declaration"]["materials"]
    return materials


async def _upload(stage: Stage, item: str, title: str, name: str) -> None:
    given = {"declarationId": stage.things["declaration"], "item": item, "title": title, "fileName": name}
    done = await stage.act("first", f"上传《{title}》", "requestUpload", "material { id } uploadUrl", **given)
    await stage.upload(done["uploadUrl"], files.png(title) if name.endswith(".png") else files.pdf(title))


async def _step(stage: Stage, part: str, action: str, what: str, **given: Any) -> None:
    target = {"id": stage.things["declaration"], "action": action, **given}
    await stage.act(part, what, "actOnDeclaration", DECLARATION, **target)
