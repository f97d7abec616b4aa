"""This service's own token, as which it asks others."""

import asyncio
import base64
import time

import aiohttp
import httpx
import structlog

from services.kit.errors import Unavailable
from services.neighbours.transport import Transport

log = structlog.get_logger(__name__)
RENEW_BEFORE_SECONDS = 60
ASK_AGAIN_SECONDS = 2


class ServiceIdentity:
    """This service's own token, from its name and secret, renewed before it ends."""

    def __init__(
        self,
        accounts_url: str,
        name: str,
        secret: str,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        credentials = base64.b64encode(f"{name}:{secret}".encode()).decode()
        self._headers = {"authorization": f"Basic {credentials}"}
        self._client = httpx.AsyncClient(base_url=accounts_url, timeout=5, transport=transport or Transport())
        self._token = ""
        self._renew_at = 0.0
        self._ends_at = 0.0
        self._lock = asyncio.Lock()

    async def token(self) -> str:
        """A token that is still good; the old one as long as it lasts while accounts does not answer.

        Raises:
            Unavailable: there is none, and accounts does not issue one now.
        """
        if time.monotonic() < self._renew_at:
            return self._token
        async with self._lock:
            if time.monotonic() >= self._renew_at:
                await self._renew()
        return self._token

    def forget(self, token: str) -> None:
        """Ask for another one next time: this one was refused."""
        if token == self._token:
            self._renew_at = self._ends_at = 0.0

    async def _renew(self) -> None:
        now = time.monotonic()
        try:
            issued = await self._issued()
        except Unavailable:
            if now >= self._ends_at:
                raise
            self._renew_at = min(now + ASK_AGAIN_SECONDS, self._ends_at)
            return
        self._token, lasts = issued
        self._ends_at = now + lasts
        self._renew_at = now + max(lasts - RENEW_BEFORE_SECONDS, lasts / 2)

    async def _issued(self) -> tuple[str, float]:
        """A fresh token, and for how many seconds it is good; whatever is wrong between two services is not the caller's fault."""
        try:
            answer = await self._client.post("/v1/service-tokens", headers=self._headers)
        except (httpx.HTTPError, aiohttp.ClientError) as error:
            raise Unavailable(part="accounts") from error
        if not answer.is_success:
            log.error("no service token", status=answer.status_code)
            raise Unavailable(part="accounts")
        try:
            told = answer.json()
            return str(told["access_token"]), float(told["expires_in"])
        except (ValueError, KeyError, TypeError) as error:
            raise Unavailable(part="accounts") from error

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()
