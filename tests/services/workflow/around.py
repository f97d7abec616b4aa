"""Accounts and quota as the early concepts meet them: ASGI apps that speak the contracts, with places that run out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.services.workflow.neighbours import standing

HERE = {"region_code": "630104", "uscc": "91630104710001234X"}
NO_PLACE = {
    "code": "NO_PLACE_LEFT",
    "message": "副高级可申报数额 1，已用 1，没有剩余名额",
    "field": "level",
    "basis": [{"cite": "二（一）", "summary": "在经过审核备案的职称申报数额内进行推荐"}],
    "findings": [
        {
            "code": "NO_PLACE_LEFT",
            "message": "可申报 1，已用 1",
            "basis": [{"cite": "附件2", "summary": "职称申报数=空缺岗位数—已取得资格未聘人数"}],
        }
    ],
}


def record(person_id: UUID, kind: str = "DEGREE", state: str = "CONFIRMED", **changed: Any) -> dict[str, Any]:
    """Something on a person's record, as accounts tells it."""
    return {
        "id": str(uuid4()),
        "person_id": str(person_id),
        "kind": kind,
        "state": state,
        "body": {"kind": kind},
        "evidence": {
            "document_number": None,
            "issuer": "青海大学",
            "issued_on": "2008-06-30",
            "note": None,
            "sha256": "ab" * 32,
        },
        "holds_from": "2008-06-30",
        "holds_until": None,
        "confirmer_id": str(uuid4()),
        "supersedes_id": None,
        "reason": "证书编号与原件不符" if state == "REFUSED" else None,
        "decided_at": None if state == "DECLARED" else "2023-10-30T10:00:00+08:00",
        "created_at": "2023-10-26T10:00:00+08:00",
        "version": 1 if state == "DECLARED" else 2,
    } | changed


@dataclass
class Around:
    """What accounts and quota know in one test."""

    people: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    records: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)
    """What is on somebody's record; whoever is not named has one degree, confirmed."""
    standings: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    unit: dict[str, Any] = field(default_factory=lambda: dict(HERE))
    """Region and credit code of every unit."""
    lines_of_work: dict[UUID, str] = field(default_factory=dict)
    """In which industry an organisation is."""
    organisations: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    places: int = 100
    holds: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    answer_lost: bool = False
    exempting: set[str] = field(default_factory=set)
    """Grounds on which no post is taken."""
    gate: asyncio.Event | None = None
    """What quota waits for, once it has held a post, before it answers."""

    def reset(self) -> None:
        """Know nothing of earlier tests."""
        self.__init__()  # type: ignore[misc]

    def transports(self) -> dict[str, httpx.ASGITransport]:
        """The neighbours as the app's factory takes them."""
        accounts = Starlette(
            routes=[
                Route("/v1/service-tokens", self._service_token, methods=["POST"]),
                Route("/v1/people/facts", self._facts, methods=["POST"]),
                Route("/v1/people/records/lookup", self._records, methods=["POST"]),
                Route("/v1/people/lookup", self._lookup, methods=["POST"]),
                Route("/v1/people/standing", self._standing, methods=["POST"]),
                Route("/v1/organisations/lookup", self._organisations, methods=["POST"]),
            ]
        )
        quota = Starlette(routes=[Route("/v1/reservations", self._reserve, methods=["POST"])])
        apps = {"accounts": accounts, "quota": quota}
        return {name: httpx.ASGITransport(app=app) for name, app in apps.items()}

    async def _service_token(self, _: Request) -> JSONResponse:
        return JSONResponse({"access_token": "service", "expires_in": 900})

    async def _facts(self, request: Request) -> JSONResponse:
        if "accounts" in self.down:
            return JSONResponse({}, 500)
        self.tokens["accounts"] = request.headers.get("authorization", "")
        wanted = [UUID(each) for each in (await request.json())["person_ids"]]
        return JSONResponse({"items": [self.people[each] for each in wanted if each in self.people]})

    async def _lookup(self, request: Request) -> JSONResponse:
        if "accounts" in self.down:
            return JSONResponse({}, 500)
        known = [each for each in (await request.json())["ids"] if UUID(each) in self.people]
        told = [{"id": each, "masked_resident_id": "6301**********001X", "documents": []} for each in known]
        return JSONResponse({"items": told})

    async def _records(self, request: Request) -> JSONResponse:
        if self.down & {"accounts", "records"}:
            return JSONResponse({}, 500)
        self.tokens["records"] = request.headers.get("authorization", "")
        body = await request.json()
        found = [told for each in body["person_ids"] for told in self.on_record(UUID(each))]
        for name, narrowed in (("kind", "kinds"), ("state", "states")):
            found = [told for told in found if told[name] in body.get(narrowed, [told[name]])]
        return JSONResponse({"items": found})

    def on_record(self, person_id: UUID) -> list[dict[str, Any]]:
        """What is on the person's record."""
        return self.records.setdefault(person_id, [record(person_id)])

    async def _standing(self, request: Request) -> JSONResponse:
        if "standing" in self.down:
            return JSONResponse({}, 500)
        assert request.headers["authorization"] == "Bearer service"
        body = await request.json()
        wanted = [UUID(each) for each in body["person_ids"] if UUID(each) in self.people]
        told = [standing(each, body["on"], **self.standings.get(each, {})) for each in wanted]
        return JSONResponse({"items": told})

    async def _organisations(self, request: Request) -> JSONResponse:
        if "accounts" in self.down:
            return JSONResponse({}, 500)
        wanted = [UUID(each) for each in (await request.json())["ids"]]
        if request.headers.get("authorization") == "Bearer service":
            told = [
                {"id": str(each), "industry": self.lines_of_work.get(each), **self.unit} for each in wanted
            ]
            return JSONResponse({"items": told})
        found = [self.organisations[each] for each in wanted if each in self.organisations]
        return JSONResponse({"items": found})

    async def _reserve(self, request: Request) -> JSONResponse:
        if "quota" in self.down:
            return JSONResponse({}, 500)
        self.tokens["quota"] = request.headers.get("authorization", "")
        body = await request.json()
        self.asked.append(body)
        await asyncio.sleep(0.01)
        hold = self.holds.get(body["recommendation_id"])
        if hold is not None and hold["state"] == "RELEASED":
            return JSONResponse({"code": "RESERVATION_RELEASED", "message": "该预留已经释放"}, 409)
        if hold is None and sum(each["state"] == "HELD" for each in self.holds.values()) >= self.places:
            return JSONResponse(NO_PLACE, 422)
        if hold is None:
            state = "EXEMPT" if body.get("ground") in self.exempting else "HELD"
            hold = {"id": str(uuid4()), "recommendation_id": body["recommendation_id"], "state": state}
            self.holds[body["recommendation_id"]] = hold
        if self.gate is not None:
            await self.gate.wait()
        if self.answer_lost:
            return JSONResponse({}, 502)
        basis = [{"cite": "二（一）", "summary": "在经过审核备案的职称申报数额内进行推荐"}]
        return JSONResponse({"record": hold, "basis": basis}, 201)
