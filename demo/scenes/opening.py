"""Scene 2: the year is opened: cycle, specialty, criteria, arrangement, committee and its pool (一（一）至一（三）、三（四）)."""

from demo.stage import Stage, at

YEAR = 2023
EXPERTS = 13
LEVEL = "ASSOCIATE_SENIOR"
GATES = [
    {"code": "ETHICS", "text": "遵守国家法律法规，具有良好的职业道德"},
    {
        "code": "POST",
        "text": "取得主治医师资格后，从事本专业临床工作满五年",
        "evidence": ["TITLE"],
        "fact": "years_in_present_title",
        "atLeast": 5,
        "unit": "年",
    },
]
MENU = {
    "code": "ACHIEVEMENTS",
    "text": "任现职以来，具备下列业绩中的两项",
    "need": 2,
    "entries": [
        {"code": "CASES", "text": "主持解决疑难病例，形成病案分析报告", "evidence": ["CASE"]},
        {"code": "TECHNIQUE", "text": "推广新技术、新项目并取得效果", "evidence": ["PROJECT"]},
        {"code": "GRASSROOTS", "text": "到基层帮扶累计满一年", "evidence": ["GRASS_ROOTS"]},
        {"code": "PAPER", "text": "发表本专业论文", "evidence": ["PAPER"]},
    ],
}
DOCUMENTS = {
    "draftingExplanation": "起草说明",
    "researchReport": "调研报告",
    "consultationRecord": "征求意见情况",
}


async def play(stage: Stage) -> None:
    """Open the year, and fill the pool of experts."""
    await open_year(stage)
    await _experts(stage)


async def open_year(stage: Stage) -> None:
    """Open the year; what an earlier run has opened is used again."""
    await stage.move_clock(at(10, 16))
    await _cycle(stage)
    if not await _committee_known(stage):
        await _specialty(stage)
        await _criteria(stage)
        await _arrangement(stage)
        await _committee(stage)


async def _committee_known(stage: Stage) -> bool:
    document = """query($cycle: ID!) { committees(first: 10, cycleId: $cycle, series: "HEALTH") {
      edges { node { id state specialties { id } } } } }"""
    found = await stage.ask("province", document, cycle=stage.things["cycle"])
    for edge in found["committees"]["edges"]:
        if edge["node"]["state"] == "APPROVED":
            stage.things["committee"] = edge["node"]["id"]
            stage.things["specialty"] = edge["node"]["specialties"][0]["id"]
            return True
    return False


async def _cycle(stage: Stage) -> None:
    known = await stage.ask("province", "{ cycles(first: 10) { edges { node { id year state } } } }")
    for edge in known["cycles"]["edges"]:
        if edge["node"]["year"] == YEAR:
            stage.things["cycle"] = edge["node"]["id"]
            return
    done = await stage.act("province", "建立2023年度", "createCycle", "cycle { id }", year=YEAR)
    stage.things["cycle"] = done["cycle"]["id"]
    await stage.act(
        "province", "启动2023年度职称评审", "openCycle", "cycle { id state }", id=done["cycle"]["id"]
    )


async def _specialty(stage: Stage) -> None:
    given = {"series": "HEALTH", "name": "普通外科"}
    done = await stage.act("province", "设立评审专业", "createSpecialty", "specialty { id }", **given)
    stage.things["specialty"] = done["specialty"]["id"]
    await stage.act(
        "province", "评审专业备案", "fileSpecialty", "specialty { id }", id=stage.things["specialty"]
    )


async def _criteria(stage: Stage) -> None:
    given = {
        "series": "HEALTH",
        "specialtyId": stage.things["specialty"],
        "level": LEVEL,
        "title": "卫生系列副高级评审条件",
        "effectiveFrom": "2023-10-16",
        "documents": DOCUMENTS,
        "gates": GATES,
        "menus": [MENU],
    }
    done = await stage.act("province", "提出评审条件", "proposeCriteria", "criteria { id }", **given)
    criteria = done["criteria"]["id"]
    await stage.act("province", "批准评审条件", "approveCriteria", "criteria { id }", id=criteria)
    await stage.act("province", "公布评审条件", "publishCriteria", "criteria { id }", id=criteria)


async def _arrangement(stage: Stage) -> None:
    given = {
        "cycleId": stage.things["cycle"],
        "series": "HEALTH",
        "title": "卫生系列2023年度工作安排",
        "text": "11月申报推荐，12月逐级审核，次年1月评审备案。",
    }
    done = await stage.act(
        "province", "拟定卫生系列工作安排", "createArrangement", "arrangement { id }", **given
    )
    arrangement = done["arrangement"]["id"]
    await stage.act("province", "公布工作安排", "publishArrangement", "arrangement { id }", id=arrangement)


async def _committee(stage: Stage) -> None:
    given = {
        "cycleId": stage.things["cycle"],
        "name": "青海省卫生系列高级评委会（普通外科）",
        "series": "HEALTH",
        "specialtyIds": [stage.things["specialty"]],
        "levels": ["FULL_SENIOR", LEVEL],
        "officeId": stage.organisations["province"],
        "size": 11,
    }
    done = await stage.act(
        "province", "组建卫生系列高级评委会", "createCommittee", "committee { id }", **given
    )
    stage.things["committee"] = done["committee"]["id"]
    await stage.act(
        "province", "批准组建高级评委会", "approveCommittee", "committee { id }", id=done["committee"]["id"]
    )


async def _experts(stage: Stage) -> None:
    """Thirteen experts from elsewhere, each with an account of the own."""
    basis: list[dict[str, str]] = []
    for number in range(1, EXPERTS + 1):
        part, login = f"expert{number}", f"expert{number}"
        if not await stage.staff(part, "xining", name=f"专家{number}", login=login, roles=["EXPERT"]):
            continue
        given = {
            "name": f"专家{number}",
            "accountId": stage.cast[part].account["id"],
            "organisationId": stage.organisations["xining"],
            "series": "HEALTH",
            "specialtyIds": [stage.things["specialty"]],
            "titleLevel": "FULL_SENIOR",
            "validUntil": "2025-12-31",
        }
        done = await stage.silently(
            "province", f"专家{number}入评委库", "addExpert", "expert { id }", **given
        )
        basis += done.basis
    stage.note(stage.cast["province"].name, f"{EXPERTS}位专家创建账号、入评委库", basis)
