"""Who is told what, and what ends a stream."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from sqlalchemy import text

from services.notifications.live import feed
from services.notifications.live.position import Position
from tests.services.notifications.live.conftest import Accounts, Listener


async def test_each_hears_what_the_own_inbox_holds_and_nothing_else(live, token, seat, node, reader, send):
    """Every audience, with and without roles, against every kind of reader: a stream tells what a page would list."""
    root, unit, other = node("HRSS", "PROVINCE"), node("EMPLOYER", "PROVINCE"), node("EMPLOYER", "PROVINCE")
    person, account = uuid4(), uuid4()
    readers: dict[str, tuple[int, dict[str, Any]]] = {
        "person": (4, {"person_id": person, "sub": account}),
        "stranger": (2, {"person_id": uuid4()}),
        "reviewer": (7, {"seats": [seat("REVIEWER", root, unit)]}),
        "recommender": (4, {"seats": [seat("RECOMMENDER", root, unit)]}),
        "elsewhere": (3, {"seats": [seat("REVIEWER", root, other)]}),
        "above": (3, {"seats": [seat("REVIEWER", root)]}),
        "nobody": (2, {}),
    }
    keys = [f"person/{person}", f"account/{account}", f"seats/{unit.id}", f"within/{unit.id}", "everyone"]
    url = await live()
    who = {name: {"sub": uuid4(), **facts} for name, (_, facts) in readers.items()}
    async with AsyncExitStack() as stack:
        hears = {
            name: await stack.enter_async_context(Listener(url, token(**facts)))
            for name, facts in who.items()
        }
        for each in hears.values():
            await each.next("unread")
        await send(*keys)
        await send(*keys, roles=("REVIEWER",))
        await send(*(f"account/{facts['sub']}" for facts in who.values()))
        for name, facts in who.items():
            page = await (await reader(**facts)).get("/v1/inbox", params={"first": 100})
            listed = {each["id"] for each in page.json()["items"]}
            told = {(await hears[name].next("message")).json()["id"] for _ in listed}
            assert told == listed, name
            assert len(listed) == readers[name][0]


async def test_a_stream_ends_with_its_token_or_when_a_seat_is_lost(live, token, seat, node):
    """It says why, so that a client refreshes its token; while accounts is away the token is believed."""
    root, unit = node("HRSS", "PROVINCE"), node("EMPLOYER", "PROVINCE")
    accounts = Accounts()
    url = await live(accounts, live_recheck_seconds=0.1, live_heartbeat_seconds=0.1)
    async with Listener(url, token(expires_in=2)) as heard:
        assert (await heard.rest())[-1].json() == {"reason": "TOKEN_ENDED"}
    async with Listener(url, token(expires_in=-1)) as heard:
        assert heard.answer.status_code == 401
    held = [seat("REVIEWER", root, unit), seat("RECOMMENDER", root, unit)]
    accounts.roles = [{"role": each.role, "organisation_id": str(unit.id)} for each in held]
    async with Listener(url, token(held)) as heard:
        await heard.next("unread")
        accounts.status = 500
        await asyncio.sleep(0.3)
        accounts.status = 200
        del accounts.roles[0]
        end = (await heard.rest())[-1]
        assert (end.event, end.json()) == ("bye", {"reason": "RIGHTS_CHANGED"})
        assert end.retry


async def test_streams_are_limited_by_account_and_by_process(live, token):
    """One too many is refused with when to come again; a stream that ends makes room."""
    url = await live(live_streams_per_account=2, live_streams=3)
    mine, theirs = token(sub=uuid4()), token(sub=uuid4())
    async with AsyncExitStack() as stack:
        for each in (mine, mine, theirs):
            heard = await stack.enter_async_context(Listener(url, each))
            await heard.next("unread")
        refusals = {mine: (429, "TOO_MANY_STREAMS"), theirs: (503, "STREAMS_FULL")}
        for each, (status, code) in refusals.items():
            async with Listener(url, each) as refused:
                told = await refused.answer.aread()
                assert (refused.answer.status_code, code.encode() in told) == (status, True)
                assert int(refused.answer.headers["retry-after"]) > 0
    for _ in range(50):
        async with Listener(url, mine) as heard:
            if heard.answer.is_success:
                break
        await asyncio.sleep(0.1)
    assert heard.answer.is_success


async def test_no_stream_slips_in_beside_another(apps, database, token):
    """Asked for at once, before one has begun to be sent, no more are let in than may be; whoever goes makes room."""
    taken = asyncio.Event()

    async def asked(app: FastAPI, query: bytes = b"") -> int:
        """The status of an answer that a client does not take until all have asked."""
        status: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def send(told: Any) -> None:
            if told["type"] == "http.response.start":
                status.set_result(told["status"])
            await taken.wait()

        async def receive() -> dict[str, Any]:
            await taken.wait()
            return {"type": "http.disconnect"}

        headers = [(b"authorization", f"Bearer {mine}".encode())]
        scope = {"type": "http", "method": "GET", "path": "/v1/inbox/stream", "query_string": query}
        going.append(asyncio.ensure_future(app({**scope, "headers": headers}, receive, send)))
        return await asyncio.wait_for(status, 30)

    mine, going = token(sub=uuid4()), []
    async with AsyncExitStack() as stack:
        app = await apps.fresh("notifications", stack, {"live_streams_per_account": 2}, {})
        assert await asked(app, b"after=nonsense") == 422
        assert [await asked(app) for _ in range(3)] == [200, 200, 429]
        taken.set()
        await asyncio.gather(*going)
        assert await asked(app) == 200
        await asyncio.gather(*going)


async def test_who_does_not_keep_up_is_cut_off_and_goes_on_by_cursor(live, token, send):
    """A reader that takes nothing holds a bounded line only; afterwards it gets each message once, in order."""
    person, many = uuid4(), 400
    url = await live(live_queue=20, live_send_seconds=0.5)
    mine = token(person_id=person)
    async with Listener(url, mine) as slow:
        ready = await slow.next("ready")
        for _ in range(4):
            await send(f"person/{person}", times=many // 4)
        rest = await slow.rest()
    seen = [each for each in (*slow.seen, *rest) if each.event == "message"]
    last = next((each.id for each in reversed(seen)), ready.id)
    assert len(seen) < many
    while len(seen) < many:  # whatever comes at once and is more than the line holds cuts it off again
        async with Listener(url, mine, headers={"last-event-id": last}) as heard:
            seen += await heard.up_to(many - len(seen), "message")
        last = seen[-1].id if seen else last
    ids = [each.json()["id"] for each in seen]
    assert len(ids) == len(set(ids)) == many


async def test_a_cursor_is_ours_and_not_too_old(live, token, send, session):
    """What is no cursor is refused; one from before what is kept, or of another server, is told to load anew, and goes on."""
    url, person = await live(), uuid4()
    mine = token(person_id=person)
    for wrong in ("x", "1-", "-1-1", "1-1-1", "9" * 19 + "-1", "１-１"):
        async with Listener(url, mine, after=wrong) as heard:
            assert heard.answer.status_code == 422
            assert b"CURSOR_MALFORMED" in await heard.answer.aread()
    async with Listener(url, mine) as heard:
        start = (await heard.next("ready")).id
    await send(f"person/{person}")
    async with Listener(url, mine, after="x", headers={"last-event-id": start}) as heard:
        kept = (await heard.next("message")).id
    async with session("notifications") as tx:
        await feed.forget(tx, timedelta())
    for foreign in (start, f"{10**17}-1"):
        async with Listener(url, mine, after=foreign) as heard:
            assert (await heard.next("reset", "message")).event == "reset"
            await send(f"person/{person}")
            assert Position.read((await heard.next("message")).id) > Position.read(kept)
    async with session("notifications") as tx:
        await tx.execute(text("update inbox_change set xid = xid + 1000000000"))
        await tx.execute(text("update inbox_change_kept set since_xid = since_xid + 1000000000"))
        await feed.forget(tx, timedelta(days=1))
        assert await tx.scalar(text("select count(*) from inbox_change")) == 0
        assert (await feed.standing(tx)).since == 0
