"""Who has just written is told nothing older, by the same replica of the gateway or another; nobody is while Valkey is away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from gateway.recent import Recent
from services.kit.frame import FRESH, outgoing
from tests.gateway.fakes import organisation
from tests.gateway.test_refusals import given
from tests.platform.tokens import bearer, mint
from tests.platform.valkey import ValkeyServer

SECONDS = 10.0


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[ValkeyServer]:
    """What the replicas share."""
    server = ValkeyServer(tmp_path)
    server.up()
    yield server
    server.kill()


async def told(recent: Recent, client: str) -> bool:
    """Whether the parts are told, in a request of its own, that a client wants what is now."""
    before = outgoing.set({})
    try:
        await recent.reads(client)
        return FRESH in outgoing.get()
    finally:
        outgoing.reset(before)


async def wrote(recent: Recent, client: str) -> None:
    """A client writes, in a request of its own."""
    before = outgoing.set({})
    await recent.wrote(client)
    assert FRESH in outgoing.get()
    outgoing.reset(before)


async def test_for_a_while_and_for_nobody_else():
    """The window ends by itself."""
    now = 0.0
    recent = Recent(SECONDS, clock=lambda: now)
    assert not await told(recent, "account:a")
    await wrote(recent, "account:a")
    assert await told(recent, "account:a")
    assert not await told(recent, "account:b")
    now = SECONDS + 1
    assert not await told(recent, "account:a")


async def test_by_every_replica(valkey: ValkeyServer):
    """What one saw the other knows; while what they share is away, and as long after, anybody may have written."""
    now = 0.0
    async with Redis.from_url(valkey.url) as server:
        one, other = (Recent(SECONDS, server, clock=lambda: now) for _ in range(2))
        await wrote(one, "account:a")
        assert await told(other, "account:a")
        assert not await told(other, "account:b")
        valkey.kill()
        await wrote(one, "account:c")
        assert await told(other, "account:c")
        valkey.up()
        assert await told(other, "account:c"), "nothing was noted there"
        now = SECONDS + 1
        assert not await told(other, "account:c")


async def test_without_standbys_nobody_is_kept_in_mind(parts, gateway, signed_in):
    """Where no time is set no list is older for anybody, and nothing is asked of what the replicas share."""
    recent = Recent(0.0)
    assert await told(recent, "account:a")
    await wrote(recent, "account:a")
    assert recent._until == {}  # noqa: SLF001 - nothing else would tell
    front = await gateway(limits_url="redis://127.0.0.1:9")
    assert front.app.state.recent._server is None  # noqa: SLF001


async def test_the_parts_are_told_by_rest_and_by_graphql(parts, gateway, signed_in):
    """Whoever wrote, and nobody else, reads with the word that nothing older will do; also where the write was refused."""
    front, other = await gateway(fresh_seconds=SECONDS), mint()
    listing = "{ organisations(first: 1) { edges { node { id } } } }"
    path = "/v1/organisations"
    parts["accounts"].tell("GET", path, {"items": [], "next_cursor": None})
    await front.data(listing, token=signed_in)
    await front.http.post(f"/api/accounts{path}", json={}, headers=bearer(signed_in))
    await front.data(listing, token=signed_in)
    await front.http.get(f"/api/accounts{path}", headers=bearer(signed_in))
    await front.data(listing, token=other)
    read = [call for call in parts["accounts"].asked(path) if call.method == "GET"]
    assert [FRESH in call.headers for call in read] == [False, True, True, False]


async def test_a_mutation_is_followed_by_what_it_did(parts, gateway, signed_in):
    """The next query is read with that word."""
    front = await gateway(fresh_seconds=SECONDS)
    parts["notifications"].tell("POST", "/v1/inbox/read-all", {"record": {"unread": 0}, "basis": []})
    await front.ask("mutation { readAllMessages(input: {}) { unread } }", token=signed_in)
    parts["accounts"].tell("GET", "/v1/organisations", {"items": [], "next_cursor": None})
    await front.data("{ organisations(first: 1) { edges { node { id } } } }", token=signed_in)
    [call] = parts["accounts"].asked("/v1/organisations")
    assert FRESH in call.headers


async def test_below_a_mutation_nothing_older_is_told(parts, gateway, signed_in):
    """What lies below it is read in the same request, and with that word too."""
    front = await gateway(fresh_seconds=SECONDS)
    path = "/v1/organisations"
    record = {"organisation": organisation(), "activation": None}
    parts["accounts"].tell("POST", path, {"record": record, "basis": []}, 201)
    parts["accounts"].tell("GET", path, {"items": [], "next_cursor": None})
    document = """mutation($input: CreateOrganisationInput!) { createOrganisation(input: $input) {
      organisation { children(first: 1) { totalCount } } } }"""
    await front.data(document, token=signed_in, input=given())
    [read] = [call for call in parts["accounts"].asked(path) if call.method == "GET"]
    assert FRESH in read.headers
