"""The inbox live through the gateway: over a WebSocket with somebody else's client, and over server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import websockets
from asgi_lifespan import LifespanManager
from gql import Client, GraphQLRequest, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from httpx_sse import aconnect_sse

from gateway.main import create
from gateway.notifications.inbox_live import PATIENCE_SECONDS, events
from gateway.settings import GatewaySettings
from gateway.streams import Streams
from services.kit import clock
from services.kit.auth import TokenVerifier
from services.kit.errors import Unavailable
from services.neighbours.client import Neighbour
from services.notifications.inbox import withdrawal
from services.notifications.inbox.channel import InboxChannel
from tests.platform.serving import served
from tests.platform.tokens import bearer, mint, trusted
from tests.services.notifications.live.conftest import Accounts, notice

CHANGES = """subscription($after: String) {
  inboxChanges(after: $after) { kind cursor unread readId readAt message { id title } }
}"""
Front = Callable[..., Any]


@pytest.fixture
async def front(apps: Any, database: str) -> AsyncIterator[Front]:
    """`url = await front(max_depth=2)`: a gateway over a notifications service, both served over HTTP."""
    async with AsyncExitStack() as stack:

        async def start(**settings: Any) -> str:
            fake = httpx.ASGITransport(app=Accounts().app)
            app = await apps.fresh("notifications", stack, {}, {"transports": {"accounts": fake}})
            inner = await stack.enter_async_context(served(app, app.state.live.tail.stop))
            gateway = create(
                GatewaySettings(notifications_url=inner, **settings), verifier=TokenVerifier(trusted())
            )
            await stack.enter_async_context(LifespanManager(gateway))
            return await stack.enter_async_context(served(gateway, gateway.state.streams.end))

        yield start


@pytest.fixture
def send(session: Any) -> Callable[[UUID], Awaitable[None]]:
    """`await send(person)`: a message to that person."""

    async def write(person: UUID) -> None:
        async with session("notifications") as tx:
            await InboxChannel("qinghai").deliver(tx, [notice(f"person/{person}")])

    return write


def socket(url: str, token: str) -> WebsocketsTransport:
    """A socket of somebody's."""
    wire = url.replace("http", "ws", 1) + "/graphql"
    return WebsocketsTransport(wire, init_payload={"authorization": f"Bearer {token}"}, close_timeout=1)


class Told:
    """What a subscription tells."""

    def __init__(self, changes: AsyncIterator[dict[str, Any]]) -> None:
        self._changes = changes

    async def next(self, kind: str) -> dict[str, Any]:
        """The next change of a kind."""
        async for each in self._changes:
            change: dict[str, Any] = each["inboxChanges"]
            if change["kind"] == kind:
                return change
        raise AssertionError(kind)


async def test_a_subscription_tells_the_inbox_and_goes_on_by_its_cursor(front: Front, send: Any) -> None:
    """Messages, what is read and how much is not come live; after a break everything since the cursor comes."""
    url, person = await front(), uuid4()
    token = mint(person_id=person)
    async with Client(transport=socket(url, token)) as session:
        told = Told(session.subscribe(gql(CHANGES)))
        ready = await told.next("READY")
        assert (await told.next("UNREAD"))["unread"] == 0
        await send(person)
        message = (await told.next("MESSAGE"))["message"]
        assert message["title"] == "标题"
        assert (await told.next("UNREAD"))["unread"] == 1
        act = 'mutation { readThread(input: {subject: "%s"}) { unread errors { code } } }'
        async with httpx.AsyncClient(base_url=url, headers=bearer(token), trust_env=False) as http:
            asked = "{ inboxThreads(first: 5) { edges { node { subject messages unread latest { id } all(first: 5) { edges { node { id } } } } } } unreadCounts { unread personal seats { role } cursor } }"
            data = (await http.post("/graphql", json={"query": asked})).json()["data"]
            [thread] = [edge["node"] for edge in data["inboxThreads"]["edges"]]
            assert thread["latest"]["id"] == thread["all"]["edges"][0]["node"]["id"] == message["id"]
            assert (data["unreadCounts"]["unread"], data["unreadCounts"]["personal"]) == (1, 1)
            done = (await http.post("/graphql", json={"query": act % thread["subject"]})).json()["data"]
            assert done["readThread"] == {"unread": 0, "errors": []}
        assert (await told.next("READ"))["readId"] == message["id"]
    async with Client(transport=socket(url, token)) as session:
        told = Told(session.subscribe(GraphQLRequest(CHANGES, variable_values={"after": ready["cursor"]})))
        assert (await told.next("MESSAGE"))["message"] == message
        assert (await told.next("READ"))["readId"] == message["id"]


async def test_what_is_withdrawn_is_told_to_whoever_looks(front: Front, session: Any) -> None:
    """The message comes once more as it reads now, and is unread no longer."""
    url, person, told_of = await front(), uuid4(), notice("everyone")
    async with Client(transport=socket(url, mint(person_id=person))) as socket_of:
        told = Told(socket_of.subscribe(gql(CHANGES)))
        assert (await told.next("UNREAD"))["unread"] == 0
        async with session("notifications") as tx:
            await InboxChannel("qinghai").deliver(tx, [told_of])
        message = (await told.next("MESSAGE"))["message"]
        assert (await told.next("UNREAD"))["unread"] == 1
        async with session("notifications") as tx:
            moment = await clock.now(tx, simulated=False)
            await withdrawal.withdraw(tx, told_of.event_id, "日期有误", moment)
        assert (await told.next("WITHDRAWN"))["message"] == message | {"title": "（已撤回）标题"}
        assert (await told.next("UNREAD"))["unread"] == 0


async def test_the_same_over_server_sent_events(front: Front, send: Any) -> None:
    """A subscription by POST with `Accept: text/event-stream`, nothing of it kept back by proxies."""
    url, person = await front(), uuid4()
    async with httpx.AsyncClient(
        base_url=url, headers=bearer(mint(person_id=person)), trust_env=False
    ) as http:
        async with aconnect_sse(http, "POST", "/graphql", json={"query": CHANGES}) as heard:
            assert heard.response.headers["x-accel-buffering"] == "no"
            kinds = []
            async for event in heard.aiter_sse():
                change = json.loads(event.data)["data"]["inboxChanges"]
                kinds.append(change["kind"])
                if change["kind"] == "UNREAD" and not change["unread"]:
                    await send(person)
                if change["kind"] == "MESSAGE":
                    break
        assert kinds == ["READY", "UNREAD", "MESSAGE"]


async def test_who_a_socket_is_closed_to(front: Front) -> None:
    """Strangers, and who does not speak the protocol."""
    url = await front()
    wire = url.replace("http", "ws", 1) + "/graphql"
    for payload in (
        {},
        {"authorization": "Bearer forged"},
        {"authorization": f"Bearer {mint(expires_in=-1)}"},
    ):
        async with websockets.connect(wire, subprotocols=["graphql-transport-ws"]) as stranger:
            await stranger.send(json.dumps({"type": "connection_init", "payload": payload}))
            with pytest.raises(websockets.ConnectionClosedError) as closed:
                await stranger.recv()
            assert closed.value.rcvd.code == 4403
    for wrong in (
        "[]",
        '"x"',
        '{"type": "subscribe", "id": "1", "payload": [1]}',
        '{"id": {}}',
        "{",
        '{"type": "x"}',
    ):
        async with websockets.connect(wire, subprotocols=["graphql-transport-ws"]) as clumsy:
            await clumsy.send(wrong)
            with pytest.raises(websockets.ConnectionClosedError) as closed:
                await clumsy.recv()
            assert closed.value.rcvd.code == 4400


async def test_a_page_of_another_origin_opens_no_socket(front: Front) -> None:
    """A browser names the origin of its page: ours and those of the settings are let in, `null` and all others are not."""
    url = await front(origins="https://front.example,https://other.example")
    wire = url.replace("http", "ws", 1) + "/graphql"
    for origin in (
        "https://evil.example",
        "https://front.example.evil.example",
        "null",
        "http://front.example",
    ):
        with pytest.raises(websockets.InvalidStatus) as refused:
            await websockets.connect(wire, subprotocols=["graphql-transport-ws"], origin=origin)
        assert refused.value.response.status_code == 403
    for origin in ("https://front.example", url):
        async with websockets.connect(wire, subprotocols=["graphql-transport-ws"], origin=origin) as welcome:
            payload = {"authorization": f"Bearer {mint()}"}
            await welcome.send(json.dumps({"type": "connection_init", "payload": payload}))
            assert json.loads(await welcome.recv())["type"] == "connection_ack"


async def test_one_account_does_not_take_every_socket(front: Front) -> None:
    """Beyond its own it is closed to the account, and to nobody else; who closes one may open another."""
    url = await front(max_sockets_per_account=1)
    wire, mine, other = url.replace("http", "ws", 1) + "/graphql", mint(), mint()

    async def opened(stack: AsyncExitStack, token: str) -> bool:
        wanted = websockets.connect(wire, subprotocols=["graphql-transport-ws"])
        one = await stack.enter_async_context(wanted)
        payload = {"authorization": f"Bearer {token}"}
        await one.send(json.dumps({"type": "connection_init", "payload": payload}))
        with suppress(websockets.ConnectionClosedError):
            return json.loads(await one.recv())["type"] == "connection_ack"
        assert one.close_code == 4403
        return False

    async with AsyncExitStack() as stack:
        assert [await opened(stack, each) for each in (mine, mine, other)] == [True, False, True]
    async with AsyncExitStack() as stack, asyncio.timeout(10):
        while not await opened(stack, mine):
            await asyncio.sleep(0.05)


async def test_what_a_socket_refuses(front: Front) -> None:
    """Other operations than subscriptions, documents that are too large, cursors of nobody's; never internals."""
    url, token = await front(max_depth=2), mint()
    deep = "subscription { inboxChanges { message { basis { cite } } } }"
    asked = {
        "{ clock { instant } }": "SUBSCRIPTIONS_ONLY",
        "mutation { readAllMessages(input: {}) { unread } }": "SUBSCRIPTIONS_ONLY",
        deep: "DOCUMENT_TOO_LARGE",
        'subscription { inboxChanges(after: "x") { kind } }': "CURSOR_MALFORMED",
        "subscription { nothing }": "GRAPHQL_VALIDATION_FAILED",
    }
    async with Client(transport=socket(url, token)) as session:
        for document, code in asked.items():
            with pytest.raises(TransportQueryError) as refused:
                async for _ in session.subscribe(gql(document)):
                    pass
            [error] = refused.value.errors
            assert error["extensions"]["code"] == code
            assert error["extensions"]["requestId"]


async def test_a_subscription_ends_with_its_token(front: Front) -> None:
    """The end is an error that says why."""
    url = await front()
    async with Client(transport=socket(url, mint(expires_in=2))) as session:
        with pytest.raises(TransportQueryError) as ended:
            async for _ in session.subscribe(gql(CHANGES)):
                pass
        assert ended.value.errors[0]["extensions"]["code"] == "TOKEN_INVALID"


async def test_a_subscription_ends_with_the_rights_of_its_caller() -> None:
    """What notifications says when a role is taken away ends it over both transports, with an error that says why."""
    goodbye = b'event: bye\ndata: {"reason": "RIGHTS_CHANGED"}\n\n'
    told = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=goodbye)
    there = httpx.MockTransport(lambda _: told)
    app = create(GatewaySettings(), verifier=TokenVerifier(trusted()), transports={"notifications": there})
    async with LifespanManager(app), served(app, app.state.streams.end) as url:
        async with Client(transport=socket(url, mint())) as session:
            with pytest.raises(TransportQueryError) as ended:
                async for _ in session.subscribe(gql(CHANGES)):
                    pass
        assert ended.value.errors[0]["extensions"]["code"] == "SEATS_CHANGED"
        async with (
            httpx.AsyncClient(base_url=url, headers=bearer(mint()), trust_env=False) as http,
            aconnect_sse(http, "POST", "/graphql", json={"query": CHANGES}) as heard,
        ):
            told_last = [json.loads(each.data) async for each in heard.aiter_sse() if each.data]
        assert told_last[0]["errors"][0]["extensions"]["code"] == "SEATS_CHANGED"


class Breaking:
    """A notifications service as a gateway meets it: each connection does the next thing; `now` is the gateway's clock."""

    def __init__(self, *does: str) -> None:
        self.does = list(does)
        self.cursors: list[str | None] = []
        self.now = 0.0

    def monotonic(self) -> float:
        """The clock."""
        return self.now

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Nobody there, or a stream that tells one thing, is quiet for an hour, and breaks."""
        self.cursors.append(request.headers.get("last-event-id"))
        self.now += 1
        if (done := self.does.pop(0)) == "away":
            raise httpx.ConnectError("nobody there")
        if done == "away for long":
            self.now += PATIENCE_SECONDS
            raise httpx.ConnectError("nobody there")
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=self._hour(done))

    async def _hour(self, cursor: str) -> AsyncIterator[bytes]:
        yield f'id: {cursor}\nevent: unread\ndata: {{"unread": 0}}\n\n'.encode()
        self.now += 3600
        raise httpx.ReadError("broken off")


async def test_a_quiet_stream_that_breaks_is_sought_as_long_as_another(monkeypatch: Any) -> None:
    """Patience begins with the break, not with the last event, which may be hours ago; then the caller is told."""
    there = Breaking("1-1", "away", "away", "2-1", "away", "away for long", "never asked")
    monkeypatch.setattr("gateway.notifications.inbox_live.time", there)
    monkeypatch.setattr("gateway.notifications.inbox_live.FIRST_PAUSE", 0.001)
    neighbour = Neighbour("notifications", "http://n", transport=httpx.MockTransport(there), retries=0)
    heard: list[str] = []

    async def listen() -> None:
        async for event in events(Streams(neighbour), None):
            heard.append(event.id)  # noqa: PERF401 - what was heard before the end counts

    async with neighbour:
        with pytest.raises(Unavailable):
            await listen()
    assert heard == ["1-1", "2-1"]
    assert there.cursors == [None, "1-1", "1-1", "1-1", "2-1", "2-1"]
