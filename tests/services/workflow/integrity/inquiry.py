"""An inquiry into misconduct over HTTP: the complaint, the investigation, the hearing, the finding, the appeal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.kit.auth import Node
from tests.platform.tokens import bearer, mint, seat

DOCUMENT = "青人社厅函〔2024〕88号"
VERDICT = "青人社厅函〔2024〕99号"
FINDING = {
    "kind": "PLAGIARISM",
    "serious": True,
    "evidence": "论文查重比对报告",
    "decision": "撤销取得的职称，取消申报资格",
    "document_number": DOCUMENT,
    "bar_to": "2026-01-31",
}
"""A serious one, in January 2024 within what the policy allows."""


@dataclass
class Inquiry:
    """One case; an officer of the province handles it, another decides on the appeal."""

    http: httpx.AsyncClient
    province: Node
    person_id: UUID
    person: str
    """The person's token."""
    officer: str = ""
    other: str = ""
    id: str = ""
    certificates: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.officer = mint([seat("TITLE_OFFICER", self.province)], name="省厅经办", sub=uuid4())
        self.other = mint([seat("TITLE_OFFICER", self.province)], name="省厅复核", sub=uuid4())

    async def ask(self, token: str | None, method: str, path: str, body: Any = None) -> httpx.Response:
        """Call workflow."""
        return await self.http.request(method, path, json=body, headers=bearer(token) if token else {})

    async def act(self, token: str | None, what: str, **body: Any) -> httpx.Response:
        """Do something about the case: `notify`, `decide`, `actions/CLEAR` and so on."""
        return await self.ask(token, "POST", f"/v1/integrity/cases/{self.id}/{what}", body)

    async def did(self, token: str | None, what: str, **body: Any) -> dict[str, Any]:
        """The same, which must succeed; the case after it."""
        answer = await self.act(token, what, **body)
        assert answer.is_success, answer.text
        record: dict[str, Any] = answer.json()["record"]
        return record

    async def opened(self, **named: Any) -> None:
        """An officer opens the case on what is named."""
        body = {"text": "论文涉嫌剽窃", **named}
        answer = await self.ask(self.officer, "POST", "/v1/integrity/cases", body)
        assert answer.status_code == 201, answer.text
        self.id = answer.json()["record"]["id"]

    async def heard(self) -> None:
        """The person is told, and says something to it."""
        await self.did(self.officer, "notify", charge="论文与他人成果高度重合")
        await self.did(self.person, "statement", statement="系引用疏漏")

    async def decide(self, token: str | None = None, **changed: Any) -> httpx.Response:
        """Find misconduct."""
        body = FINDING | {"certificate_ids": self.certificates} | changed
        return await self.act(token or self.officer, "decide", **body)

    async def found(self, **changed: Any) -> dict[str, Any]:
        """The same, which must succeed."""
        answer = await self.decide(**changed)
        assert answer.is_success, answer.text
        record: dict[str, Any] = answer.json()["record"]
        return record

    async def settle(self, token: str | None = None, **changed: Any) -> httpx.Response:
        """Decide on the appeal; it is allowed unless told otherwise."""
        body = {"upheld": False, "reason": "原认定证据不足", "document_number": VERDICT} | changed
        return await self.act(token or self.other, "verdict", **body)
