"""Scene 3: the hospital files the annual review form; authority and HRSS approve; one place (附件2)."""

from demo.scenes.opening import LEVEL, YEAR
from demo.stage import Stage, at

ROWS = [
    {"level": "FULL_SENIOR", "approved": 2, "employed": 2, "qualifiedNotEmployed": 0, "exits": 0},
    {"level": LEVEL, "approved": 5, "employed": 4, "qualifiedNotEmployed": 0, "exits": 0},
    {"level": "MIDDLE", "approved": 12, "employed": 11, "qualifiedNotEmployed": 1, "exits": 0},
    {"level": "JUNIOR", "approved": 15, "employed": 10, "qualifiedNotEmployed": 0, "exits": 0},
]
FORM = "annualForm { id version state }"


async def play(stage: Stage) -> None:
    """File, review, approve; then ask what may be declared."""
    await stage.move_clock(at(10, 20))
    given = {"unitId": stage.organisations["hospital"], "year": YEAR, "levels": ROWS}
    done = await stage.act("hospital", "填报岗位聘任情况年度审核表", "createAnnualForm", FORM, **given)
    form = done["annualForm"]["id"]
    for part, action, what in (
        ("hospital", "SUBMIT", "提交年度审核表"),
        ("health", "AUTHORITY_PASS", "主管部门审核年度审核表"),
        ("province", "APPROVE", "人社部门核准年度审核表"),
    ):
        done = await stage.act(
            part, what, "actOnAnnualForm", FORM, id=form, action=action, version=done["annualForm"]["version"]
        )
    stage.things["form"] = form
    free = await places(stage)
    if free != 1:
        raise AssertionError(f"one place for associate senior expected, {free} found")


async def places(stage: Stage) -> int:
    """How many declarations for associate senior are still open to the hospital."""
    document = """query($unit: ID!, $year: Int!) {
      availability(unitId: $unit, year: $year) { levels { level declarable free trace { text cite } } } }"""
    found = await stage.ask("hospital", document, unit=stage.organisations["hospital"], year=YEAR)
    return next(int(row["free"]) for row in found["availability"]["levels"] if row["level"] == LEVEL)
