"""Accounts as quota asks it: organisations that stand in a line, looked up, listed, and told of one by one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.kit.auth import Node
from tests.services.quota.people import Unit

Answer = Callable[[Any], Response | Awaitable[Response]]


class Directory:
    """The organisations it knows; `asked` is every question, `answer` bends what it says."""

    def __init__(self) -> None:
        self.known: dict[str, dict[str, Any]] = {}
        self.asked: list[Any] = []
        self.answer: Answer | None = None
        self.page = 100
        self.people: list[dict[str, Any]] = []

    def unit(self, *line: tuple[str, str, str | None], region: str = "632801", **fields: Any) -> Unit:
        """A unit that stands at the end of a line of (kind, level, nature), all of it known."""
        nodes = tuple(Node(id=uuid4(), kind=kind, level=level, nature=nature) for kind, level, nature in line)
        return self.add(Unit(nodes), region=region, **fields)

    def add(self, unit: Unit, *, region: str = "632801", **fields: Any) -> Unit:
        """A unit with all those above it."""
        for place, each in enumerate(unit.lineage):
            if str(each.id) not in self.known:
                self._tell(unit.lineage[: place + 1], region)
        self.known[unit.id] |= fields
        return unit

    def _tell(self, line: tuple[Node, ...], region: str) -> None:
        last = line[-1]
        told = {"name": f"机构{str(last.id)[:8]}", "kind": last.kind, "level": last.level}
        above = self.known[str(line[-2].id)]["lineage"] if len(line) > 1 else []
        self.known[str(last.id)] = {
            **told,
            "id": str(last.id),
            "nature": last.nature,
            "industry": None,
            "region_code": region,
            "status": "ACTIVE",
            "lineage": [*above, {**told, "id": str(last.id)}],
        }

    def person(self, unit: Unit, name: str, tail: str = "0019") -> str:
        """Somebody with an account at the unit; the answer is the person's id."""
        document = {"kind": "RESIDENT_ID", "masked_number": f"632801********{tail}"}
        person = {"id": str(uuid4()), "name": name, "employer_id": unit.id, "documents": [document]}
        self.people.append(person)
        return str(person["id"])

    @property
    def transport(self) -> httpx.ASGITransport:
        """The way there."""
        routes = [
            Route("/v1/service-tokens", self._token, methods=["POST"]),
            Route("/v1/organisations/lookup", self._lookup, methods=["POST"]),
            Route("/v1/organisations/{id}", self._whole),
            Route("/v1/organisations", self._list),
            Route("/v1/people", self._people),
        ]
        return httpx.ASGITransport(app=Starlette(routes=routes))

    async def _token(self, _: Request) -> Response:
        return JSONResponse({"access_token": "issued-by-accounts", "expires_in": 900})

    async def _lookup(self, request: Request) -> Response:
        ids = (await request.json())["ids"]
        assert len(ids) <= 200
        return await self._answered(ids, {"items": [self.known[each] for each in ids if each in self.known]})

    async def _list(self, request: Request) -> Response:
        asked = dict(request.query_params)
        ids = sorted((UUID(each) for each in self.known), reverse=True)
        fit = [
            self.known[str(each)]
            for each in ids
            if self.known[str(each)]["nature"] == asked["nature"]
            and self.known[str(each)]["status"] == asked["state"]
            and ("after" not in asked or each < UUID(asked["after"]))
        ]
        some = fit[: self.page]
        cursor = some[-1]["id"] if len(fit) > self.page else None
        return await self._answered(asked, {"items": some, "next_cursor": cursor})

    async def _people(self, request: Request) -> Response:
        asked = dict(request.query_params)
        there = [each for each in self.people if each["employer_id"] == asked["organisation_id"]]
        start = next((at for at, each in enumerate(there, 1) if each["id"] == asked.get("after")), 0)
        some = there[start : start + self.page]
        cursor = some[-1]["id"] if start + self.page < len(there) else None
        return await self._answered(asked, {"items": some, "next_cursor": cursor})

    async def _whole(self, request: Request) -> Response:
        found = self.known.get(request.path_params["id"])
        if found is None:
            return JSONResponse({"code": "ORGANISATION_NOT_FOUND", "message": "-"}, 404)
        return await self._answered(found["id"], {**found, "contact": {"telephone": "0971-1234567"}})

    async def _answered(self, asked: Any, truly: dict[str, Any]) -> Response:
        self.asked.append(asked)
        if self.answer is None:
            return JSONResponse(truly)
        bent = self.answer(asked)
        return bent if isinstance(bent, Response) else await bent
