"""Nothing private is reached by an address that a stranger named: whatever it is written as, resolves to, or leads to next."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.outward.address import is_public, may_be_called
from services.notifications.outward.client import guarded, outward

PRIVATE_V4 = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
    *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"),
)
PRIVATE_V6 = (
    *("::/128", "::1/128", "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64"),
    *("2001::/32", "2001:20::/28", "2001:db8::/32", "2002::/16", "3fff::/20", "fc00::/7", "fe80::/10"),
    *("fec0::/10", "ff00::/8"),
)


def inside(network: str) -> st.SearchStrategy[str]:
    """Any address of a network."""
    within = ip_network(network)
    kind = IPv4Address if within.version == 4 else IPv6Address
    return st.integers(int(within[0]), int(within[-1])).map(lambda number: str(kind(number)))


@settings(max_examples=200)
@given(st.one_of([inside(network) for network in PRIVATE_V4 + PRIVATE_V6]))
def test_no_address_of_a_private_range_may_be_called(address):
    """Private, shared, local, metadata, documentation, multicast, and IPv6 forms that wrap an IPv4 address."""
    assert not may_be_called(address, own_machine=False)


@settings(max_examples=100)
@given(st.ip_addresses(v=4))
def test_an_address_wrapped_in_another_is_refused_whatever_it_is(inner):
    """IPv4-mapped, NAT64, 6to4: even of a public address, for nobody is named so."""
    number = int(inner)
    for wrapped in (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80):
        assert not is_public(IPv6Address(wrapped))


@pytest.mark.parametrize("address", ["8.8.8.8", "114.114.114.114", "2400:3200::1", "2606:4700::1111"])
def test_public_addresses_may_be_called(address):
    """What is given out to anybody."""
    assert may_be_called(address, own_machine=False)


def test_the_own_machine_is_let_in_where_development_says_so():
    """Loopback alone, in both families; the network around the machine stays shut."""
    let_in = [each for each in ("127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1")
              if may_be_called(each, own_machine=True)]  # fmt: skip
    assert let_in == ["127.0.0.1", "::1"]


class Names(AbstractResolver):
    """A name server that says one thing the first time, and another from then on."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def resolve(self, host, port=0, family=socket.AF_INET):
        """The next answer."""
        del family
        self.asked += 1
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            {
                "hostname": host,
                "host": each,
                "port": port,
                "family": socket.AF_INET6 if ip_address(each).version == 6 else socket.AF_INET,
                "proto": 0,
                "flags": socket.AI_NUMERICHOST,
            }
            for each in found
        ]

    async def close(self) -> None:
        """Nothing is held."""


@asynccontextmanager
async def server(answer):
    """A real server on this machine; what it was asked, and its port."""
    asked: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return await answer(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1], asked
    finally:
        await runner.cleanup()


async def fine(request: web.Request) -> web.StreamResponse:
    """Take it."""
    return web.Response(text="taken")


async def posted(url: str, names: AbstractResolver | None = None, *, own_machine: bool = False, **more):
    """What comes of a post."""
    reached = guarded(own_machine=own_machine, names=names)
    told = {"seconds": 5, "kept": 100} | more
    async with outward(reached, **told) as client:
        return await client.post(url, b"{}", {})


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]"]
)
async def test_this_machine_is_not_reached_however_it_is_written(host):
    """Literals and names alike: refused before a connection is opened; the server hears nothing."""
    async with server(fine) as (port, asked):
        answer = await posted(f"http://{host}:{port}/hook")
        assert (answer.status, answer.received) == (None, False)
        assert answer.error in {"AddressRefused", "InvalidURL", "UnsupportedProtocol"}, answer
        assert asked == []


async def test_a_name_that_resolves_otherwise_the_second_time_gains_nothing():
    """Rebinding: every connection is judged by the address on its own socket; one private answer among public ones refuses all."""
    async with server(fine) as (port, asked):
        for answers in ([["127.0.0.1"]], [["192.0.2.1"], ["127.0.0.1"]], [["8.8.8.8", "127.0.0.1"]]):
            names = Names(*answers)
            for _ in answers:
                answer = await posted(f"http://hooks.example.org:{port}/", names, seconds=2)
                assert answer.error == "AddressRefused"
            assert names.asked == len(answers)
        assert asked == []


async def test_the_socket_itself_is_judged(monkeypatch):
    """Were the resolver's judgement passed by, the connection would still not be opened."""
    monkeypatch.setattr("services.notifications.outward.client.Judging", lambda names, **_: names)
    async with server(fine) as (port, asked):
        answer = await posted(f"http://hooks.example.org:{port}/", Names(["127.0.0.1"]))
        assert (answer.error, asked) == ("AddressRefused", [])
        reached = await posted(f"http://hooks.example.org:{port}/in", Names(["127.0.0.1"]), own_machine=True)
        assert (reached.status, reached.text, asked) == (200, "taken", ["/in"])


async def test_a_redirect_is_an_answer_and_not_followed():
    """Wherever it leads: the status is told, the place is not visited, and it does not count as received."""

    async def elsewhere(request: web.Request) -> web.StreamResponse:
        return web.Response(status=307, headers={"location": "/inside"})

    async with server(elsewhere) as (port, asked):
        answer = await posted(f"http://127.0.0.1:{port}/", own_machine=True)
        assert (answer.status, answer.received, asked) == (307, False, ["/"])


async def test_proxies_of_the_environment_are_not_asked(monkeypatch):
    """A proxy would open the connection in our place, unjudged."""
    async with server(fine) as (port, asked):
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        answer = await posted("http://hooks.example.org:9/", Names(["127.0.0.1"]))
        assert (answer.error, asked) == ("AddressRefused", [])


async def test_an_answer_is_read_no_further_than_it_is_kept_and_waited_for_no_longer_than_allowed():
    """One without end is cut; one that is packed is not unpacked; one that never comes ends with the call's time."""

    async def endless(request: web.Request) -> web.StreamResponse:
        told = web.StreamResponse(headers={"set-cookie": "a=1"})
        await told.prepare(request)
        while not request.path.startswith("/slow"):
            await told.write(b"x" * 65536)
        await told.write(b"a")
        await asyncio.sleep(30)
        return told

    async def packed(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"\x1f\x8b\x08", headers={"content-encoding": "gzip"})

    async with server(endless) as (port, _):
        cut = await posted(f"http://127.0.0.1:{port}/", own_machine=True)
        assert (cut.status, cut.text) == (200, "x" * 100)
        slow = await posted(f"http://127.0.0.1:{port}/slow", own_machine=True, seconds=0.3)
        assert (slow.status, slow.error) == (None, "TimeoutError")
    async with server(packed) as (port, _):
        assert (await posted(f"http://127.0.0.1:{port}/", own_machine=True)).text == ""


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("120", 120.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", None), ("-5", None), (None, None)],
)
async def test_how_long_to_wait_is_read_in_either_form(told, seconds):
    """Seconds, or a date; what is neither is none."""

    async def busy(request: web.Request) -> web.StreamResponse:
        return web.Response(status=503, headers={"retry-after": told} if told else {})

    async with server(busy) as (port, _):
        assert (await posted(f"http://127.0.0.1:{port}/", own_machine=True)).retry_after == seconds


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("60", 60), (" 7 ", 7), ("\u00b2", None), ("Mon, 01 Jan 2024 00:00:00 +99999999999999999999", None),
     ("Mon, 01 Jan 2024 00:00:00 GMT", 0), ("soon", None), ("", None)],
)  # fmt: skip
async def test_whatever_is_asked_as_a_wait_the_answer_is_one(told, seconds):
    """What is no number and no date is no wait, and not the end of the sender."""

    async def busy(request: web.Request) -> web.StreamResponse:
        return web.Response(status=503, headers={"retry-after": told})

    async with server(busy) as (port, _):
        answer = await posted(f"http://127.0.0.1:{port}/", own_machine=True)
        assert (answer.status, answer.retry_after) == (503, seconds)


async def test_a_name_server_that_never_answers_holds_up_nothing_else(monkeypatch):
    """Forty names are waited for: threads of the process's other work are free, and a name that is known is found."""
    answers, asked = threading.Event(), socket.getaddrinfo

    def resolve(host, *args, **more):
        if host == "slow.example.org":
            answers.wait(20)
            raise socket.gaierror
        return asked("127.0.0.1", *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    async with server(fine) as (port, _), outward(guarded(own_machine=True), seconds=20, kept=9) as client:
        slow = [asyncio.create_task(client.post("http://slow.example.org/", b"", {})) for _ in range(40)]
        await asyncio.sleep(0.1)
        async with asyncio.timeout(10):
            assert await asyncio.to_thread(lambda: "free") == "free"
        assert (await client.post(f"http://quick.example.org:{port}/", b"", {})).status == 200
        answers.set()
        assert {each.status for each in await asyncio.gather(*slow)} == {None}
