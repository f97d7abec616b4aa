"""The accounts service as meetings and certificates know it: organisations, and people with their masked ids."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.services.workflow.meeting.season import Season

MASKED = "6301**********001X"
PASSPORT = "E******78"


@dataclass
class Accounts:
    """The neighbour; while it is `away` it answers 503."""

    season: Season
    away: bool = False
    foreign: bool = False
    """Whether people have a passport instead of a resident id."""
    employed: dict[UUID, tuple[Any, ...]] = field(default_factory=dict)
    """The line to the present employer of the owner of an account; who is not named has none."""
    closed: set[UUID] = field(default_factory=set)
    """Accounts that are in use no more."""
    meanwhile: Callable[[], Awaitable[None]] | None = None
    """What happens, once, while it is being asked where people work."""

    def transport(self) -> httpx.ASGITransport:
        """Reach it in this process."""
        routes = [
            Route("/v1/people/lookup", self._people, methods=["POST"]),
            Route("/v1/organisations/lookup", self._organisations, methods=["POST"]),
            Route("/v1/accounts/places", self._places, methods=["POST"]),
            Route("/v1/service-tokens", self._token, methods=["POST"]),
        ]
        return httpx.ASGITransport(app=Starlette(routes=routes))

    async def _people(self, request: Request) -> JSONResponse:
        ids = (await request.json())["ids"]
        known = {"masked_resident_id": None if self.foreign else MASKED, "documents": self._documents()}
        return self._answer(request, [{"id": i, "name": "申报人", **known} for i in ids])

    def _documents(self) -> list[dict[str, Any]]:
        return [{"kind": "PASSPORT", "masked_number": PASSPORT, "nationality": "NPL"}] if self.foreign else []

    async def _organisations(self, request: Request) -> JSONResponse:
        ids = (await request.json())["ids"]
        lines = {str(place): line for place, line in self.season.places.items()}
        return self._answer(request, [self._organisation(i, lines[i]) for i in ids if i in lines])

    async def _token(self, _: Request) -> JSONResponse:
        return JSONResponse({"access_token": "workflow", "token_type": "Bearer", "expires_in": 600})

    async def _places(self, request: Request) -> JSONResponse:
        happens, self.meanwhile = self.meanwhile, None
        if happens is not None:
            await happens()
        return self._answer(request, [self._place(i) for i in (await request.json())["ids"]])

    def _place(self, account_id: str) -> dict[str, Any]:
        line = self.employed.get(UUID(account_id), ())
        employer = self._organisation("", line)["lineage"]
        return {"id": account_id, "in_use": UUID(account_id) not in self.closed, "employer": employer}

    def _organisation(self, organisation_id: str, line: tuple[Any, ...]) -> dict[str, Any]:
        lineage = [{"id": str(n.id), "name": "机构", "kind": n.kind, "level": n.level} for n in line]
        return {"id": organisation_id, "name": "机构", "lineage": lineage}

    def _answer(self, request: Request, items: list[dict[str, Any]]) -> JSONResponse:
        assert request.headers["authorization"].startswith("Bearer ")
        return JSONResponse({}, 503) if self.away else JSONResponse({"items": items})
