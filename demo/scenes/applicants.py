"""Scene 4: the department creates two applicants; both take the online test, one at the second try (二（三）)."""

from demo.api import Done
from demo.scenes.opening import YEAR
from demo.stage import Stage, at

TEST = "attempt { id state score passMark questions { id text options { id text } } wrong { questionId cite } }"
NAMES = {"first": "李青山", "second": "王草原"}


async def play(stage: Stage) -> None:
    """Two applicants, three attempts."""
    await stage.move_clock(at(10, 25))
    for part, name in NAMES.items():
        await _create(stage, part, name)
    await _take_test(stage, "first", right=False)
    await _take_test(stage, "first", right=True)
    await _take_test(stage, "second", right=True)


async def _create(stage: Stage, part: str, name: str) -> None:
    given = {
        "organisationId": stage.organisations["department"],
        "name": name,
        "residentId": stage.identities.resident_id(),
        "phone": stage.identities.phone(),
        "kind": "ON_ESTABLISHMENT",
        "login": f"{part}.{stage.run}",
    }
    returning = "person { id name } activation { login code }"
    done = await stage.act("department", f"为{name}创建申报账号", "createPerson", returning, **given)
    stage.things[part] = done["person"]["id"]
    await stage.activate(part, done["activation"])


async def _take_test(stage: Stage, part: str, *, right: bool) -> None:
    """Answer from the key that the guides teach, or guess without having read them."""
    started = await stage.cast[part].do("startTest", TEST, cycle=YEAR)
    attempt = started["attempt"]
    answers = [{"questionId": q["id"], "optionId": _answer(q, right=right)} for q in attempt["questions"]]
    what = "参加在线测试" if right else "未学习就参加在线测试"
    done = await stage.act(part, what, "answerTest", TEST, attemptId=attempt["id"], answers=answers)
    _check(done, "PASSED" if right else "FAILED")


def _answer(question: dict[str, object], *, right: bool) -> str:
    raise NotImplementedError


def _check(done: Done, expected: str) -> None:
    found = done["attempt"]["state"]
    if found != expected:
        raise AssertionError(f"the test should end {expected}, it ended {found}")
