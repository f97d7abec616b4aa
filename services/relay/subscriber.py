"""One subscriber: what is sent to it, and what its answer means."""

import asyncio
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

import aiohttp
import httpx
import orjson
from opentelemetry import propagate

from services.kit import deadline
from services.kit.errors import Refusal
from services.kit.frame import REQUEST_ID
from services.neighbours.identity import ServiceIdentity
from services.neighbours.requests import Requests
from services.neighbours.transport import Transport
from services.relay.lanes import Letter

MEDIA_TYPE = "application/cloudevents+json"
NOT_THE_EVENTS_FAULT = frozenset({401, 403, 404, 405, 408, 421, 425, 429})
"""Refusals of the call, not of the event: a wrong token, a wrong address, a busy subscriber."""


class Verdict(Enum):
    """What came of an attempt."""

    DELIVERED = auto()
    REJECTED = auto()
    """The subscriber read the event and refuses it: a few attempts, then a dead letter."""
    FAILED = auto()
    """The subscriber broke on it, or took too long: retried for ever, the subject waits longer each time."""
    AWAY = auto()
    """The subscriber is not there, or takes nothing now: retried for ever, the subject is not to blame."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict, and why in a few words (never data of the event)."""

    verdict: Verdict
    why: str = ""


class Carrier(Protocol):
    """A way to one service."""

    name: str

    async def deliver(self, source: str, subject: str, letter: Letter) -> Outcome:
        """Try once to hand over one event."""


class Subscriber:
    """`POST /events` of one service."""

    def __init__(self, name: str, url: str, identity: ServiceIdentity, timeout: float) -> None:
        self.name = name
        self._identity = identity
        self._timeout = timeout
        self._requests = Requests(url, timeout)
        self._transport = Transport()

    async def deliver(self, source: str, subject: str, letter: Letter) -> Outcome:
        """Try once to hand over one event."""
        try:
            token = await self._identity.token()
        except Refusal as refusal:
            return Outcome(Verdict.AWAY, f"no token from accounts: {refusal.code}")
        content = envelope(source, subject, letter)
        try:
            async with asyncio.timeout(self._timeout):
                sent = headers(letter, token) | deadline.passed_on(self._timeout)
                asked = self._requests.made(
                    "POST", "/events", sent, content, seconds=self._timeout, whole=True
                )
                answer = await self._transport.handle_async_request(asked)
        except (TimeoutError, httpx.ReadTimeout):
            return Outcome(Verdict.FAILED, f"no answer within {self._timeout:g} s")
        except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
            return Outcome(Verdict.AWAY, type(error).__name__)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._identity.forget(token)
        return judged(answer)

    async def close(self) -> None:
        """Give the connections back."""
        await self._transport.aclose()


def headers(letter: Letter, token: str) -> dict[str, str]:
    """What an event is carried with: the relay's token, and the ids of the request that it came of."""
    told = {
        "authorization": f"Bearer {token}",
        "content-type": MEDIA_TYPE,
        REQUEST_ID: letter.request_id or letter.event_id.hex,
    }
    propagate.inject(told)
    return told


def envelope(source: str, subject: str, letter: Letter) -> bytes:
    """The event as CloudEvents 1.0 structured JSON."""
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": str(letter.event_id),
            "source": f"urn:titles:{source}",
            "type": letter.type,
            "subject": subject,
            "time": letter.time,
            "datacontenttype": "application/json",
            "dataschema": schema_id(letter.type),
            "data": orjson.Fragment(letter.data),
        }
    )


def schema_id(type_: str) -> str:
    """The name of the JSON Schema that an event's data fit (docs/events/schemas)."""
    return f"urn:titles:schema:{type_}"


def judged(answer: httpx.Response) -> Outcome:
    """What an answer means."""
    if answer.is_success:
        return Outcome(Verdict.DELIVERED)
    why = f"HTTP {answer.status_code}{_code(answer)}"
    if answer.status_code in NOT_THE_EVENTS_FAULT or answer.is_redirect:
        return Outcome(Verdict.AWAY, why)
    return Outcome(Verdict.REJECTED if answer.is_client_error else Verdict.FAILED, why)


def _code(answer: httpx.Response) -> str:
    """The problem's code and the fields it names."""
    try:
        problem = answer.json()
        fields = [str(found.get("field")) for found in problem.get("findings", ())]
        return f" {problem['code']}{' ' + ', '.join(fields) if fields else ''}"[:200]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
