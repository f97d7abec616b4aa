"""How calls leave the process: aiohttp under httpx's interface, without what a call between our parts never needs."""

from collections.abc import Mapping
from typing import Any

import httpx
from aiohttp import ClientSession, ClientTimeout
from httpx_aiohttp import AiohttpTransport
from httpx_aiohttp.transport import AiohttpResponseStream, map_aiohttp_exceptions

AT_ONCE = 100
IDLE_SECONDS = 4.0
"""How long a connection waits for its next call: less than servers keep theirs (uvicorn five), which else close it on a call."""
WHOLE = "whole"
"""The extension of a request whose answer is wanted as a whole: it is read at once, not piece by piece."""


class Transport(AiohttpTransport):
    """httpx's transport over aiohttp, without aiohttp's own second attempt.

    That one sends PUT and DELETE again too, whatever they do, and what is left of a body that was read; nobody counts it.
    """

    def __init__(self, most: int = AT_ONCE, idle: float = IDLE_SECONDS) -> None:
        super().__init__(limits=httpx.Limits(max_connections=most, keepalive_expiry=idle))

    def get_client(self) -> ClientSession:
        """A session that sends a request once."""
        session = super().get_client()
        session._retry_connection = False  # noqa: SLF001 - it has no setting for that
        return session

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request, as httpx-aiohttp's own way has it, which reads headers name by name and a body through generators."""
        if not isinstance(self.client, ClientSession):
            self.client = self.get_client()
        body = _body(request)
        headers = [(name.decode(), value.decode()) for name, value in request.headers.raw]
        with map_aiohttp_exceptions():
            answer = await self.client.request(
                request.method,
                str(request.url),
                headers=headers,
                data=body,
                allow_redirects=False,
                auto_decompress=False,
                compress=False,
                timeout=_patience(request.extensions.get("timeout", {})),
            )
            read = {"content": await answer.read()} if request.extensions.get(WHOLE) else {}
        told: dict[str, Any] = read or {"stream": AiohttpResponseStream(answer)}
        return httpx.Response(answer.status, headers=answer.raw_headers, request=request, **told)


def _body(request: httpx.Request) -> bytes | httpx.AsyncByteStream | None:
    if isinstance(request.stream, httpx.ByteStream):
        return request.read() or None
    request.headers.pop("transfer-encoding", None)  # aiohttp writes its own
    assert isinstance(request.stream, httpx.AsyncByteStream)
    return request.stream


def _patience(told: Mapping[str, float | None]) -> ClientTimeout:
    return ClientTimeout(
        sock_connect=told.get("connect"), sock_read=told.get("read"), connect=told.get("pool")
    )
