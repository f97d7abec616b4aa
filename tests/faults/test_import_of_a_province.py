"""The units of a whole province in one file: forty thousand rows, children first, one in a hundred of them wrong.

It is sent, checked and reported whole. A tenth of it is imported too: all of it would take as long again as everything
else here, and a row costs the same in either (`test_import_cost.py`; `bench` imports a hundred thousand).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.services.accounts.importing import ORGANISATION, Importing, Row, department, employer, opened, xlsx

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("import_of_a_province"),
    pytest.mark.timeout(900),
]
UNITS, BELOW, PART = 2_000, 20, 10
"""Units with as many rows each, the unit among them; and how much smaller the file is that is imported."""
ONE_WRONG_IN = 95
"""Of the departments, and one unit with all that is below it: four hundred and twenty rows."""
SERVICE_GROWS_MB, READER_MB = 40, 80
"""What ten times as many rows may take in addition, about a kilobyte a row; what reading one sheet may take at all."""
EVERY = 0.25
PATIENCE = 600

WRONG: tuple[tuple[str, Row], ...] = (
    ("PARENT_UNKNOWN", {"上级机构": "没有的机构"}),
    ("VALUE_NOT_OFFERED", {"机构类型": "没有的类型"}),
    ("INVALID_FIELD", {"机构名称": "科"}),
    ("REPEATS_ROW", {}),
    ("NOT_YOURS_TO_CREATE", {"层级": "县（市、区、行委）"}),
)
Codes = dict[int, list[str]]


def province(units: int, name: str) -> tuple[list[Row], Codes]:
    """Employers with their departments, these before all employers; and what is wrong with which row."""
    above = [employer(f"{name}单位{n}", "") for n in range(units)]
    wrong: Codes = {}
    above[0]["统一社会信用代码"] = "1" * 18
    below = [
        department(f"科室{n}", unit["统一社会信用代码"], 管理员登录名=f"{name}.{at}.{n}")
        for at, unit in enumerate(above)
        for n in range(BELOW - 1)
    ]
    for at in range(BELOW - 1):
        wrong[at + 2] = ["PARENT_REFUSED"]
    for turn, at in enumerate(range(ONE_WRONG_IN, len(below), ONE_WRONG_IN)):
        code, told = WRONG[turn % len(WRONG)]
        below[at] |= told or {"管理员登录名": f"{name}.same"}
        if code != "REPEATS_ROW" or turn >= len(WRONG):  # the first of those that repeat each other is right
            wrong[at + 2] = [code]
    wrong[len(below) + 2] = ["ORGANISATION_MALFORMED"]
    return [*below, *above], wrong


def memory(pid: int, what: str) -> int:
    """What a process has (`VmRSS`) or had at most (`VmHWM`) in memory, in megabytes; 0 where it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith(what):
                return int(line.split()[1]) >> 10
    return 0


def children(pid: int) -> list[int]:
    """The processes that a process has started from its first thread."""
    with suppress(OSError):
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()]
    return []


def command(pid: int) -> bytes:
    """What a process was started with; empty where it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@asynccontextmanager
async def watched(pid: int) -> AsyncIterator[Callable[[], int]]:
    """What the largest process that `pid` starts meanwhile has taken at most.

    Between fork and exec a child is still its parent: what it is told to have taken then is the parent's.
    """
    most = 0
    parent = command(pid)

    async def look() -> None:
        nonlocal most
        while True:
            own = [each for each in children(pid) if command(each) != parent]
            most = max([most, *(memory(each, "VmHWM") for each in own)])
            await asyncio.sleep(EVERY / 5)

    looking = asyncio.create_task(look())
    try:
        yield lambda: most
    finally:
        looking.cancel()


async def progress(importing: Importing, import_id: str, state: str, at: Any = None) -> list[int]:
    """How many rows an import tells to be done while it is in a state; `at` looks at each moment."""
    told: list[int] = []
    async with asyncio.timeout(PATIENCE):
        while (now := await importing.read(import_id))["state"] == state:
            told.append(now["done"])
            if at is not None:
                await at()
            await asyncio.sleep(EVERY)
    return told


async def reported(importing: Importing, import_id: str) -> Codes:
    """The report, fetched by a link: the codes of each row."""
    asked = {"paper": "REPORT", "import_id": import_id}
    link = await importing.world.ask("POST", "/v1/imports/links", importing.token, asked)
    answer = await importing.world.http.get(link.json()["record"]["download_url"])
    assert answer.status_code == 200, answer.text
    return {int(row[0]): row[1].split("；") for row in opened(answer.content)[1:]}


async def listed(importing: Importing, import_id: str) -> Codes:
    """The same, page by page."""
    found: Codes = {}
    after: int | None = 0
    while after is not None:
        path = f"/v1/imports/{import_id}/refused-rows?first=100&after_row={after}"
        page = (await importing.world.ask("GET", path, importing.token)).json()
        for row in page["items"]:
            found[row["row_no"]] = [each["code"] for each in row["findings"]]
        after = page["next_row"]
    return found


async def checked(importing: Importing, rows: list[Row], wrong: Codes) -> str:
    """A file sent and checked: progress is told while it is, and each wrong row has its reason, no other row any."""
    answer = await importing.send(await asyncio.to_thread(xlsx, ORGANISATION, rows))
    assert answer.status_code == 200, answer.text
    import_id: str = answer.json()["record"]["id"]
    told = await progress(importing, import_id, "CHECKING")
    assert told == sorted(told)
    assert len(set(told)) > 2, told
    now = await importing.read(import_id)
    assert (now["rows"], now["accepted"], now["refused"]) == (len(rows), len(rows) - len(wrong), len(wrong))
    assert await reported(importing, import_id) == wrong == await listed(importing, import_id)
    return import_id


@pytest.mark.clause("2.2.1")
async def test_a_province_comes_in(stack, importing, admin):
    """Every wrong row is told, memory hardly grows with the file, and rows are there all at once or not at all."""
    pid = stack.children["accounts"].pid
    count = "select count(*) from accounts.organisation"
    before = await admin.fetchval(count)
    rows, wrong = province(UNITS // PART, "part")
    import_id = await checked(importing, rows, wrong)

    async def nothing_yet() -> None:
        there, state = await admin.fetchval(count), (await importing.read(import_id))["state"]
        assert there == before or state == "DONE"

    assert (await importing.act(import_id, "APPLY", skip_refused=True)).status_code == 200
    told = await progress(importing, import_id, "APPLYING", nothing_yet)
    assert told == sorted(told)
    assert len(set(told)) > 2, told
    done = await importing.read(import_id)
    assert (done["state"], done["created"]) == ("DONE", len(rows) - len(wrong))
    assert await admin.fetchval(count) == before + done["created"]

    had = memory(pid, "VmHWM")
    async with watched(pid) as reader:
        rows, wrong = province(UNITS, "all")
        await checked(importing, rows, wrong)
    assert memory(pid, "VmHWM") - had <= SERVICE_GROWS_MB
    assert 0 < reader() <= READER_MB
    assert await admin.fetchval(count) == before + done["created"]
