"""The early season over HTTP: who acts, and each step as one call, from an empty schema to a recommendation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import yaml
from pydantic import ValidationError

from services.accounts.contract import PersonKind
from services.kit.auth import Node
from services.kit.errors import Refusal
from services.workflow.recommendation.schemas import RecommendationIn
from services.workflow.route import service as routes
from tests.platform.apps import over_asgi
from tests.platform.tokens import mint, node, seat
from tests.services.workflow.around import Around
from tests.services.workflow.ranked import Listed, put_on_lists
from tests.services.workflow.season import Sessions, notice

OCTOBER = "2023-10-16T09:00+08:00"
NOVEMBER = "2023-11-02T09:00+08:00"
AFTER_PUBLICITY = "2023-11-10T09:00+08:00"
LEVEL = "ASSOCIATE_SENIOR"
APPLICANT = "李医生"
CRITERIA_TEXT = (Path(__file__).parent / "criteria" / "example.yaml").read_text("utf-8")
CRITERIA = yaml.safe_load(CRITERIA_TEXT)
PLAN = {
    "policy_text": "按照全省统一政策择优推荐",
    "conditions": "符合卫生系列副高级评审条件",
    "procedure": "个人申请、科室评议、医院评议、公示、推荐",
    "posts": [
        {"level": LEVEL, "pool": "GENERAL", "count": 1},
        {"level": "FULL_SENIOR", "pool": "GENERAL", "count": 0},
    ],
}


@dataclass(frozen=True)
class Person:
    """A person of a unit and the account he or she signs in with."""

    id: UUID = field(default_factory=uuid4)
    account_id: UUID = field(default_factory=uuid4)


class Places:
    """The organisations of these tests."""

    def __init__(self) -> None:
        self.province = node("HRSS", "PROVINCE")
        self.prefecture = node("HRSS", "PREFECTURE")
        self.authority = node("AUTHORITY", "PROVINCE")
        self.hospital = node("EMPLOYER", "PROVINCE")
        self.department = node("INTERNAL_DEPARTMENT", "PROVINCE")
        self.clinic = node("EMPLOYER", "PREFECTURE")

    def line(self, place: Node) -> tuple[Node, ...]:
        """The organisations from the root down to `place`."""
        hospital = (self.province, self.authority, self.hospital)
        lines = {
            self.province.id: (self.province,),
            self.prefecture.id: (self.province, self.prefecture),
            self.authority.id: hospital[:2],
            self.hospital.id: hospital,
            self.department.id: (*hospital, self.department),
            self.clinic.id: (self.province, self.prefecture, self.clinic),
        }
        return lines[place.id]

    def told(self, place: Node) -> list[dict[str, str]]:
        """The same with names, as accounts tells it."""
        return [
            {"id": str(n.id), "name": f"机构{n.kind}", "kind": n.kind, "level": n.level}
            for n in self.line(place)
        ]

    def token(self, role: str, place: Node, **claims: Any) -> str:
        """A token for `role` at `place`."""
        return mint([seat(role, *self.line(place))], **claims)


@dataclass
class Stage:
    """One test's season: HTTP on workflow, the clock, the neighbours, the organisations."""

    http: httpx.AsyncClient
    at: Callable[..., Awaitable[None]]
    around: Around
    session: Sessions
    places: Places = field(default_factory=Places)
    unlisted: list[Listed] = field(default_factory=list)
    """Whom `wish` has told of, and who is not on the unit's list yet."""
    listing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @cached_property
    def officer(self) -> str:
        """The provincial HRSS's title officer."""
        return self.places.token("TITLE_OFFICER", self.places.province, name="省厅职称处")

    @cached_property
    def office(self) -> str:
        """The committee office at the provincial health authority."""
        return self.places.token("COMMITTEE_OFFICE", self.places.authority, name="省卫健委职改办")

    @cached_property
    def recommender(self) -> str:
        """Who recommends for the hospital."""
        return self.places.token("RECOMMENDER", self.places.hospital, name="医院人事科")

    @cached_property
    def reviewer(self) -> str:
        """Who decides on objections at the hospital."""
        return self.places.token("REVIEWER", self.places.hospital, name="医院纪检")

    async def time(self, instant: str) -> None:
        """Set workflow's clock."""
        await self.at(instant, "workflow")

    async def ask(
        self, method: str, path: str, token: str | None = None, body: Any = None, **headers: str
    ) -> httpx.Response:
        """One call, as whoever holds `token`."""
        await self.list_wishes()
        sent = {"authorization": f"Bearer {token}"} if token else {}
        return await self.http.request(method, f"/v1{path}", json=body, headers=sent | headers)

    async def made(self, path: str, token: str, body: Any = None) -> dict[str, Any]:
        """The record of a POST that must go well."""
        answer = await self.ask("POST", path, token, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()["record"]

    async def opened(self) -> dict[str, Any]:
        """The open cycle of 2023; it is October."""
        await self.time(OCTOBER)
        cycle = await self.made("/cycles", self.officer, {"year": 2023})
        return await self.made(f"/cycles/{cycle['id']}/actions/OPEN", self.officer)

    async def arrange(self, cycle: dict[str, Any], series: str = "HEALTH") -> dict[str, Any]:
        """The series' published arrangement."""
        body = {
            "cycle_id": cycle["id"],
            "series": series,
            "title": "2023年度卫生系列职称工作安排",
            "text": "按通知执行",
        }
        drafted = await self.made("/arrangements", self.office, body)
        return await self.made(f"/arrangements/{drafted['id']}/actions/PUBLISH", self.office)

    async def criteria(self, **changed: Any) -> dict[str, Any]:
        """Published criteria."""
        proposed = await self.made("/criteria", self.office, CRITERIA_BODY | changed)
        await self.made(f"/criteria/{proposed['id']}/actions/APPROVE", self.officer)
        return await self.made(f"/criteria/{proposed['id']}/actions/PUBLISH", self.office)

    async def ready(self) -> dict[str, Any]:
        """An open cycle whose health series can be declared in; it is November."""
        cycle = await self.opened()
        await self.arrange(cycle)
        await self.criteria()
        await self.time(NOVEMBER)
        return cycle

    async def plan(self, cycle: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """The hospital's published plan."""
        body = PLAN | {"unit_id": str(self.places.hospital.id), "cycle_id": cycle["id"]} | changed
        drafted = await self.made("/recommendation-plans", self.recommender, body)
        return await self.made(f"/recommendation-plans/{drafted['id']}/actions/PUBLISH", self.recommender)

    def employ(self, place: Node | None = None, **changed: Any) -> Person:
        """Somebody who works at `place` (the hospital's department), as accounts knows it."""
        person, place = Person(), place or self.places.department
        unit = next(n for n in reversed(self.places.line(place)) if n.kind != "INTERNAL_DEPARTMENT")
        self.around.people[person.id] = {
            "person_id": str(person.id),
            "account_id": str(person.account_id),
            "name": APPLICANT,
            "kind": "ON_ESTABLISHMENT",
            "employer_id": str(unit.id),
            "department_id": str(place.id) if place.id != unit.id else None,
            "employer_nature": "PUBLIC_INSTITUTION",
            "test_passed": True,
            "lineage": self.places.told(place),
        } | changed
        return person

    def wish(self, plan: dict[str, Any], person: Person, **changed: Any) -> dict[str, Any]:
        """The body of a recommendation; by the next call the person is on the unit's ranked list for it."""
        body = {
            "plan_id": plan["id"],
            "person_id": str(person.id),
            "series": "HEALTH",
            "level": LEVEL,
        } | changed
        self.unlisted += self.listed(plan, person, body)
        return body

    def listed(self, plan: dict[str, Any], person: Person, body: dict[str, Any]) -> Iterator[Listed]:
        """The person as one on the list of the posts wished for; nobody where the wish takes none, or is malformed."""
        with suppress(ValidationError, Refusal):
            asked = RecommendationIn.model_validate(body)
            known = self.around.people[person.id]
            pool, ground = routes.posts_of(notice(), asked.route, asked.pool, asked.ground)
            route = routes.route_of(notice(), asked.route, pool, ground, PersonKind(known["kind"]))
            if route.takes_post:
                yield Listed(
                    plan_id=UUID(plan["id"]),
                    cycle_id=UUID(plan["cycle_id"]),
                    person_id=person.id,
                    account_id=person.account_id,
                    person_name=known["name"],
                    series=asked.series,
                    specialty_id=asked.specialty_id,
                    level=asked.level,
                    pool=pool,
                    route=route.code,
                )

    async def list_wishes(self) -> None:
        """Let the unit's lists name everybody wished for, past the API."""
        async with self.listing:
            if self.unlisted:
                async with self.session("workflow") as tx:
                    await put_on_lists(tx, self.unlisted)
                self.unlisted.clear()

    def applicant(self, person: Person, place: Node | None = None) -> str:
        """The person's own token."""
        own = {"sub": person.account_id, "person_id": person.id}
        return self.places.token("APPLICANT", place or self.places.department, **own)

    async def register(self, plan: dict[str, Any], person: Person, **changed: Any) -> httpx.Response:
        """A person's interest in an associate senior post of the plan."""
        body = {"plan_id": plan["id"], "series": "HEALTH", "level": LEVEL} | changed
        return await self.ask("POST", "/registrations", self.applicant(person), body)

    async def recommended(self) -> dict[str, Any]:
        """A recommendation with its post held; it is November."""
        plan = await self.plan(await self.ready())
        return await self.made("/recommendations", self.recommender, self.wish(plan, self.employ()))

    async def publicised(self) -> dict[str, Any]:
        """A recommendation in publicity."""
        made = await self.recommended()
        return await self.made(f"/recommendations/{made['id']}/actions/PUBLICISE", self.recommender)

    async def act(
        self, made: dict[str, Any], action: str, token: str | None = None, **body: Any
    ) -> httpx.Response:
        """A step of a recommendation."""
        path = f"/recommendations/{made['id']}/actions/{action}"
        return await self.ask("POST", path, token or self.recommender, body)

    async def object_to(
        self, publicity_id: str, token: str | None = None, text: str = "业绩不实"
    ) -> httpx.Response:
        """An objection, anonymous without a token."""
        body = {"text": text, "anonymous": token is None}
        return await self.ask("POST", f"/publicities/{publicity_id}/objections", token, body)

    def know(self, *places: Node) -> None:
        """Let accounts know these organisations."""
        for place in places or (
            self.places.province,
            self.places.prefecture,
            self.places.authority,
            self.places.hospital,
        ):
            self.around.organisations[place.id] = {
                "id": str(place.id),
                "name": f"机构{place.kind}",
                "lineage": self.places.told(place),
            }


CRITERIA_BODY = {**CRITERIA, "effective_from": "2023-10-20"}


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The refusal that an answer must be."""
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    return answer.json()


def cites(told: dict[str, Any]) -> set[str]:
    """The articles a decision or refusal rests on."""
    return {each["cite"] for each in told["basis"]}


@pytest.fixture(scope="session")
def around_worker() -> Around:
    """The fake neighbours of this worker's app."""
    return Around()


@pytest.fixture(scope="session")
async def staged_app(apps, around_worker) -> AsyncIterator[object]:
    """The real app with these neighbours, made once."""
    async with AsyncExitStack() as stack:
        yield await apps.fresh("workflow", stack, {}, {"transports": around_worker.transports()})


@pytest.fixture
async def stage(database, at, session, staged_app, around_worker) -> AsyncIterator[Stage]:
    """The season's stage, on an emptied database."""
    del database
    around_worker.reset()
    async with over_asgi(staged_app) as http:
        yield Stage(http, at, around_worker, session)
