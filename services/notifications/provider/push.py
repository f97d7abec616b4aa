"""Web push: sealed for one browser (RFC 8291), signed with the platform's key (VAPID, RFC 8292), posted to where it named.

The address comes from a stranger's browser, so the guarded client posts to it; and whatever one of them does says nothing
of the others: no answer of one makes the channel count as away.
"""

import base64
import json
import time
from typing import Annotated, Any

import httpx
from py_vapid import Vapid02, VapidException
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pywebpush import WebPusher, WebPushException

from services.notifications.outward.address import AddressRefused
from services.notifications.outward.client import Answer, Outward, guarded
from services.notifications.provider.message import Message, NotNow, Receipt, Refused

KEPT = 200
SIGNED_SECONDS = 12 * 3600
GONE = {404, 410}
NEVER = {400, 401, 403, 413}
LONGEST = 1000
"""A push service takes 4,096 sealed bytes; so many characters fit in any language."""


def _a_key(told: SecretStr) -> SecretStr:
    try:
        Vapid02.from_string(told.get_secret_value())
    except (VapidException, ValueError, TypeError) as error:
        raise ValueError("no private key of P-256, as base64url or DER in base64") from error
    return told


class PushSettings(BaseModel):
    """The platform's key, and whom a push service asks about it; `own_machine`: to browsers of a development machine too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    private_key: Annotated[SecretStr, AfterValidator(_a_key)]
    subject: str = Field(pattern=r"^(mailto:\S+@\S+|https://\S+)$")
    ttl_seconds: int = Field(259_200, ge=0)
    own_machine: bool = False


class Push:
    """Hands messages to the push service of each browser."""

    def __init__(self, settings: PushSettings, *, patience: float) -> None:
        self._settings = settings
        self._key = Vapid02.from_string(settings.private_key.get_secret_value())
        self._patience = patience
        self._http: httpx.AsyncClient | None = None

    async def send(self, message: Message) -> Receipt:
        """Hand the message over; a push service keeps one message of a `topic`, the one that came last."""
        subscription = json.loads(message.address)
        url = httpx.URL(subscription["endpoint"])
        if url.scheme != "https" and not self._settings.own_machine:
            raise Refused("not over TLS", address_failing=True)
        try:
            body = WebPusher(subscription).encode(body_of(message))["body"]
            headers = self._headers(url, message)
        except (WebPushException, VapidException, ValueError) as error:
            raise Refused(type(error).__name__, address_failing=True) from error
        answer = await self._outward().post(str(url), body, headers)
        if not answer.received:
            raise failure_of(answer)
        return Receipt(f"HTTP {answer.status}")

    async def close(self) -> None:
        """Give the connections back."""
        if self._http is not None:
            await self._http.aclose()

    def _outward(self) -> Outward:
        if self._http is None:
            transport = guarded(own_machine=self._settings.own_machine)
            self._http = httpx.AsyncClient(
                transport=transport, timeout=self._patience, follow_redirects=False, trust_env=False
            )
        return Outward(self._http, seconds=self._patience, kept=KEPT)

    def _headers(self, url: httpx.URL, message: Message) -> dict[str, str]:
        claims: dict[str, Any] = {
            "sub": self._settings.subject,
            "aud": f"{url.scheme}://{url.netloc.decode()}",
            "exp": int(time.time()) + SIGNED_SECONDS,
        }
        return {
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(self._settings.ttl_seconds),
            "urgency": "high" if message.legal else "normal",
            "topic": base64.urlsafe_b64encode(message.id.bytes).decode().rstrip("="),
            **{name.lower(): told for name, told in self._key.sign(claims).items()},
        }


def body_of(message: Message) -> bytes:
    """What the page's service worker is given."""
    text = "\n\n".join(each.body for each in message.items)[:LONGEST]
    told = {"id": str(message.id), "title": message.title, "body": text, "lang": message.language}
    return json.dumps(told, ensure_ascii=False).encode()


def failure_of(answer: Answer) -> Exception:
    """Whether the subscription is over, this message is not taken, or only not now."""
    if answer.status in GONE or answer.error == AddressRefused.__name__:
        return Refused(answer.error or f"HTTP {answer.status}", address_failing=True)
    why = answer.error or f"HTTP {answer.status}"
    return Refused(why, address_failing=False) if answer.status in NEVER else NotNow(why)
