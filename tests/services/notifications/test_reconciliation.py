"""What a credit platform says that it has is compared with what it answered that it received (一（八）)."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text, update

from services.notifications.credit.model import CreditDelivery
from services.notifications.reconciliation import store
from tests.platform.apps import over_asgi
from tests.platform.settings import POLICIES
from tests.platform.tokens import bearer, mint, node, seat
from tests.services.notifications.platform import KEY
from tests.services.notifications.platform_process import started
from tests.services.notifications.test_credit import ROOT, found, happens, officer

PATH = "/v1/credit-reconciliations"
PATIENCE = 1.5
SMALL = "{every_hours: 24, lease_minutes: 60, page: 2, pages: 5, differences: 3}"
"""Pages of two, so that a list has some."""


@pytest.fixture(scope="module")
async def peer() -> AsyncIterator[str]:
    """The address of a platform that runs as a process of its own."""
    async with started(KEY) as url:
        yield url


@pytest.fixture(scope="module")
def policies(tmp_path_factory) -> Iterator[Any]:
    """The policies, with small pages of lists."""
    folder = tmp_path_factory.mktemp("policies")
    shutil.copytree(POLICIES, folder, dirs_exist_ok=True)
    file = folder / "qinghai" / "2023" / "credit.yaml"
    head, mark, _ = file.read_text().partition("reconciliation: {")
    assert mark
    file.write_text(f"{head}reconciliation: {SMALL}\n")
    return folder


@pytest.fixture
async def http(database, apps, peer, policies, session):
    """HTTP on notifications, which tells the peer and compares with it when asked to; a platform that lists nothing beside it."""
    await behave(peer, anew=True)
    platforms = {
        "national": {
            "title": "全国平台",
            "url": f"{peer}/misconduct",
            "list_url": f"{peer}/list",
            "key": KEY,
        },
        "silent": {"title": "不对账的平台", "url": f"{peer}/misconduct", "key": KEY},
    }
    settings = {
        "credit_platforms": json.dumps(platforms),
        "credit_seconds": 3600,
        "reconciliation_seconds": 3600,
        "call_timeout_seconds": PATIENCE,
        "policies_dir": policies,
    }
    async with AsyncExitStack() as stack:
        app = await apps.fresh("notifications", stack, settings, {})
        client = await stack.enter_async_context(over_asgi(app))
        client.app = app  # type: ignore[attr-defined]
        yield client


async def behave(peer: str, **told: Any) -> None:
    """Say how the platform behaves from now on."""
    async with httpx.AsyncClient(trust_env=False) as http:
        assert (await http.post(f"{peer}/behave", json=told)).is_success


async def sent(http: httpx.AsyncClient, count: int) -> list[str]:
    """The documents of so many findings that the platform answered to have received."""
    documents = [f"青人社厅函〔2024〕{n}号" for n in range(1, count + 1)]
    for each in documents:
        await happens(http, found(document_number=each))
        assert await http.app.state.sender.tell("national") == 1  # type: ignore[attr-defined]
    return documents


async def reconciled(http: httpx.AsyncClient) -> dict[str, Any]:
    """A comparison that was asked for, at its end."""
    asked = await http.post(PATH, json={"platform": "national"}, headers=bearer(officer()))
    assert asked.status_code in {201, 409}, asked.text
    await http.app.state.reconciler.once("national")  # type: ignore[attr-defined]
    return (await read(http, PATH))[0]


async def read(http: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    """What the province's officer reads."""
    return (await http.get(path, params={"first": 100}, headers=bearer(officer()))).json()["items"]


@pytest.mark.clause("1.8")
async def test_what_a_platform_forgot_is_sent_again_and_the_rest_is_told(http, peer):
    """One forgotten, one kept otherwise, one that nobody sent: found over pages; the forgotten one is there the next time."""
    await behave(peer, messages=["", "forget", "alter", "", ""], list="invent")
    documents = await sent(http, 5)
    first = await reconciled(http)
    assert (first["standing"], first["held"], first["sent"], first["differences"]) == ("DIFFERED", 5, 5, 3)
    found_ = await read(http, f"{PATH}/{first['id']}/differences")
    assert {(each["kind"], each["document_number"]) for each in found_} == {
        ("MISSING", documents[1]),
        ("ALTERED", documents[2]),
        ("UNKNOWN", None),
    }
    (told,) = [each for each in await read(http, "/v1/inbox") if "对账" in each["body"]]
    assert "全国平台" in told["body"]
    assert "3 条差异" in told["body"]
    assert await http.app.state.sender.tell("national") == 1
    await behave(peer)
    second = await reconciled(http)
    assert (second["standing"], second["held"], second["sent"], second["differences"]) == (
        "DIFFERED",
        5,
        5,
        1,
    )


async def test_what_is_being_sent_is_let_be_and_what_came_late_goes_out_again(http, peer, session):
    """Of what a platform lacks one is being sent by somebody else, one was taken after it was given up."""
    await behave(peer)
    await sent(http, 2)
    row = update(CreditDelivery)
    async with session("notifications") as tx:
        mine = CreditDelivery.platform == "national"
        leased, late = await tx.scalars(select(CreditDelivery.id).where(mine).order_by(CreditDelivery.id))
        under_way = {"attempts": 3, "leased_until": func.now() + timedelta(minutes=1), "delivered_at": None}
        await tx.execute(row.where(CreditDelivery.id == leased).values(**under_way))
        await tx.execute(row.where(CreditDelivery.id == late).values(dead_at=func.now()))
    async with session("notifications") as tx:
        await store.send_again(tx, [leased, late])
    async with session("notifications") as tx:
        found_ = {each.id: each for each in await tx.scalars(select(CreditDelivery).where(mine))}
    assert found_[leased].attempts == 3
    assert (found_[late].delivered_at, found_[late].dead_at) == (None, None)
    assert await http.app.state.sender.tell("national") == 1


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("fail", "HTTP 500"),
        ("slow", "Timeout"),
        ("garbage", "no page"),
        ("backwards", "do not ascend"),
        ("twice", "do not ascend"),
        ("elsewhere", "next page"),
        ("endless", "differ"),
    ],
)
async def test_a_list_that_cannot_be_believed_changes_nothing(http, peer, how, why):
    """It is said why; nothing is sent again; once the platform has come round, the comparison is made."""
    await behave(peer, messages=["", "", "forget"])
    await sent(http, 3)
    await behave(peer, list=how)
    failed = await reconciled(http)
    assert (failed["standing"], failed["differences"]) == ("FAILED", 0)
    assert why in failed["why"]
    assert await http.app.state.sender.tell("national") == 0
    await behave(peer)
    assert (await reconciled(http))["standing"] == "DIFFERED"
    assert await http.app.state.sender.tell("national") == 1


async def test_only_the_province_asks_and_one_at_a_time(http, peer):
    """Others are refused, a platform that lists nothing is unknown, of many that are asked for at once one is made and compared."""
    below = mint([seat("TITLE_OFFICER", ROOT, node("HRSS", "PREFECTURE"))])
    for nobody in (below, mint([seat("REVIEWER", ROOT)]), mint()):
        for method, path in (("GET", PATH), ("POST", PATH), ("GET", f"{PATH}/{ROOT.id}/differences")):
            body = {"platform": "national"} if method == "POST" else None
            refused = await http.request(method, path, json=body, headers=bearer(nobody))
            assert (refused.status_code, refused.json()["code"]) == (403, "PROVINCE_ONLY")
    supervisor = bearer(mint([seat("SUPERVISOR", ROOT)]))
    assert (await http.get(PATH, headers=supervisor)).status_code == 200
    assert (await http.post(PATH, json={"platform": "national"}, headers=supervisor)).status_code == 403
    unknown = await http.post(PATH, json={"platform": "silent"}, headers=bearer(officer()))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "PLATFORM_UNKNOWN")
    missing = await http.get(f"{PATH}/{ROOT.id}/differences", headers=bearer(officer()))
    assert (missing.status_code, missing.json()["code"]) == (404, "RECONCILIATION_NOT_FOUND")
    asked = [http.post(PATH, json={"platform": "national"}, headers=bearer(officer())) for _ in range(8)]
    answers = [each.status_code for each in await asyncio.gather(*asked)]
    assert sorted(answers) == [201] + [409] * 7
    ended = await asyncio.gather(*(http.app.state.reconciler.once("national") for _ in range(6)))
    assert sum(ended) == 1
    assert len(await read(http, PATH)) == 1


async def test_who_died_at_it_is_waited_for_and_then_it_is_begun_anew(http, peer, session):
    """While the lease lasts nobody else begins; after it the same comparison is made, once; it comes daily by itself."""
    await behave(peer, list="slow")
    dying = asyncio.create_task(http.app.state.reconciler.once("national"))
    async with asyncio.timeout(5):
        while not await read(http, PATH):
            await asyncio.sleep(0.02)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    await behave(peer)
    assert await http.app.state.reconciler.once("national") is False
    (row,) = await read(http, PATH)
    assert row["standing"] == "RUNNING"
    async with session("notifications") as tx:
        await tx.execute(text("update reconciliation set began_at = now() - interval '61 minutes'"))
    assert await http.app.state.reconciler.once("national") is True
    assert [each["standing"] for each in await read(http, PATH)] == ["AGREED"]
    assert await http.app.state.reconciler.once("national") is False
    async with session("notifications") as tx:
        await tx.execute(text("update reconciliation set began_at = now() - interval '25 hours'"))
    assert await http.app.state.reconciler.once("national") is True
