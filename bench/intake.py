"""Importing organisations and people from a sheet: rows a second, beside the same rows put in by the bare database."""

import asyncio
import io
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import xlsxwriter

from bench import creation, scratch
from bench.measure import Row
from services.kit.ids import new_id

SIZES: Mapping[int, int] = {2_000: 5, 20_000: 3, 100_000: 1}
"""Rows of a file, and how often such a file is measured."""
PEOPLE, ROUNDS = 5_000, 3
WAIT_SECONDS = 1_800

BARE_PERSON = """
with opened as (insert into account (id, province, login, name, organisation_id) select $1, 'qinghai', $2, '某', $3 returning id),
coded as (insert into activation (account_id, digest, expires_at) select $1, $4, now() + interval '30 days'),
granted as (insert into role_grant (id, account_id, role, organisation_id) select $5, $1, 'APPLICANT', $3),
made as (insert into person (id, province, account_id, name, kind, employer_id, state, lineage)
  values ($6, 'qinghai', $1, '某', 'ON_ESTABLISHMENT', $3, 'ACTIVE', array[$3]::uuid[]) returning id),
known as (insert into person_document (id, province, person_id, kind, number_sealed, digest)
  select $7, 'qinghai', $6, 'RESIDENT_ID', $4, sha256($2::bytea)),
employed as (insert into employment (id, province, person_id, organisation_id, kind, since, began_on)
  select $8, 'qinghai', $6, $3, 'ON_ESTABLISHMENT', current_date, current_date),
told as (insert into history (id, subject_kind, subject_id, action, after, actor_name, at, basis)
  select $9, 'person', $6, 'CREATE', 'ACTIVE', 'bench', now(), '[]'),
audited as (insert into audit_log (id, at, actor_name, action, subject, basis, detail)
  select $10, now(), 'bench', 'person.CREATE', 'person', '[]', '{}'),
published as (insert into outbox (id, type, subject, time, data)
  select $11, 'titles.accounts.person.created.v1', 'person', now(), '{}')
select pg_notify('outbox', '') from made
"""
"""The rows of one person in one statement."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What is imported: a row as a file tells it, and as the bare database is given it."""

    kind: str
    header: Sequence[str]
    row: Callable[[], Sequence[str]]
    statement: str
    values: Callable[[UUID], Sequence[object]]


def _organisation() -> Sequence[str]:
    key = new_id()
    told = (f"青海省{key}医院", "用人单位", "省", "事业单位", "630000", scratch.new_uscc())
    return (*told, "某管理员", f"m{key.hex[-12:]}")


def _organisation_values(root: UUID) -> Sequence[object]:
    organisation, account, *others = [new_id() for _ in range(6)]
    told = (organisation, f"医院{organisation}", root, scratch.new_uscc(), account)
    return (*told, f"m{new_id().hex[-12:]}", b"0" * 32, *others)


def _person() -> Sequence[str]:
    return ("卓玛", "事业单位在编人员", scratch.new_resident_id(), f"m{new_id().hex[-12:]}")


def _person_values(root: UUID) -> Sequence[object]:
    account, *others = [new_id() for _ in range(8)]
    return (account, f"m{new_id().hex[-12:]}", root, b"0" * 32, *others)


ORGANISATIONS = Matter(
    "ORGANISATIONS",
    (
        *("机构名称", "机构类型", "层级", "机构性质", "行政区划", "统一社会信用代码"),
        *("管理员姓名", "管理员登录名", "上级机构"),
    ),
    _organisation,
    creation.BARE,
    _organisation_values,
)
OF_A_UNIT = Matter("PEOPLE", ("姓名", "人员类别", "证件号码", "登录名"), _person, BARE_PERSON, _person_values)


async def run() -> dict[str, list[Row]]:
    """Files of each size in a province of their own: checked, then applied; and their rows by one statement each."""
    found = {}
    for size, rounds in SIZES.items():
        found[f"Importing {size:,} organisations"] = await _measured(ORGANISATIONS, size, rounds)
    found[f"Importing {PEOPLE:,} people of a unit"] = await _measured(OF_A_UNIT, PEOPLE, ROUNDS)
    return found


async def _measured(matter: Matter, size: int, rounds: int) -> list[Row]:
    async with scratch.accounts(import_poll_seconds=0.05) as accounts:
        rates: dict[str, list[float]] = {}
        for _ in range(rounds):
            for name, rate in (await _round(accounts, matter, size)).items():
                rates.setdefault(name, []).append(rate)
        return [Row(name, tuple(measured)) for name, measured in rates.items()]


async def _round(accounts: scratch.Accounts, matter: Matter, size: int) -> dict[str, float]:
    """Half of the bare rows come before the import and half after it: what slows one of them slows the other."""
    before = await _bare(accounts, matter, size // 2)
    checked, applied = await _imported(accounts, matter, size)
    bare = before + await _bare(accounts, matter, size - size // 2)
    return {
        "the same rows, a statement each, raw asyncpg": size / bare,
        "import, applied": size / applied,
        "import, checked and applied": size / (checked + applied),
    }


async def _bare(accounts: scratch.Accounts, matter: Matter, size: int) -> float:
    """Seconds for the same rows in one transaction."""
    connection = await asyncpg.connect(accounts.url)
    try:
        async with connection.transaction():
            statement = await connection.prepare(matter.statement)
            started = time.perf_counter()
            for _ in range(size):
                await statement.fetch(*matter.values(accounts.root))
        return time.perf_counter() - started
    finally:
        await connection.close()


async def _imported(accounts: scratch.Accounts, matter: Matter, size: int) -> tuple[float, float]:
    """Seconds until a file is checked, and then until it is applied."""
    actor = accounts.manager_of(accounts.top)
    headers = {"authorization": f"Bearer {accounts.token_of(actor)}"}
    body = {"kind": matter.kind, "organisation_id": str(accounts.root), "file_name": "表.xlsx"}
    begun = await accounts.http.post("/v1/imports", json=body, headers=headers)
    begun.raise_for_status()
    content = await asyncio.to_thread(_sheet, matter, size)
    started = time.perf_counter()
    sent = await accounts.http.put(begun.json()["record"]["upload_url"], content=content)
    sent.raise_for_status()
    import_id = sent.json()["record"]["id"]
    pause = size / 50_000
    await _until(accounts, import_id, headers, "CHECKED", pause)
    checked = time.perf_counter()
    path = f"/v1/imports/{import_id}/actions/APPLY"
    (await accounts.http.post(path, json={}, headers=headers)).raise_for_status()
    await _until(accounts, import_id, headers, "DONE", pause)
    return checked - started, time.perf_counter() - checked


def _sheet(matter: Matter, size: int) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, matter.header)
        for number in range(1, size + 1):
            page.write_row(number, 0, matter.row())
    return made.getvalue()


async def _until(
    accounts: scratch.Accounts, import_id: str, headers: dict[str, str], state: str, pause: float
) -> None:
    """Wait for a state; asked seldom of a large file, so that asking is no part of what is measured."""
    ends = time.monotonic() + WAIT_SECONDS
    while True:
        told = (await accounts.http.get(f"/v1/imports/{import_id}", headers=headers)).json()
        if told["state"] == state:
            return
        if told["state"] not in {"CHECKING", "APPLYING"} or time.monotonic() > ends:
            raise RuntimeError(f"the import should be {state}: {told}")
        await asyncio.sleep(pause)
