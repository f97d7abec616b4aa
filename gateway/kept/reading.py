"""What one request reads of public answers, and how its own answer may be kept by others in turn (RFC 9111)."""

import hashlib
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import Request, Response

from gateway.kept.memory import Answer, Memory, Pay
from gateway.kept.rules import Age, rule_of
from services.kit import deadline
from services.kit.errors import Language
from services.neighbours.client import Neighbour

NOBODY = {"authorization": ""}
"""Whatever a caller sends along, what is kept is what anybody may read."""
NEVER = "no-store"


class Reading:
    """The public answers that one request reads, in one language, as nobody."""

    def __init__(self, memory: Memory, most: float, language: Language, pay: Pay | None = None) -> None:
        self._memory = memory
        self._most = Age(most, int(most), int(most))
        self._language = language
        self._pay = pay
        self._age: Age | None = None
        self._since = memory.clock()
        self._else = False

    async def get(self, neighbour: Neighbour, path: str, query: Iterable[tuple[str, str]] = ()) -> Any:
        """The answer of a GET, as if it were asked now.

        Raises:
            Refusal: what the service refused.
            Throttled: the caller asked for too much in a while.
            Unavailable: it does not answer, or not in time.
        """
        return orjson.loads(await self.raw(neighbour, path, query))

    async def raw(self, neighbour: Neighbour, path: str, query: Iterable[tuple[str, str]] = ()) -> bytes:
        """The same as it is kept."""
        asked = sorted(query, key=lambda each: each[0])
        headers = {**NOBODY, "accept-language": self._language.value}

        async def ask() -> Any:
            return await neighbour.request("GET", path, params=asked, headers=headers)

        async def ask_for_many() -> Any:
            with deadline.begun({}, None):  # whoever was first may have less time than the others
                return await ask()

        if (rule := rule_of(neighbour.part, path)) is None:
            self.elsewhere()
            return orjson.dumps(await ask())
        age = rule.age.within(self._most)
        key = (neighbour.part, path, self._language.value, *(part for item in asked for part in item))
        async with deadline.kept(neighbour.part):
            answer = await self._memory.get(key, rule.tags, age.here, ask_for_many, self._pay)
        self._read(answer, age)
        return answer.body

    def elsewhere(self) -> None:
        """Something was read that is not kept."""
        self._else = True

    @property
    def lasting(self) -> bool:
        """Whether all that was read may be kept, and something was."""
        return self._age is not None and not self._else

    @property
    def headers(self) -> dict[str, str]:
        """How long what was made of it may be kept outside, and how old it is."""
        if self._age is None or self._else:
            return {"cache-control": NEVER}
        return {"cache-control": told(self._age), "age": str(int(self._memory.clock() - self._since))}

    def _read(self, answer: Answer, age: Age) -> None:
        self._age = age.within(self._age) if self._age else age
        self._since = min(self._since, answer.at)


def told(age: Age) -> str:
    """An age as `Cache-Control` tells it."""
    if not age.outside:
        return "public, no-cache"
    return f"public, max-age={age.outside}, stale-while-revalidate={age.renewing}"


def named(request: Request) -> bool:
    """Whether a request says, or may say, who makes it: its answer is for nobody else."""
    return "authorization" in request.headers or "cookie" in request.headers


def tag_of(body: bytes) -> str:
    """The strong tag of these very bytes."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def tagged(
    request: Request, body: bytes, media_type: str, headers: Mapping[str, str], status: int = 200
) -> Response:
    """An answer with its tag, unless it may not be kept; without its body where the caller has it."""
    sent = dict(headers)
    if status == HTTPStatus.OK and sent["cache-control"] != NEVER:
        sent["etag"] = tag_of(body)
        if known(request, sent["etag"]):
            return Response(None, HTTPStatus.NOT_MODIFIED, sent)
    return Response(body, status, sent, media_type=media_type)


def known(request: Request, tag: str) -> bool:
    """Whether the caller has what has this tag; tags are compared weakly, as RFC 9110 (13.1.2) says."""
    given = ",".join(request.headers.getlist("if-none-match"))
    has = {each.strip().removeprefix("W/") for each in given.split(",")}
    return tag in has or "*" in has
