"""A hospital under a provincial authority, a school under its prefecture's HRSS alone, and who acts for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.services.quota.bodies import YEAR, levels, wish
from tests.services.quota.directory import Directory
from tests.services.quota.people import Unit, ask, service_token


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
    """`await file(unit, ASSOCIATE_SENIOR=(5, 4, 0, 0))`: file a form; the figures are typed in the table's order."""

    async def file_form(unit: Unit, **columns: tuple[int, ...]) -> dict[str, Any]:
        body = {"unit_id": unit.id, "year": YEAR, "levels": levels(**columns)}
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
