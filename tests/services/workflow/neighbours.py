"""Accounts and quota as workflow meets them: real ASGI apps that speak the contract's shapes, with facts a test sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

HERE = {"region_code": "630104", "uscc": "91630104710001234X"}
"""Where units are, and what their credit code is."""


@dataclass
class Neighbours:
    """What the neighbours know; a test changes it, `forget` brings it back."""

    people: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    standings: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    test_failed: set[UUID] = field(default_factory=set)
    reservations: dict[UUID, str] = field(default_factory=dict)
    forms_missing: set[UUID] = field(default_factory=set)
    plans: set[UUID] = field(default_factory=set)
    """Units with targeted posts."""
    organisations: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    unseen: set[UUID] = field(default_factory=set)
    """People whom no caller may see, but our own services."""

    def forget(self) -> None:
        """Know nothing of earlier tests."""
        known = (self.people, self.standings, self.test_failed, self.reservations)
        for each in (*known, self.forms_missing, self.plans, self.organisations, self.away, self.unseen):
            each.clear()

    def know(self, path: Sequence[dict[str, str]]) -> None:
        """Know every organisation of a line, from the root down."""
        for number, each in enumerate(path, start=1):
            told = {"id": each["id"], "name": each["name"], "lineage": list(path[:number])}
            self.organisations[UUID(each["id"])] = told

    def transports(self) -> dict[str, httpx.ASGITransport]:
        """The neighbours as workflow's factory takes them."""
        return {name: httpx.ASGITransport(app=app) for name, app in self.apps().items()}

    def apps(self) -> dict[str, Starlette]:
        """One app a neighbour."""
        accounts = [
            Route("/v1/service-tokens", self._service_token, methods=["POST"]),
            Route("/v1/people/facts", self._facts, methods=["POST"]),
            Route("/v1/organisations/lookup", self._organisations, methods=["POST"]),
            Route("/v1/people/lookup", self._masked, methods=["POST"]),
            Route("/v1/people/standing", self._standing, methods=["POST"]),
        ]
        quota = [
            Route("/v1/reservations/{id}", self._reservation),
            Route("/v1/availability", self._availability),
        ]
        return {"accounts": Starlette(routes=accounts), "quota": Starlette(routes=quota)}

    async def _service_token(self, _: Request) -> JSONResponse:
        return JSONResponse({"access_token": "service", "expires_in": 900})

    async def _facts(self, request: Request) -> JSONResponse:
        if "accounts" in self.away:
            return JSONResponse({"status": "down"}, 500)
        asked = [UUID(each) for each in (await request.json())["person_ids"]]
        known = [self.people[each] for each in asked if each in self.people]
        return JSONResponse({"items": known})

    async def _masked(self, request: Request) -> JSONResponse:
        asked = (await request.json())["ids"]
        if request.headers["authorization"] != "Bearer service":
            asked = [each for each in asked if UUID(each) not in self.unseen]
        return JSONResponse(
            {"items": [{"id": each, "masked_resident_id": "6301**********001X"} for each in asked]}
        )

    async def _organisations(self, request: Request) -> JSONResponse:
        """Those that are known, and the units of people."""
        units = {each.get("employer_id") for each in self.people.values()}
        known = {str(key): told for key, told in self.organisations.items()}
        asked = [each for each in (await request.json())["ids"] if each in known or each in units]
        return JSONResponse({"items": [{"id": each, **HERE, **known.get(each, {})} for each in asked]})

    async def _standing(self, request: Request) -> JSONResponse:
        if "accounts" in self.away:
            return JSONResponse({"status": "down"}, 500)
        body = await request.json()
        wanted = [UUID(each) for each in body["person_ids"] if UUID(each) in self.people]
        told = [standing(each, body["on"], **self.standings.get(each, {})) for each in wanted]
        return JSONResponse({"items": told})

    async def _reservation(self, request: Request) -> JSONResponse:
        if "quota" in self.away:
            return JSONResponse({"status": "down"}, 500)
        reservation_id = UUID(request.path_params["id"])
        state = self.reservations.get(reservation_id)
        if state is None:
            told = {"code": "RESERVATION_NOT_FOUND", "message": "没有找到该预留"}
            return JSONResponse(told, 404)
        return JSONResponse({"id": str(reservation_id), "state": state, "exempt_by": None})

    async def _availability(self, request: Request) -> JSONResponse:
        unit_id = UUID(request.query_params["unit_id"])
        targeted = request.query_params.get("pool") == "TARGETED"
        form = None if targeted or unit_id in self.forms_missing else str(uuid4())
        told = {
            "unit_id": str(unit_id),
            "year": 2023,
            "approved_form_id": form,
            "targeted_plan_id": str(uuid4()) if targeted and unit_id in self.plans else None,
            "limited": True,
            "levels": [],
        }
        return JSONResponse(told)


def standing(person_id: UUID, on: str, **changed: Any) -> dict[str, Any]:
    """What accounts tells of somebody with nothing on record, but for what is changed."""
    nothing = {"confirmed": 0, "with_declared": 0}
    unknown = (
        *("appointed", "in_private_enterprise", "insured_at_employer"),
        *("contract_covers", "contract_with_employer"),
    )
    lists = ("titles", "private_service", "insurance", "village_postings", "continuing_education", "honours")
    counts = ("insurance_months", "insurance_at_employer", "aid_months", "aid_excellent_years")
    return {
        "person_id": str(person_id),
        "on": on,
        "education": None,
        "education_with_declared": None,
        **dict.fromkeys((*unknown, "village_posting"), "NO"),
        **{name: [] for name in (*lists, "examinations")},
        **dict.fromkeys(counts, nothing),
        **changed,
    }
