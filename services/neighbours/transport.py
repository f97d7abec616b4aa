"""How calls leave the process: aiohttp under httpx's interface."""

import httpx
from aiohttp import ClientSession
from httpx_aiohttp import AiohttpTransport

AT_ONCE = 100
IDLE_SECONDS = 4.0
"""How long a connection waits for its next call: less than servers keep theirs (uvicorn five), which else close it on a call."""


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
