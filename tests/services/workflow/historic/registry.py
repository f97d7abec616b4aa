"""A prefecture's HRSS that imports what it and the offices below it have issued, and accounts as it meets it."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import xlsxwriter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.platform.tokens import bearer, mint, node, seat

IMPORTS = "/v1/historic-imports"
HEADER = (
    *("姓名", "身份证号码", "工作单位", "系列", "专业", "级别", "取得方式", "取得时间", "批准文号"),
    *("评委会", "发证机关", "发证时间", "证书编号", "使用范围"),
)
ROW = {
    "姓名": "李青山",
    "工作单位": "江源县人民医院",
    "系列": "卫生",
    "专业": "内科",
    "级别": "中级",
    "取得时间": "2008年12月1日",
    "批准文号": "西职改字[2008]12号",
    "证书编号": "青职证〔2008〕第0012号",
}
WRONG = "000000000000000000"


def row(**told: str) -> dict[str, str]:
    """One row, with some cells told otherwise."""
    return ROW | told


def many(count: int) -> list[dict[str, str]]:
    """As many rows of different people."""
    return [row(姓名=f"持证人{at}", 证书编号=f"青职证〔2008〕第{at:06}号") for at in range(count)]


def text(rows: list[dict[str, str]]) -> bytes:
    """A CSV of these rows."""
    stream = io.StringIO()
    csv.writer(stream).writerows([HEADER, *([each.get(title, "") for title in HEADER] for each in rows)])
    return stream.getvalue().encode()


def workbook(rows: list[dict[str, str]]) -> bytes:
    """A workbook of these rows."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for at, each in enumerate(rows, start=1):
            sheet.write_row(at, 0, [each.get(title, "") for title in HEADER])
    return stream.getvalue()


@dataclass
class Directory:
    """What accounts knows: who is in charge, whose resident ids are, what offices are called."""

    office: Any
    province: Any
    in_charge: UUID | None = None
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    called: list[dict[str, Any]] = field(default_factory=list)
    kind: str = "HRSS"
    away: bool = False
    asked: list[int] = field(default_factory=list)
    """How many numbers each call has asked for."""

    def transport(self) -> httpx.ASGITransport:
        """Reach it in this process."""
        routes = [
            Route("/v1/service-tokens", self._token, methods=["POST"]),
            Route("/v1/organisations/called", self._called, methods=["POST"]),
            Route("/v1/organisations/{id}", self._organisation),
            Route("/v1/people/by-number", self._by_number, methods=["POST"]),
        ]
        return httpx.ASGITransport(app=Starlette(routes=routes))

    async def _token(self, _: Request) -> JSONResponse:
        return JSONResponse({"access_token": "service", "expires_in": 900})

    async def _organisation(self, _: Request) -> JSONResponse:
        named = {"account_id": str(self.in_charge), "name": "专人"} if self.in_charge else None
        return self._answer(
            {"name": "西宁市人力资源和社会保障局", "kind": self.kind, "person_in_charge": named}
        )

    async def _called(self, request: Request) -> JSONResponse:
        names = (await request.json())["names"]
        return self._answer({"items": [each for each in self.called if each["called"] in names]})

    async def _by_number(self, request: Request) -> JSONResponse:
        assert request.headers["authorization"] == "Bearer service"
        numbers = (await request.json())["numbers"]
        self.asked.append(len(numbers))
        return self._answer({"items": [self._known(each) for each in numbers]})

    def _known(self, number: str) -> dict[str, Any]:
        nobody = {"person_id": None, "account_id": None, "name": None}
        masked = None if number == WRONG else f"{number[:3]}***********{number[-4:]}"
        return {"masked_number": masked, **nobody, **self.people.get(number, {})}

    def _answer(self, told: dict[str, Any]) -> JSONResponse:
        return JSONResponse({}, 503) if self.away else JSONResponse(told)


@dataclass
class Registry:
    """The office's registry: imports as the person in charge makes them."""

    http: httpx.AsyncClient
    app: Any
    directory: Directory
    account_id: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        self.directory.in_charge = self.account_id
        self.office, self.province = self.directory.office, self.directory.province
        self.token = self.manager()

    def manager(self, sub: UUID | None = None) -> str:
        """A token of one of the office's managers; the person in charge, unless told otherwise."""
        held = [seat("ORGANISATION_MANAGER", self.province, self.office)]
        return mint(held, sub=sub or self.account_id, name="专人")

    async def ask(self, method: str, path: str, body: Any = None, token: str | None = None) -> httpx.Response:
        """Call workflow, as the person in charge unless told otherwise."""
        return await self.http.request(method, path, json=body, headers=bearer(token or self.token))

    async def begin(self, content: bytes = b"", token: str | None = None, **bent: Any) -> httpx.Response:
        """Begin the import of a file."""
        body = {
            "organisation_id": str(self.office.id),
            "file_name": "历史证书.xlsx",
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        return await self.ask("POST", IMPORTS, body | bent, token)

    async def sent(self, content: bytes) -> dict[str, Any]:
        """An import whose file was taken."""
        begun = await self.begin(content)
        assert begun.status_code == 201, begun.text
        answer = await self.http.put(begun.json()["record"]["upload_url"], content=content)
        assert answer.status_code == 200, answer.text
        record: dict[str, Any] = answer.json()["record"]
        return record

    async def checked(self, rows: list[dict[str, str]]) -> dict[str, Any]:
        """An import that was looked into."""
        sent = await self.sent(text(rows))
        return await self.worked(sent["id"], "CHECKED")

    async def worked(self, import_id: str, state: str) -> dict[str, Any]:
        """The import once what waits was worked on."""
        await self.app.state.historic.all()
        found: dict[str, Any] = (await self.ask("GET", f"{IMPORTS}/{import_id}")).json()
        assert found["state"] == state, found
        return found

    async def act(
        self, record: dict[str, Any], action: str, token: str | None = None, **told: Any
    ) -> httpx.Response:
        """Take a step."""
        path = f"{IMPORTS}/{record['id']}/actions/{action}"
        return await self.ask("POST", path, {"version": record["version"], **told}, token)

    async def applied(self, rows: list[dict[str, str]]) -> dict[str, Any]:
        """An import all of whose rows are certificates."""
        record = await self.checked(rows)
        answer = await self.act(record, "APPLY")
        assert answer.status_code == 200, answer.text
        return await self.worked(record["id"], "DONE")

    async def refusals(self, record: dict[str, Any]) -> list[tuple[int, str | None, str]]:
        """What is wrong: row, column, code."""
        told = (await self.ask("GET", f"{IMPORTS}/{record['id']}/refusals?first=100")).json()
        return [(each["row_no"], each["column"], each["code"]) for each in told["items"]]

    async def verify(self, number: str, name: str) -> dict[str, Any]:
        """Ask as anybody."""
        asked = {"number": number, "name": name}
        told: dict[str, Any] = (await self.http.get("/v1/certificates/verify", params=asked)).json()
        return told


def directory() -> Directory:
    """A prefecture's HRSS below the province, and a county's below it."""
    province, office = node("HRSS", "PROVINCE"), node("HRSS", "PREFECTURE")
    return Directory(office, province)
