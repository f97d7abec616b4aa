"""Parts of the platform as the gateway sees them: real ASGI applications with answers written beforehand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.reads.contract import PATH as READS


@dataclass
class Call:
    """A call that a part has got."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    fields: list[str] = field(default_factory=list)
    """What `fields` names, which may be given more than once."""


@dataclass
class FakePart:
    """A part that answers what it was told to, and remembers what it was asked."""

    name: str
    answers: dict[tuple[str, str], Any] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    """What it was asked, whether by itself or as one of many."""
    requests: int = 0

    def tell(self, method: str, path: str, answer: Any, status: int = 200) -> None:
        """Answer `path` with JSON, or with what a function of the call makes: JSON too, or a whole answer."""
        self.answers[method, path] = (answer, status)

    def refuse(self, method: str, path: str, status: int, code: str, **told: Any) -> None:
        """Answer `path` with a problem, as a service does."""
        problem = {
            "type": "urn:titles:problem:x",
            "title": "X",
            "status": status,
            "code": code,
            "message": f"{code}！",
            "basis": [{"cite": "附件3 三（三）", "summary": "民营医院由县级卫健部门创建"}],
        }
        self.answers[method, path] = (problem | told, status)

    def asked(self, path: str) -> list[Call]:
        """The calls to `path`."""
        return [call for call in self.calls if call.path == path]

    def transport(self) -> httpx.ASGITransport:
        """The part as httpx reaches it."""
        methods = ["GET", "POST", "PUT", "DELETE"]
        return httpx.ASGITransport(
            app=Starlette(routes=[Route("/{path:path}", self._answer, methods=methods)])
        )

    async def _answer(self, request: Request) -> Response:
        self.requests += 1
        raw = await request.body()
        body: Any = json.loads(raw) if raw else None
        headers = dict(request.headers)
        if request.url.path == READS:
            told = [self._made(self._one_of(each, headers)) for each in body["reads"]]
            items = [{"status": each.status_code, "body": json.loads(bytes(each.body))} for each in told]
            return JSONResponse({"answers": items})
        query = request.query_params
        call = Call(request.method, request.url.path, dict(query), headers, body, query.getlist("fields"))
        return self._made(call)

    def _one_of(self, read: dict[str, Any], headers: dict[str, str]) -> Call:
        path, method = httpx.URL(read["path"]), "POST" if "body" in read else "GET"
        return Call(
            method, path.path, dict(path.params), headers, read.get("body"), path.params.get_list("fields")
        )

    def _made(self, call: Call) -> Response:
        made, status = self._told(call)
        return made if isinstance(made, Response) else JSONResponse(made, status)

    def _told(self, call: Call) -> tuple[Any, int]:
        self.calls.append(call)
        found = self.answers.get((call.method, call.path))
        if found is None:
            return {"code": "NOT_FOUND", "message": "没有找到"}, 404
        answer, status = found
        return (answer(call) if callable(answer) else answer), status


class Down(httpx.AsyncBaseTransport):
    """A part that nobody can reach."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Refuse the connection."""
        raise httpx.ConnectError("refused", request=request)


def organisation(id: UUID | None = None, **changed: Any) -> dict[str, Any]:
    """Return an organisation as accounts tells it."""
    own = str(id or uuid4())
    return {
        "id": own,
        "name": "青海省第一人民医院",
        "kind": "EMPLOYER",
        "level": "PROVINCE",
        "nature": "PUBLIC_INSTITUTION",
        "industry": "HEALTH",
        "region_code": "630000",
        "region_name": "青海省",
        "parent_id": None,
        "uscc": None,
        "status": "ACTIVE",
        "lineage": [{"id": own, "name": "青海省第一人民医院", "kind": "EMPLOYER", "level": "PROVINCE"}],
        "created_at": "2023-10-12T01:00:00Z",
        "version": 1,
    } | changed


def person(id: UUID, **changed: Any) -> dict[str, Any]:
    """Return a person as accounts tells one."""
    return {
        "id": str(id),
        "name": "卓玛",
        "kind": "ON_ESTABLISHMENT",
        "state": "ACTIVE",
        "documents": [],
        "masked_resident_id": None,
        "masked_phone": None,
        "masked_email": None,
        "rests_on": None,
        "created_at": "2023-10-12T01:00:00Z",
        "version": 1,
        "employer_id": None,
        "department_id": None,
    } | changed


def annual_form(unit_id: UUID, **changed: Any) -> dict[str, Any]:
    """Return an annual form as quota tells it."""
    figures = {
        "approved": 5, "employed": 4, "vacant": 1, "qualified_not_employed": 0, "exits": 0, "declarable": 1,
    }  # fmt: skip
    return {
        "id": str(uuid4()),
        "unit_id": str(unit_id),
        "year": 2023,
        "version": 1,
        "revision": 1,
        "former_id": None,
        "state": "DRAFT",
        "authority_id": None,
        "hrss_id": str(uuid4()),
        "rows": [{"level": "ASSOCIATE_SENIOR", **figures}],
        "totals": figures,
        "changes": [],
        "notes": [],
        "history": [],
        "available_actions": ["SUBMIT"],
    } | changed


def finding(declaration_ids: Iterable[UUID], **changed: Any) -> dict[str, Any]:
    """A finding of supervision as workflow tells it."""
    return {
        "id": str(uuid4()),
        "kind": "CORRECTION_ORDERED",
        "state": "ORDERED",
        "version": 1,
        "reason": "审核流于形式",
        "document_number": "青人社厅函〔2023〕1号",
        "decided_by_name": "省厅监督",
        "found_on": "2023-11-20",
        "due_on": "2023-11-30",
        "answer": None,
        "answered_by_name": None,
        "answered_on": None,
        "verdict": None,
        "available_actions": [],
        "organisation_id": str(uuid4()),
        "body_id": str(uuid4()),
        "flag_id": None,
        "declaration_ids": [str(each) for each in declaration_ids],
        **changed,
    }


def declaration(id: UUID, **changed: Any) -> dict[str, Any]:
    """A declaration as lists of workflow tell it."""
    names = ("cycle_id", "batch_id", "unit_id", "recommendation_id", "specialty_id", "criteria_id")
    own = dict.fromkeys((*names, "committee_id", "at_organisation_id", "strict_reason", "aid"))
    times = dict.fromkeys(("claimed_by_name", "claimed_until", "created_at", "submitted_at", "moved_at"))
    return {
        **own,
        **times,
        "id": str(id),
        "number": "2023-630000-000001",
        "series": "HEALTH",
        "level": "ASSOCIATE_SENIOR",
        "pool": "GENERAL",
        "route": "REGULAR",
        "state": "UNDER_REVIEW",
        "round": 1,
        "chain": [],
        "returned": [],
        "version": 1,
        "ground_ended_at": None,
        "available_actions": [],
        "person_id": str(uuid4()),
        "cycle_id": str(uuid4()),
    } | changed


def record(id: UUID, **changed: Any) -> dict[str, Any]:
    """Return a record of a person as accounts tells it."""
    return {
        "id": str(id),
        "kind": "DEGREE",
        "state": "CONFIRMED",
        "body": {"kind": "DEGREE"},
        "evidence": {
            "document_number": None,
            "issuer": "青海大学",
            "issued_on": "2008-06-30",
            "note": None,
            "sha256": None,
        },
        "holds_from": "2008-06-30",
        "holds_until": None,
        "person_id": str(uuid4()),
        "confirmer_id": str(uuid4()),
        "supersedes_id": None,
        "reason": None,
        "decided_at": "2023-10-30T02:00:00Z",
        "created_at": "2023-10-26T02:00:00Z",
        "version": 2,
        "available_actions": [],
    } | changed


def recommendation(id: UUID, records: Sequence[UUID]) -> dict[str, Any]:
    """Return a recommendation as workflow tells it, with a verdict on each of these records."""
    verdict = {
        "record_version": 2, "kind": "DEGREE", "verdict": "CONFIRMED", "reason": None, "sha256": None,
        "confirmer_id": str(uuid4()), "decided_at": "2023-10-30T02:00:00Z", "judged_for": "RECOMMEND",
    }  # fmt: skip
    named = ("plan_id", "cycle_id", "unit_id", "person_id", "place")
    return {
        "id": str(id),
        **{name: str(uuid4()) for name in named},
        "person_name": "卓玛",
        "series": "HEALTH",
        "specialty_id": None,
        "level": "MIDDLE",
        "ranked_list_id": None,
        "rank": None,
        "pool": "GENERAL",
        "ground": None,
        "route": "NORMAL",
        "assessment": None,
        "state": "RESERVED",
        "reservation_id": None,
        "publicity_id": None,
        "created_at": "2023-11-02T01:00:00Z",
        "version": 1,
        "available_actions": [],
        "verdicts": [verdict | {"record_id": str(each)} for each in records],
    }
