"""Importing organisations from a sheet: rows a second, beside the same rows poured in by the bare database."""

import asyncio
import io
import time

import asyncpg
import xlsxwriter

from bench import scratch
from bench.creation import BARE
from bench.measure import Row
from services.kit.ids import new_id

ROWS = 2_000
ROUNDS = 2
WAIT_SECONDS = 300
HEADER = (
    *("机构名称", "机构类型", "层级", "机构性质", "所属行业"),
    *("行政区划", "统一社会信用代码", "上级机构", "管理员姓名", "管理员登录名"),
)


async def run() -> list[Row]:
    """A file checked, then applied; and its rows by one statement each, one after the other."""
    async with scratch.accounts(import_poll_seconds=0.05) as accounts:
        rates: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            for name, rate in (await _round(accounts)).items():
                rates.setdefault(name, []).append(rate)
        return [Row(name, tuple(measured)) for name, measured in rates.items()]


async def _round(accounts: scratch.Accounts) -> dict[str, float]:
    bare = await _bare(accounts)
    checked, applied = await _imported(accounts)
    return {
        "the same rows, a statement each, raw asyncpg": ROWS / bare,
        "import, applied": ROWS / applied,
        "import, checked and applied": ROWS / (checked + applied),
    }


async def _bare(accounts: scratch.Accounts) -> float:
    """Seconds for the same rows in one transaction."""
    connection = await asyncpg.connect(accounts.url)
    try:
        async with connection.transaction():
            statement = await connection.prepare(BARE)
            started = time.perf_counter()
            for _ in range(ROWS):
                organisation, account, *others = [new_id() for _ in range(6)]
                told = (organisation, f"医院{organisation}", accounts.root, scratch.new_uscc(), account)
                await statement.fetch(*told, f"m{new_id().hex}", b"0" * 32, *others)
        return time.perf_counter() - started
    finally:
        await connection.close()


async def _imported(accounts: scratch.Accounts) -> tuple[float, float]:
    """Seconds until a file is checked, and then until it is applied."""
    actor = accounts.manager_of(accounts.top)
    headers = {"authorization": f"Bearer {accounts.token_of(actor)}"}
    body = {"kind": "ORGANISATIONS", "organisation_id": str(accounts.root), "file_name": "机构.xlsx"}
    begun = await accounts.http.post("/v1/imports", json=body, headers=headers)
    begun.raise_for_status()
    content = await asyncio.to_thread(_sheet, (await accounts.desk()).policy.organisations.root.name)
    started = time.perf_counter()
    sent = await accounts.http.put(begun.json()["record"]["upload_url"], content=content)
    sent.raise_for_status()
    import_id = sent.json()["record"]["id"]
    await _until(accounts, import_id, headers, "CHECKED")
    checked = time.perf_counter()
    path = f"/v1/imports/{import_id}/actions/APPLY"
    (await accounts.http.post(path, json={}, headers=headers)).raise_for_status()
    await _until(accounts, import_id, headers, "DONE")
    return checked - started, time.perf_counter() - checked


def _sheet(superior: str) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER)
        for number in range(1, ROWS + 1):
            key = new_id()
            told = (f"青海省{key}医院", "用人单位", "省", "事业单位", "", "630000", scratch.new_uscc())
            page.write_row(number, 0, (*told, superior, "某管理员", f"m{key.hex}"))
    return made.getvalue()


async def _until(accounts: scratch.Accounts, import_id: str, headers: dict[str, str], state: str) -> None:
    ends = time.monotonic() + WAIT_SECONDS
    while True:
        told = (await accounts.http.get(f"/v1/imports/{import_id}", headers=headers)).json()
        if told["state"] == state:
            return
        if told["state"] == "FAILED" or time.monotonic() > ends:
            raise RuntimeError(f"the import should be {state}: {told}")
        await asyncio.sleep(0.02)
