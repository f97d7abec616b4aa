"""One call to a part for whatever one level of a query asks it: reads that are due together go out together."""

import asyncio
import re
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import orjson

from services.kit.errors import Unavailable
from services.neighbours.client import Neighbour
from services.neighbours.refusals import refusal_of
from services.reads.contract import MOST, MOST_BYTES, PATH

QUIET = 6
"""For so many turns of the loop nobody must have asked: a loader needs a few until it knows what is asked for."""

DONE = range(200, 300)
T = TypeVar("T")
PLAIN = re.compile(r"[\w/.-]*", re.ASCII)
"""Paths that are written as they are."""


@dataclass(slots=True, eq=False)
class Read:
    """Something that is asked of a part, by one resolver or many."""

    path: str
    params: Mapping[str, Any] | None
    body: Any
    headers: Mapping[str, str]
    size: int
    """In bytes, about."""
    answer: asyncio.Future[Any] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def address(self) -> str:
        """The path with its parameters, as the client itself would write it."""
        if not self.params and PLAIN.fullmatch(self.path):
            return self.path
        return httpx.URL(self.path, params=self.params or None).raw_path.decode()

    @property
    def told(self) -> dict[str, Any]:
        """It, as one of many."""
        return {"path": self.address} if self.body is None else {"path": self.address, "body": self.body}

    def answered(self, outcome: Any) -> None:
        """Tell whoever still waits."""
        if self.answer.done():
            return
        if isinstance(outcome, BaseException):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class Gathering:
    """What one request reads from one part."""

    def __init__(self, neighbour: Neighbour) -> None:
        self._neighbour = neighbour
        self._waiting: dict[bytes, Read] = {}
        self._sending: set[asyncio.Task[None]] = set()

    async def read(
        self,
        path: str,
        headers: Mapping[str, str],
        params: Mapping[str, Any] | None = None,
        body: Any = None,
    ) -> Any:
        """The answer to a GET, or with a body to a POST that only reads; the same at the same time is asked once."""
        key = orjson.dumps([path, params, body, headers], default=str)
        read = self._waiting.get(key)
        if read is None:
            read = self._waiting[key] = Read(path, params, body, headers, len(key))
            if len(self._waiting) == 1:
                sending = asyncio.create_task(self._send_when_quiet())
                self._sending.add(sending)
                sending.add_done_callback(self._sending.discard)
        return await asyncio.shield(read.answer)

    async def _send_when_quiet(self) -> None:
        quiet, known = 0, len(self._waiting)
        while quiet < QUIET:
            await asyncio.sleep(0)
            quiet, known = (quiet + 1 if len(self._waiting) == known else 0), len(self._waiting)
        due, self._waiting = list(self._waiting.values()), {}
        await at_once(self._send(reads) for reads in _calls(due))

    async def _send(self, reads: list[Read]) -> None:
        try:
            answers = await (self._alone(reads[0]) if len(reads) == 1 else self._together(reads))
        except BaseException as error:
            for read in reads:
                read.answered(error)
            if not isinstance(error, Exception):
                raise
            return
        for read, answer in zip(reads, answers, strict=True):
            read.answered(answer)

    async def _alone(self, read: Read) -> list[Any]:
        if read.body is None:
            return [await self._neighbour.request("GET", read.path, params=read.params, headers=read.headers)]
        return [await self._neighbour.ask(read.path, read.body, headers=read.headers)]

    async def _together(self, reads: list[Read]) -> list[Any]:
        part, asked = self._neighbour.part, {"reads": [each.told for each in reads]}
        told = await self._neighbour.ask(PATH, asked, headers=reads[0].headers)
        answers = [_outcome(each, part) for each in told["answers"]]
        return answers if len(answers) == len(reads) else [Unavailable(part=part)] * len(reads)


def _calls(reads: Iterable[Read]) -> Iterator[list[Read]]:
    """What goes out together: reads of the same caller, as many as a part takes at once, and as many bytes."""
    shared: dict[bytes, list[Read]] = {}
    for each in reads:
        shared.setdefault(orjson.dumps(each.headers), []).append(each)
    for those in shared.values():
        yield from _within_limits(those)


def _within_limits(reads: Iterable[Read]) -> Iterator[list[Read]]:
    due: list[Read] = []
    size = 0
    for each in reads:
        if due and (len(due) == MOST or size + each.size > MOST_BYTES):
            yield due
            due, size = [], 0
        due.append(each)
        size += each.size
    yield due


async def at_once(asking: Iterable[Awaitable[T]]) -> list[T]:
    """What comes of all of them; a single one needs no task of its own."""
    awaited = list(asking)
    return [await awaited[0]] if len(awaited) == 1 else list(await asyncio.gather(*awaited))


def _outcome(told: Mapping[str, Any], part: str) -> Any:
    """The answer to one of many, or what was refused, and when to come again."""
    if told["status"] in DONE:
        return told["body"]
    headers = {"retry-after": told["retry_after"]} if "retry_after" in told else {}
    answer = httpx.Response(told["status"], headers=headers, content=orjson.dumps(told["body"]))
    return refusal_of(answer, part)
