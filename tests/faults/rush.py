"""Units with posts and people in a running stack, written past the API, and clerks who recommend all of them at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from joserfc.jwk import OKPKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.local.bootstrap import service_url
from deploy.local.stack import Stack
from services.kit import clock
from services.kit.db import Database
from services.kit.ids import new_id
from services.quota import main as _every_model_of_quota  # noqa: F401 - tables that others refer to
from services.quota.annual_form.model import AnnualForm, FormColumn
from services.quota.ledger.model import Ledger
from services.workflow import main as _every_model  # noqa: F401 - as above
from services.workflow.recommendation.model import RecommendationPlan
from tests.services.accounts.world import token_at
from tests.services.workflow import season
from tests.services.workflow.neighbours import Neighbours
from tests.services.workflow.ranked import Listed, put_on_lists

LEVEL, SERIES = season.LEVEL, season.SERIES
NOVEMBER = datetime(2023, 11, 2, 1, tzinfo=UTC)
YEAR = 2023
A_LONG_DAY = 12 * 3600
PATIENCE, PAUSE = 60, 0.3
AGAIN = (
    httpx.codes.TOO_MANY_REQUESTS,
    httpx.codes.BAD_GATEWAY,
    httpx.codes.SERVICE_UNAVAILABLE,
    httpx.codes.GATEWAY_TIMEOUT,
)
"""Answers that ask to come again."""
ORGANISATION = """
insert into organisation (id, province, name, kind, level, nature, region_code, parent_id, uscc, state, lineage)
values (:id, 'qinghai', :name, 'EMPLOYER', 'PROVINCE', 'PUBLIC_INSTITUTION', '630000', :root, :uscc, 'ACTIVE', :lineage)
"""
ACCOUNT = """
insert into account (id, province, login, name, organisation_id)
values (:account_id, 'qinghai', :login, :name, :unit_id)
"""
PERSON = """
insert into person (id, province, account_id, name, kind, employer_id, state, lineage)
values (:id, 'qinghai', :account_id, :name, 'ON_ESTABLISHMENT', :unit_id, 'ACTIVE', :lineage)
"""


@dataclass(frozen=True)
class Unit:
    """An institution with so many places for associate senior, its published plan, and its people."""

    lineage: tuple[UUID, ...]
    places: int
    people: tuple[UUID, ...]
    token: str
    id: UUID
    plan_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class Wish:
    """A recommendation that a unit's clerk asks for, again under the same key until there is an answer."""

    unit: Unit
    person_id: UUID
    key: UUID = field(default_factory=uuid4)


@dataclass
class Rush:
    """The stack with an open season, and what its databases hold."""

    stack: Stack
    http: httpx.AsyncClient
    admin: asyncpg.Connection
    databases: dict[str, Database]
    root: UUID
    cycle_id: UUID
    answered: int = 0

    async def units(self, count: int, *, places: int, people: int) -> list[Unit]:
        """So many institutions, each with so many places and people."""
        made = [self._unit(places, people) for _ in range(count)]
        async with self.databases["accounts"].begin() as tx:
            await self._employ(tx, made)
        async with self.databases["quota"].begin() as tx:
            await self._approve(tx, made)
        async with self.databases["workflow"].begin() as tx:
            tx.add_all(self._plan(unit) for unit in made)
            await tx.flush()
            await put_on_lists(tx, [each for unit in made for each in self._listed(unit)])
        return made

    def _unit(self, places: int, people: int) -> Unit:
        unit_id = new_id()
        lineage = (self.root, unit_id)
        nodes = [
            {"id": str(self.root), "kind": "HRSS", "level": "PROVINCE"},
            {"id": str(unit_id), "kind": "EMPLOYER", "level": "PROVINCE"},
        ]
        key = OKPKey.import_key(self.stack.keys.signing_keys["keys"][0])
        given = {"id": str(unit_id), "lineage": nodes}
        token = token_at(given, "RECOMMENDER", key=key, expires_in=A_LONG_DAY)
        return Unit(lineage, places, tuple(new_id() for _ in range(people)), token, unit_id)

    async def _employ(self, tx: AsyncSession, units: Sequence[Unit]) -> None:
        organisations = [
            {
                "id": unit.id,
                "name": f"单位{unit.id.hex[-8:]}",
                "root": self.root,
                "uscc": unit.id.hex[-18:].upper(),
                "lineage": list(unit.lineage),
            }
            for unit in units
        ]
        people = [
            {
                "id": person,
                "account_id": uuid4(),
                "login": f"p{person.hex}",
                "name": "李医生",
                "unit_id": unit.id,
                "lineage": list(unit.lineage),
            }
            for unit in units
            for person in unit.people
        ]
        await tx.execute(text(ORGANISATION), organisations)
        await tx.execute(text(ACCOUNT), people)
        await tx.execute(text(PERSON), people)

    async def _approve(self, tx: AsyncSession, units: Sequence[Unit]) -> None:
        forms = [(unit, new_id()) for unit in units]
        told = {"province": "qinghai", "year": YEAR, "hrss_id": self.root}
        tx.add_all(
            AnnualForm(
                id=form, unit_id=unit.id, revision=1, state="APPROVED", lineage=list(unit.lineage), **told
            )
            for unit, form in forms
        )
        await tx.flush()
        figures = {"employed": 0, "qualified_not_employed": 0, "exits": 0}
        for unit, form in forms:
            for level in ("FULL_SENIOR", LEVEL, "MIDDLE", "JUNIOR"):
                approved = unit.places if level == LEVEL else 0
                tx.add(FormColumn(form_id=form, level=level, approved=approved, **figures))
            tx.add(Ledger(unit_id=unit.id, year=YEAR, form_id=form))

    def _plan(self, unit: Unit) -> RecommendationPlan:
        return RecommendationPlan(
            id=unit.plan_id,
            province="qinghai",
            unit_id=unit.id,
            cycle_id=self.cycle_id,
            policy_text="政策",
            conditions="条件",
            procedure="程序",
            posts=[{"level": LEVEL, "count": unit.places}],
            state="PUBLISHED",
            published_at=NOVEMBER,
            lineage=list(unit.lineage),
        )

    def _listed(self, unit: Unit) -> Iterable[Listed]:
        """Everybody of the unit, as equals: whoever is recommended first gets the place."""
        for person in unit.people:
            yield Listed(
                plan_id=unit.plan_id,
                cycle_id=self.cycle_id,
                person_id=person,
                account_id=uuid4(),
                person_name="李医生",
                series=SERIES,
                level=LEVEL,
            )

    async def ask_once(self, wish: Wish) -> httpx.Response | None:
        """The answer to a wish; None where the connection breaks."""
        body = {
            "plan_id": str(wish.unit.plan_id),
            "person_id": str(wish.person_id),
            "series": SERIES,
            "level": LEVEL,
        }
        headers = {"authorization": f"Bearer {wish.unit.token}", "idempotency-key": str(wish.key)}
        try:
            return await self.http.post("/v1/recommendations", json=body, headers=headers)
        except httpx.TransportError:
            return None

    async def ask(self, wish: Wish) -> httpx.Response:
        """The final answer to a wish: it is asked again while somebody is away or busy."""
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await self.ask_once(wish)
                if answer is not None and answer.status_code not in AGAIN:
                    self.answered += 1
                    return answer
                await asyncio.sleep(PAUSE)

    async def ask_all(self, wishes: Iterable[Wish], *, at_once: int) -> dict[Wish, httpx.Response]:
        """The answers to many wishes."""
        turn = asyncio.Semaphore(at_once)

        async def one(wish: Wish) -> tuple[Wish, httpx.Response]:
            async with turn:
                return wish, await self.ask(wish)

        return dict(await asyncio.gather(*map(one, wishes)))

    async def until(self, query: str, holds: Callable[[Any], bool], *given: Any) -> Any:
        """What a query tells once that is as wanted."""
        async with asyncio.timeout(PATIENCE):
            while not holds(found := await self.admin.fetchval(query, *given)):
                await asyncio.sleep(PAUSE)
            return found

    async def settled(self) -> None:
        """Wait until every hold is known or given back."""
        unknown = "select count(*) from quota.reservation where state = 'HELD' and known_at is null"
        await self.until(unknown, lambda found: found == 0)


@asynccontextmanager
async def begun(stack: Stack) -> AsyncIterator[Rush]:
    """The stack in November, with everything published."""
    async with AsyncExitStack() as opened:
        databases = {}
        for name in ("accounts", "quota", "workflow"):
            url = service_url(str(stack.layout.database_url), name, stack.keys.role_passwords[name])
            databases[name] = Database(url.replace("postgresql://", "postgresql+asyncpg://", 1), pool_size=1)
            opened.push_async_callback(databases[name].close)
            async with databases[name].begin() as tx:
                await clock.set_clock(tx, NOVEMBER)
        admin = await asyncpg.connect(stack.layout.database_url)
        opened.push_async_callback(admin.close)
        root = await admin.fetchval("select id from accounts.organisation where parent_id is null")
        began = await season.begin(lambda name: databases[name].begin(), Neighbours())
        limits = httpx.Limits(max_connections=None)
        http = httpx.AsyncClient(base_url=stack.url("workflow"), timeout=60, trust_env=False, limits=limits)
        yield Rush(stack, await opened.enter_async_context(http), admin, databases, root, began.cycle_id)
