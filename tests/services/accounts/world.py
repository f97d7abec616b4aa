"""A province to act in: organisations made over HTTP by those who may, tokens for anyone, numbers that are right."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import httpx
from stdnum.cn import ric, uscc

from services.kit.auth import Node, Seat
from tests.platform.tokens import bearer, mint

Organisation = dict[str, Any]
PASSWORD = "Gaoyuan-Xinghe-7"
_numbers = count(1)
_people = count(1)

PROVINCE, XINING, HAIXI = "630000", "630100", "632800"
CHENGXI, GOLMUD, DAQAIDAM = "630104", "632801", "632857"


def new_uscc(region: str = CHENGXI) -> str:
    """A unified social credit code that nobody has."""
    body = f"12{region}{next(_numbers):09}"
    return body + uscc.calc_check_digit(body)


def new_resident_id(region: str = "630104", born: str | None = None) -> str:
    """A resident id that nobody has in this test; whoever tells no day of birth gets a later one with every thousand."""
    days, number = divmod(next(_people), 1000)
    born = born or f"{date(1985, 6, 12) + timedelta(days):%Y%m%d}"
    body = f"{region}{born}{number:03}"
    return body + ric.calc_check_digit(body + "0")


def new_login(start: str = "user") -> str:
    """A sign-in name that nobody has."""
    return f"{start}{next(_numbers)}"


def seat_at(organisation: Organisation, role: str) -> Seat:
    """A role at an organisation, as its token carries it."""
    *above, last = (Node(id=n["id"], kind=n["kind"], level=n["level"]) for n in organisation["lineage"])
    lineage = (*above, last.model_copy(update={"industry": organisation.get("industry")}))
    return Seat(role=role, organisation_id=UUID(organisation["id"]), lineage=lineage)


def token_at(organisation: Organisation, *roles: str, **claims: Any) -> str:
    """A token of someone who holds `roles` at an organisation."""
    held = roles or ("ORGANISATION_MANAGER",)
    return mint([seat_at(organisation, role) for role in held], **claims)


@dataclass
class World:
    """The service, its root, and shorthand for what tests do all the time."""

    http: httpx.AsyncClient
    root: Organisation
    made: dict[str, Organisation] = field(default_factory=dict)

    async def ask(
        self, method: str, path: str, token: str | None = None, body: Any = None, **headers: str
    ) -> httpx.Response:
        """One request."""
        sent = {**(bearer(token) if token else {}), **headers}
        return await self.http.request(method, path, json=body, headers=sent)

    def proposal(self, kind: str, level: str, region_code: str, **more: Any) -> dict[str, Any]:
        """What is told of an organisation to create, with what its kind asks for filled in."""
        told: dict[str, Any] = {
            "name": f"机构{next(_numbers)}",
            "kind": kind,
            "level": level,
            "region_code": region_code,
        }
        if kind not in {"INTERNAL_DEPARTMENT", "HRSS"}:
            told["uscc"] = new_uscc()
        if kind == "AUTHORITY":
            told["industry"] = "OTHER"
        if kind in {"EMPLOYER", "SUBORDINATE_UNIT"}:
            told["nature"] = "PUBLIC_INSTITUTION"
        return told | more

    async def try_create(self, creator: Organisation, **told: Any) -> httpx.Response:
        """Ask for an organisation on behalf of `creator`'s manager."""
        body = self.proposal(**told) | {
            "creator_id": creator["id"],
            "manager": {"name": "某管理员", "login": new_login("manager")},
        }
        return await self.ask("POST", "/v1/organisations", token_at(creator), body)

    async def create(self, creator: Organisation, **told: Any) -> Organisation:
        """An organisation that the rules allow."""
        answer = await self.try_create(creator, **told)
        assert answer.status_code == 201, answer.text
        organisation: Organisation = answer.json()["record"]["organisation"]
        return organisation

    async def prefecture(self, region: str = HAIXI) -> Organisation:
        """A prefecture's HRSS."""
        return await self._once(self.root, "HRSS", "PREFECTURE", region)

    async def county(self, region: str = GOLMUD) -> Organisation:
        """A county's HRSS."""
        return await self._once(await self.prefecture(region[:4] + "00"), "HRSS", "COUNTY", region)

    async def hospital(self) -> Organisation:
        """A provincial hospital below its health authority."""
        if "hospital" not in self.made:
            health = await self.create(
                self.root, kind="AUTHORITY", level="PROVINCE", region_code=PROVINCE, industry="HEALTH"
            )
            self.made["hospital"] = await self.create(
                health, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE
            )
        return self.made["hospital"]

    async def department(self, unit: Organisation) -> Organisation:
        """An internal department of a unit."""
        return await self.create(
            unit, kind="INTERNAL_DEPARTMENT", level=unit["level"], region_code=unit["region_code"]
        )

    async def _once(self, creator: Organisation, kind: str, level: str, region: str) -> Organisation:
        key = f"{kind}/{region}"
        if key not in self.made:
            self.made[key] = await self.create(creator, kind=kind, level=level, region_code=region)
        return self.made[key]

    def person(self, organisation: Organisation, **more: Any) -> dict[str, Any]:
        """What is told of an applicant; known by a resident id (`number`), unless another `document` is told."""
        return {
            "organisation_id": organisation["id"],
            "name": "卓玛",
            "document": {"kind": "RESIDENT_ID", "number": more.pop("number", None) or new_resident_id()},
            "kind": "ON_ESTABLISHMENT",
            "login": new_login("person"),
        } | more

    async def add_person(self, organisation: Organisation, **more: Any) -> dict[str, Any]:
        """An applicant of a unit; the whole record."""
        answer = await self.ask(
            "POST", "/v1/people", token_at(organisation), self.person(organisation, **more)
        )
        assert answer.status_code == 201, answer.text
        record: dict[str, Any] = answer.json()["record"]
        return record

    def applicant(self, person: dict[str, Any], organisation: Organisation) -> str:
        """The token of an applicant."""
        return token_at(
            organisation,
            "APPLICANT",
            sub=UUID(person["account_id"]),
            person_id=UUID(person["id"]),
            name=person["name"],
        )

    async def activate(self, activation: dict[str, str], password: str = PASSWORD) -> None:
        """Set the first password with the code."""
        body = {"login": activation["login"], "code": activation["code"], "password": password}
        answer = await self.ask("POST", "/v1/accounts/activate", None, body)
        assert answer.status_code == 200, answer.text

    async def sign_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        """A try to sign in."""
        return await self.ask("POST", "/v1/sessions", None, {"login": login, "password": password})


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem an answer tells, which must be the one expected."""
    assert answer.status_code == status, answer.text
    problem: dict[str, Any] = answer.json()
    assert problem["code"] == code, problem
    assert answer.headers["content-type"] == "application/problem+json"
    return problem


def cites(told: dict[str, Any]) -> list[str]:
    """The articles an answer rests on."""
    return [basis["cite"] for basis in told["basis"]]
