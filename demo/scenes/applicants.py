"""Scene 4: the department creates two applicants; both take the online test, one at the second try (二（三）)."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from demo.api import Done
from demo.scenes.opening import YEAR
from demo.stage import Stage, at

TEST = (
    "attempt { id state score passMark questions { id text options { id text } } wrong { questionId cite } }"
)
NOTICE = Path(__file__).resolve().parents[2] / "policies" / "qinghai" / "2023" / "learning.yaml"
NAMES = {"first": "李青山", "second": "王草原"}


async def play(stage: Stage) -> None:
    """Two applicants, three attempts."""
    await stage.move_clock(at(10, 25))
    for part, name in NAMES.items():
        await create(stage, part, name)
    await take_test(stage, "first", right=False)
    await take_test(stage, "first", right=True)
    await take_test(stage, "second", right=True)


async def create(stage: Stage, part: str, name: str) -> None:
    """The department gives someone an account."""
    given = {
        "organisationId": stage.organisations["department"],
        "name": name,
        "document": {"kind": "RESIDENT_ID", "number": stage.identities.resident_id()},
        "phone": stage.identities.phone(),
        "kind": "ON_ESTABLISHMENT",
        "login": f"{part}.{stage.run}",
    }
    returning = "person { id name } activation { login code }"
    done = await stage.act("department", f"为{name}创建申报账号", "createPerson", returning, **given)
    stage.things[part] = done["person"]["id"]
    await stage.activate(part, done["activation"])


async def take_test(stage: Stage, part: str, *, right: bool, year: int = YEAR) -> None:
    """Answer from the key that the guides teach, or guess without having read them."""
    started = await stage.cast[part].do("startTest", TEST, cycle=year)
    attempt = started["attempt"]
    answers = [{"questionId": q["id"], "optionId": _answer(q, right=right)} for q in attempt["questions"]]
    what = "参加在线测试" if right else "未学习就参加在线测试"
    done = await stage.act(part, what, "answerTest", TEST, attemptId=attempt["id"], answers=answers)
    _check(done, "PASSED" if right else "FAILED")


def _answer(question: dict[str, Any], *, right: bool) -> str:
    """The option that who has read the notice takes, or any other."""
    learnt = _learnt()[question["text"]]
    options = {option["text"]: option["id"] for option in question["options"]}
    if right:
        return str(options[learnt])
    return next(str(option) for text, option in options.items() if text != learnt)


@cache
def _learnt() -> dict[str, str]:
    """What studying the notice teaches: the right answer to each question, in words."""
    lesson = yaml.safe_load(NOTICE.read_text(encoding="utf-8"))
    return {each["text"]: each["options"][each["answer"]] for each in lesson["questions"]}


def _check(done: Done, expected: str) -> None:
    found = done["attempt"]["state"]
    if found != expected:
        raise AssertionError(f"the test should end {expected}, it ended {found}")
