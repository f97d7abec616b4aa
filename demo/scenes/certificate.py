"""Scene 8: results publicised, filed under a document number, certified; anyone verifies, a forgery fails (三（六）4)."""

from demo.scenes.applicants import NAMES
from demo.stage import Stage, at

ANYONE = "任何人（不登录）"
CERTIFICATE = "certificate { id number }"
VERIFY = (
    "query($number: String!, $name: String!) { verifyCertificate(number: $number, name: $name) { valid } }"
)


async def play(stage: Stage) -> None:
    """From the tally to the stranger who verifies."""
    await stage.move_clock(at(1, 5))
    target = {"id": stage.things["meeting"], "action": "PUBLISH_RESULTS"}
    await stage.act("province", "评审结果公示五个工作日", "actOnMeeting", "meeting { id state }", **target)
    await stage.move_clock(at(1, 15))
    given = {
        "declarationId": stage.things["declaration"],
        "documentNumber": f"青人社厅发〔2024〕{int(stage.run) % 900 + 1}号",
    }
    done = await stage.act("province", "备案并颁发证书", "fileResult", CERTIFICATE, **given)
    number = stage.things["certificate"] = done["certificate"]["number"]
    if not await _verified(stage, number):
        raise AssertionError("the certificate should verify")
    stage.note(ANYONE, "查验证书：有效", [])
    forged = number[:-1] + ("A" if number[-1] != "A" else "B")
    if await _verified(stage, forged):
        raise AssertionError("a forged number should not verify")
    stage.note(ANYONE, "查验伪造的证书编号：无效", [])


async def _verified(stage: Stage, number: str) -> bool:
    """Ask as a stranger, without signing in."""
    stage.announce(f"任何人查验证书 {number}")
    found = await stage.gateway.query(VERIFY, number=number, name=NAMES["first"])
    return bool(found["verifyCertificate"]["valid"])
