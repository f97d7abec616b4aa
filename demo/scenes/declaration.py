"""Scene 6: fill in, upload, submit; department, hospital and authority review item by item; one return (二（五）、三（二）)."""

from typing import Any

from demo import files
from demo.stage import Stage, at

FIRST = "declaration"
DECLARATION = "declaration { id number state version materials { id item title state } }"
WANTING = "APPOINTMENT_CERTIFICATE"
REASON = "聘任证书缺少聘任单位盖章页，请补充完整后重新上传"
CONTENT: dict[str, Any] = {
    "basic": {
        "birthDate": "1985-05-20",
        "workBeganOn": "2008-07-01",
        "post": "普通外科主治医师",
        "specialtyPractised": "普通外科",
    },
    "education": [
        {
            "school": "青海大学",
            "major": "临床医学",
            "degree": "BACHELOR",
            "fullTime": True,
            "graduatedOn": "2008-06-30",
        }
    ],
    "workHistory": [{"organisation": "青海省人民医院", "post": "普通外科医师", "since": "2008-07-01"}],
    "presentTitle": {
        "name": "主治医师",
        "level": "MIDDLE",
        "obtainedOn": "2017-10-15",
        "appointedOn": "2018-01-01",
    },
    "achievements": [
        {
            "kind": "CASE_REPORT",
            "title": "高原地区肝包虫病手术病案分析",
            "obtainedOn": "2021-06-01",
            "part": "主刀",
        },
        {"kind": "GRASS_ROOTS", "title": "玉树州基层外科带教", "obtainedOn": "2022-09-01", "part": "负责人"},
    ],
    "continuingEducation": [{"year": 2023, "publicHours": 36, "professionalHours": 72}],
    "responsibility": {"confirmed": True},
}
JUDGED = [
    {"item": "ETHICS", "met": True, "note": "单位年度考核合格，无违纪记录"},
    {"item": "CASES", "met": True, "note": "主刀病案一份，分析完整"},
    {"item": "GRASSROOTS", "met": True, "note": "基层带教累计满一年，有单位证明"},
]
"""What the office judges itself: no file of the declaration tells it to a machine; achievements are weighed by people."""
ITEMS: dict[str, tuple[str, str]] = {
    "EDUCATION_CERTIFICATE": ("本科毕业证书", "毕业证书.pdf"),
    "PRESENT_TITLE_CERTIFICATE": ("主治医师资格证书", "资格证书.pdf"),
    WANTING: ("聘任证书", "聘任证书.png"),
    "ACHIEVEMENT": ("肝包虫病手术病案分析报告", "病案分析.pdf"),
}


async def play(stage: Stage) -> None:
    """From the draft to the acceptance by the committee office."""
    await draft(stage)
    await step(stage, "first", "SUBMIT", "提交申报")
    await _reviews(stage)


async def draft(stage: Stage) -> None:
    """All that is submitted."""
    await stage.move_clock(at(11, 13))
    ground = {"recommendationId": stage.things["recommendation"]}
    done = await stage.act("first", "建立申报", "createDeclaration", DECLARATION, ground=ground)
    stage.things["declaration"] = done["declaration"]["id"]
    version = done["declaration"]["version"]
    given = {"id": stage.things["declaration"], "version": version, "content": CONTENT}
    await stage.act("first", "填写申报信息", "saveDeclaration", DECLARATION, **given)
    for item, (title, name) in ITEMS.items():
        await upload(stage, item, title, name)


async def _reviews(stage: Stage) -> None:
    await stage.move_clock(at(12, 4))
    await judge(stage, "department", "内设机构")
    await stage.move_clock(at(12, 6))
    await _send_back(stage)
    await stage.move_clock(at(12, 7))
    await judge(stage, "department", "内设机构")
    await stage.move_clock(at(12, 8))
    await judge(stage, "hospital", "医院")
    await stage.move_clock(at(12, 12))
    await judge(stage, "health", "省卫健委")
    await stage.move_clock(at(12, 15))
    await judge(stage, "province", "评委会办事机构", action="ACCEPT")


async def _send_back(stage: Stage) -> None:
    """The hospital finds one material wanting; it goes down level by level, is mended and comes again."""
    wanting = next(each for each in await materials(stage, "hospital") if each["item"] == WANTING)
    await open_(stage, "hospital", wanting)
    verdict = {"id": wanting["id"], "verdict": "DEFICIENT", "reason": REASON}
    await stage.act(
        "hospital", f"医院审核《{wanting['title']}》：不合格", "judgeMaterial", "material { id }", **verdict
    )
    items = [{"item": WANTING, "reason": REASON}]
    await step(stage, "hospital", "SEND_BACK", f"医院逐级退回：{REASON}", items=items)
    await step(stage, "department", "SEND_BACK", "内设机构退回申报人", items=items)
    title, name = ITEMS[WANTING]
    await upload(stage, WANTING, f"{title}（补充盖章页）", name, replacesId=wanting["id"])
    await _confirm_anew(stage)
    await step(stage, "first", "SUBMIT", "补正后重新提交")


async def _confirm_anew(stage: Stage) -> None:
    """After a return the applicant answers anew for what is submitted."""
    document = "query($id: ID!) { declaration(id: $id) { sections { section digest } } }"
    found = await stage.ask("first", document, id=stage.things[FIRST])
    told = {each["section"]: each["digest"] for each in found["declaration"]["sections"]}
    given = {"section": "responsibility", "value": {"confirmed": True}, "base": told["responsibility"]}
    await stage.act(
        "first", "重新确认个人承诺", "saveSection", "saved { complete }", id=stage.things[FIRST], **given
    )


async def open_(stage: Stage, part: str, material: dict[str, Any]) -> None:
    """Open a material as its reviewer does."""
    opened = await stage.cast[part].do("openMaterial", "downloadUrl", id=material["id"])
    await stage.download(opened["downloadUrl"])


async def judge(stage: Stage, part: str, who: str, action: str = "PASS", *, of: str = FIRST) -> None:
    """Open every material, judge it, then pass the declaration on."""
    await find_sound(stage, part, who, of=of)
    given = {"judgements": JUDGED} if action == "ACCEPT" else {}
    await step(stage, part, action, f"{who}审核通过" if action == "PASS" else f"{who}受理", of=of, **given)


async def find_sound(stage: Stage, part: str, who: str, *, of: str = FIRST) -> None:
    """Open every material, and judge it."""
    for material in await materials(stage, part, of):
        await open_(stage, part, material)
        verdict = {"id": material["id"], "verdict": "SOUND"}
        await stage.act(
            part, f"{who}审核《{material['title']}》", "judgeMaterial", "material { id }", **verdict
        )


async def materials(stage: Stage, part: str, of: str = FIRST) -> list[dict[str, Any]]:
    """The stored materials of a declaration, as somebody sees them."""
    document = "query($id: ID!) { declaration(id: $id) { materials { id item title state } } }"
    found = await stage.ask(part, document, id=stage.things[of])
    return [each for each in found["declaration"]["materials"] if each["state"] == "STORED"]


async def upload(
    stage: Stage, item: str, title: str, name: str, *, part: str = "first", of: str = FIRST, **more: str
) -> None:
    """Announce a material and send its file."""
    given = {
        "declarationId": stage.things[of],
        "item": item,
        "title": title,
        "fileName": name,
        **more,
    }
    done = await stage.act(part, f"上传《{title}》", "requestUpload", "material { id } uploadUrl", **given)
    await stage.upload(done["uploadUrl"], files.png(title) if name.endswith(".png") else files.pdf(title))


async def step(stage: Stage, part: str, action: str, what: str, *, of: str = FIRST, **given: Any) -> None:
    """Take a step of a declaration."""
    target = {"id": stage.things[of], "action": action, **given}
    await stage.act(part, what, "actOnDeclaration", DECLARATION, **target)
