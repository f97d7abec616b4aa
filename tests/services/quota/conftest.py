"""A hospital under a provincial authority, a school under its prefecture's HRSS alone, and who acts for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.kit.auth import Actor, Seat
from services.kit.clock import now
from services.quota import policy
from services.quota.contract import PostPool, TitleLevel
from services.quota.main import articles_named
from services.quota.staffing.bulk import Batch, Opening, OpeningPost, Plan, record_many
from services.quota.staffing.service import keeper_of
from tests.platform.settings import POLICIES
from tests.services.quota.bodies import YEAR, levels, wish
from tests.services.quota.directory import Directory
from tests.services.quota.people import Unit, ask, service_token
from tests.services.quota.staffing import Book

NOTICE = policy.load(POLICIES, "qinghai", used=articles_named()).of(YEAR)
OPENED = date(YEAR - 1, 12, 31)
"""The evening as of which ledgers begin."""


@pytest.fixture
def hospital(node) -> Unit:
    """A provincial hospital: 省人社厅, 省卫健委, hospital."""
    province, authority = node("HRSS", "PROVINCE"), node("AUTHORITY", "PROVINCE")
    return Unit((province, authority, node("EMPLOYER", "PROVINCE")))


@pytest.fixture
def school(node) -> Unit:
    """A unit that a prefecture's HRSS manages itself: no authority stands above it."""
    return Unit((node("HRSS", "PROVINCE"), node("HRSS", "PREFECTURE"), node("EMPLOYER", "PREFECTURE")))


@pytest.fixture
async def quota(client) -> httpx.AsyncClient:
    """HTTP on the quota service; each call names who makes it."""
    return await client("quota")


@pytest.fixture
def file(quota) -> Callable[..., Awaitable[dict[str, Any]]]:
    """`await file(unit, ASSOCIATE_SENIOR=(5, 4, 0, 0))`: file a form; the figures are typed in the table's order.

    Without figures they are the staffing ledger's.
    """

    async def file_form(unit: Unit, **columns: tuple[int, ...]) -> dict[str, Any]:
        body = {"unit_id": unit.id, "year": YEAR, **({"levels": levels(**columns)} if columns else {})}
        answer = await ask(quota, "POST", "/v1/annual-forms", unit.recommender, body)
        assert answer.status_code == 201, answer.text
        return answer.json()["record"]

    return file_form


@pytest.fixture
def act(quota) -> Callable[..., Awaitable[httpx.Response]]:
    """`await act(form, "SUBMIT", token)`: take a step; the answer as it came."""

    async def take(form: dict[str, Any], action: str, token: str, **body: Any) -> httpx.Response:
        path = f"/v1/annual-forms/{form['id']}/actions/{action}"
        return await ask(quota, "POST", path, token, {"version": form["version"], **body})

    return take


@pytest.fixture
def approve(file, act) -> Callable[..., Awaitable[dict[str, Any]]]:
    """`await approve(unit, ASSOCIATE_SENIOR=(5, 4, 0, 0))`: file a form and bring it through its review."""

    async def approve_form(unit: Unit, **columns: tuple[int, ...]) -> dict[str, Any]:
        form = await file(unit, **columns)
        for action, token in unit.way_up():
            answer = await act(form, action, token)
            assert answer.status_code == 200, answer.text
            form = answer.json()["record"]
        return form

    return approve_form


@pytest.fixture
def reserve(quota) -> Callable[..., Awaitable[httpx.Response]]:
    """`await reserve(unit)`: ask for an associate senior place as workflow does; fields can be bent."""

    async def ask_for_place(unit: Unit, *, by: str | None = None, **fields: Any) -> httpx.Response:
        return await ask(quota, "POST", "/v1/reservations", by or service_token(), wish(unit, **fields))

    return ask_for_place


@pytest.fixture
def directory() -> Directory:
    """Accounts with the organisations that a test lets it know."""
    return Directory()


@pytest.fixture
async def acquainted(client, directory) -> httpx.AsyncClient:
    """HTTP on a quota service that asks this directory."""
    return await client("quota", transports={"accounts": directory.transport})


@pytest.fixture
def ledger(session) -> Callable[..., Awaitable[list[str]]]:
    """`await ledger(unit, plans={"MIDDLE": 2}, people=["MIDDLE"])`: begin a unit's staffing ledger.

    Answers the ids of the people in post, each on a post of the level named.
    """

    async def begin(
        unit: Unit, plans: dict[str, int], people: Sequence[str] = (), pool: str = "GENERAL"
    ) -> list[str]:
        seat = Seat(role="RECOMMENDER", organisation_id=unit.lineage[-1].id, lineage=unit.lineage)
        keeper = keeper_of(
            Actor(uuid4(), "person", "测试经办", (seat,)), seat.organisation_id, NOTICE, "qinghai"
        )
        ids = [uuid4() for _ in people]
        posts = [
            OpeningPost(level=TitleLevel(level), pool=PostPool(pool), title="现任职称") for level in people
        ]
        batch = Batch(
            on=OPENED,
            openings=[
                Opening(name=f"人员{place}", person_id=ids[place], post=post)
                for place, post in enumerate(posts)
            ],
            plans=[
                Plan(
                    level=TitleLevel(level), posts=number, document="青人社岗〔2022〕1号", pool=PostPool(pool)
                )
                for level, number in plans.items()
            ],
        )
        async with session("quota") as tx:
            await record_many(tx, batch, keeper, NOTICE, await now(tx, simulated=True))
        return [str(each) for each in ids]

    return begin


@pytest.fixture
def book(quota, hospital) -> Book:
    """The hospital's staffing ledger."""
    return Book(quota, hospital)


@pytest.fixture
def move(quota):
    """`await move(unit, "RETIRED", person)`: record a movement of a person in the unit's ledger."""

    async def record(unit: Unit, cause: str, person_id: str, **more: Any) -> dict[str, Any]:
        body = {
            "unit_id": unit.id,
            "cause": cause,
            "on_date": f"{YEAR}-03-01",
            "member": {"name": more.pop("name", "退出人员"), "person_id": person_id},
            "document": "青人社退〔2023〕12号",
            "reason": "达到退休年龄",
            **more,
        }
        answer = await ask(quota, "POST", "/v1/staffing/movements", unit.recommender, body)
        assert answer.status_code == 201, answer.text
        return answer.json()["record"]

    return record
