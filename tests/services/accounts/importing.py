"""Imports as a manager makes them: a spreadsheet built, sent, watched, applied."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from services.accounts.intake.worker import working
from tests.services.accounts.world import Organisation, World, new_login, new_resident_id, new_uscc, token_at

ORGANISATION = (
    *("机构名称", "机构类型", "层级", "机构性质", "所属行业"),
    *("行政区划", "统一社会信用代码", "上级机构", "管理员姓名", "管理员登录名"),
)
PERSON = ("姓名", "人员类别", "证件号码", "手机号码", "登录名", "内设机构")
Row = dict[str, Any]
SECONDS = 60
POLL_SECONDS = 0.05


@pytest.fixture
async def imports_at_work(database, apps) -> AsyncIterator[None]:
    """Imports are worked on while the test lasts, as the service does by itself; the app of all tests leaves them alone."""
    told = (await apps.get("accounts")).state
    often = told.settings.model_copy(update={"import_poll_seconds": POLL_SECONDS})
    async with working(told.installation, often):
        yield


def xlsx(header: Sequence[str], rows: Sequence[Row], **options: Any) -> bytes:
    """A workbook of these rows; `formula` writes a formula into B2."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header)
        for at, row in enumerate(rows, start=1):
            for place, title in enumerate(header):
                if row.get(title) is not None:
                    sheet.write(at, place, row[title])
        if "formula" in options:
            sheet.write_formula(1, 1, options["formula"], None, "用人单位")
        if "far" in options:
            sheet.write_string(*options["far"], "x")
    return stream.getvalue()


def as_csv(header: Sequence[str], rows: Sequence[Row], encoding: str = "utf-8") -> bytes:
    """The same as a CSV text."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, header, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode(encoding)


def opened(content: bytes, sheet: int = 0) -> list[list[Any]]:
    """The cells of a workbook."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(sheet).to_python(skip_empty_area=False)


def employer(name: str, parent: str, **more: Any) -> Row:
    """A row of a provincial public institution."""
    return {
        "机构名称": name,
        "机构类型": "用人单位",
        "层级": "省",
        "机构性质": "事业单位",
        "行政区划": "630000",
        "统一社会信用代码": new_uscc(),
        "上级机构": parent,
        "管理员姓名": "某管理员",
        "管理员登录名": new_login("imported"),
    } | more


def department(name: str, parent: str, **more: Any) -> Row:
    """A row of an internal department."""
    told = employer(name, parent) | {"机构类型": "内设机构", "机构性质": None, "统一社会信用代码": None}
    return told | more


def person(**more: Any) -> Row:
    """A row of a person of a public institution."""
    told = {"姓名": "卓玛", "人员类别": "事业单位在编人员", "证件号码": new_resident_id()}
    return told | {"登录名": new_login("imported")} | more


class Importing:
    """Imports from one organisation by its manager."""

    def __init__(
        self,
        world: World,
        organisation: Organisation,
        kind: str = "ORGANISATIONS",
        *,
        token: str | None = None,
    ) -> None:
        self.world, self.organisation, self.kind = world, organisation, kind
        self.token = token or token_at(organisation)
        self.header = ORGANISATION if kind == "ORGANISATIONS" else PERSON

    async def begin(self, token: str | None = None) -> dict[str, Any]:
        """A new import with its link."""
        body = {"kind": self.kind, "organisation_id": self.organisation["id"], "file_name": "现有机构.xlsx"}
        answer = await self.world.ask("POST", "/v1/imports", token or self.token, body)
        assert answer.status_code == 201, answer.text
        record: dict[str, Any] = answer.json()["record"]
        return record

    async def send(self, content: bytes, begun: dict[str, Any] | None = None) -> httpx.Response:
        """Send a file."""
        begun = begun or await self.begin()
        return await self.world.http.put(begun["upload_url"], content=content)

    async def read(self, import_id: str) -> dict[str, Any]:
        """The import as it is now."""
        answer = await self.world.ask("GET", f"/v1/imports/{import_id}", self.token)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def until(self, import_id: str, *states: str, seconds: float = SECONDS) -> dict[str, Any]:
        """The import once it has come to one of `states`."""
        ends = time.monotonic() + seconds
        while (told := await self.read(import_id))["state"] not in states:
            assert time.monotonic() < ends, told
            await asyncio.sleep(0.05)
        return told

    async def checked(self, rows: Sequence[Row], content: bytes | None = None) -> dict[str, Any]:
        """A file of these rows, sent and checked."""
        answer = await self.send(content or xlsx(self.header, rows))
        assert answer.status_code == 200, answer.text
        return await self.until(answer.json()["record"]["id"], "CHECKED", "FAILED")

    async def act(self, import_id: str, action: str, **body: Any) -> httpx.Response:
        """Take a step."""
        return await self.world.ask("POST", f"/v1/imports/{import_id}/actions/{action}", self.token, body)

    async def applied(self, import_id: str, **body: Any) -> dict[str, Any]:
        """Apply, and wait for what comes of it."""
        answer = await self.act(import_id, "APPLY", **body)
        assert answer.status_code == 200, answer.text
        return await self.until(import_id, "DONE", "CHECKED", "FAILED")

    async def refusals(self, import_id: str) -> dict[int, list[dict[str, Any]]]:
        """What is wrong, by the number of the row."""
        answer = await self.world.ask("GET", f"/v1/imports/{import_id}/refused-rows?first=100", self.token)
        assert answer.status_code == 200, answer.text
        return {row["row_no"]: row["findings"] for row in answer.json()["items"]}

    async def codes(self, import_id: str) -> dict[int, list[str]]:
        """The codes of what is wrong, by the number of the row."""
        found = await self.refusals(import_id)
        return {row_no: [each["code"] for each in findings] for row_no, findings in found.items()}
