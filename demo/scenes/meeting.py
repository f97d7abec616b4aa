"""Scene 7: plan on file, experts drawn, trained and pledged; the secret vote; two thirds pass (三（三）、三（五）)."""

from demo.api import Refused
from demo.scenes.opening import EXPERTS
from demo.stage import Stage, at

MEETING = "meeting { id state version }"
Basis = list[dict[str, str]]


async def play(stage: Stage) -> None:
    """From the plan to the tally."""
    await stage.move_clock(at(12, 20))
    given = {
        "committeeId": stage.things["committee"],
        "cycleId": stage.things["cycle"],
        "heldOn": "2024-01-04",
        "plan": {
            "qualificationReview": "经审查，申报材料符合条件。",
            "preparation": "会议、系统和监督准备就绪。",
        },
    }
    done = await stage.act("province", "筹备评审会议", "createMeeting", MEETING, **given)
    stage.things["meeting"] = done["meeting"]["id"]
    await _step(stage, "TABLE", "列入议程", declarationIds=[stage.things["declaration"]])
    await _step(stage, "FILE_PLAN", "评审工作方案报备（提前15天）")
    await stage.move_clock(at(12, 25))
    await _step(stage, "DRAW", "随机抽取评审专家")
    drawn = await _drawn(stage)
    await stage.move_clock(at(1, 4))
    everyone = f"{len(drawn)}位评审专家"
    basis = [each for part, expert in drawn.items() for each in await _prepare(stage, part, expert)]
    stage.note(everyone, "完成评前培训、签订承诺书、到会", basis)
    await _step(stage, "OPEN", "召开评审会议")
    basis = [
        each for number, part in enumerate(drawn) for each in await _vote(stage, part, in_favour=number > 1)
    ]
    stage.note(everyone, "投票（不记名）", basis)
    await _step(stage, "CLOSE_VOTE", "计票：三分之二以上同意，通过")


async def _prepare(stage: Stage, part: str, expert: str) -> Basis:
    """Training, the pledge in person, and the seat in the room."""
    meeting = stage.things["meeting"]
    name = stage.cast[part].name
    given = {"meetingId": meeting, "expertId": expert}
    trained = await stage.silently(
        "province", f"{name}完成评前培训", "recordTraining", "meeting { id }", **given
    )
    found = await stage.ask(
        part, "query($id: ID!) { meeting(id: $id) { pledge { textSha256 } } }", id=meeting
    )
    text = found["meeting"]["pledge"]["textSha256"]
    pledge = {"meetingId": meeting, "textSha256": text}
    signed = await stage.silently(part, f"{name}签订承诺书", "signPledge", "meeting { id }", **pledge)
    given["present"] = True
    came = await stage.silently("province", f"{name}到会", "recordAttendance", "meeting { id }", **given)
    return [*trained.basis, *signed.basis, *came.basis]


async def _vote(stage: Stage, part: str, *, in_favour: bool) -> Basis:
    vote = {
        "meetingId": stage.things["meeting"],
        "declarationId": stage.things["declaration"],
        "inFavour": in_favour,
    }
    try:
        return (await stage.silently(part, "投票（不记名）", "castBallot", "cast", **vote)).basis
    except Refused as refusal:
        if refusal.code != "ALREADY_VOTED":
            raise
        return refusal.basis  # counted at an earlier try, whose answer was lost on its way


async def _drawn(stage: Stage) -> dict[str, str]:
    """The parts of the cast that were drawn, and each one's id in the pool."""
    document = "query($id: ID!) { meeting(id: $id) { experts { id name } } }"
    found = await stage.ask("province", document, id=stage.things["meeting"])
    ids = {each["name"]: each["id"] for each in found["meeting"]["experts"]}
    return {f"expert{n}": ids[f"专家{n}"] for n in range(1, EXPERTS + 1) if f"专家{n}" in ids}


async def _step(stage: Stage, action: str, what: str, **given: object) -> None:
    await stage.act(
        "province", what, "actOnMeeting", MEETING, id=stage.things["meeting"], action=action, **given
    )
