"""Requests one after the other; an answer that tells of nothing, or of a refusal, is none."""

import itertools
from collections.abc import Sequence
from ipaddress import IPv4Address

import httpx

from bench.last_hour.mix import Request
from bench.page.province import TIMEOUT_SECONDS

HOLLOW = (b'"edges":[]', b'"errors":[{', b'"valid":false', b'"levels":[]', b":null}}")
"""What no answer has in it where something is found and nothing refused."""
FIRST_STRANGER = int(IPv4Address("127.1.0.0"))
"""A network may verify so many certificates an hour: each stranger has another address of this machine."""


class Hollow(RuntimeError):
    """An answer is not what was asked for, or nobody is left to ask."""


class Askers:
    """Somebody who is signed in, and strangers without end."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._strangers = itertools.count(FIRST_STRANGER)

    async def ask(self, requests: Sequence[Request], *, strangers: bool) -> None:
        """Ask all of them in a row.

        Raises:
            Hollow: an answer tells of nothing, or of a refusal.
        """
        if not strangers:
            async with _client() as client:
                for each in requests:
                    await self._answered(client, each)
            return
        for each, address in zip(requests, self._strangers, strict=False):
            async with _client(str(IPv4Address(address))) as client:
                await self._answered(client, each)

    async def _answered(self, client: httpx.AsyncClient, request: Request) -> None:
        answer = await client.request(
            request.method, f"{self._url}{request.path}", content=request.body, headers=request.headers
        )
        if answer.status_code != httpx.codes.OK or any(each in answer.content for each in HOLLOW):
            raise Hollow(f"{request.kind}: {answer.status_code} {answer.text[:500]}")


def _client(address: str | None = None) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(local_address=address)
    return httpx.AsyncClient(transport=transport, timeout=TIMEOUT_SECONDS, trust_env=False)
