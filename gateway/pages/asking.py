"""What the pages ask of the services: public operations only, as nobody, and kept for a moment for the next visitor."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.kit.client import Neighbour
from services.kit.errors import Language, NotFound

NOBODY = {"authorization": ""}
"""Whatever a browser sends along, a page tells what anybody may read."""
MOST = 500
"""How many answers are kept."""
Key = tuple[str, ...]
Pay = Callable[[], Awaitable[object]]
"""Takes from what a visitor may ask of the services in a while; what is kept costs nothing."""


class CycleNone(NotFound):
    """The year has no review."""

    code = "NO_SUCH_YEAR"
    zh = "没有该年度的职称评审"
    en = "There is no review of that year."


@dataclass(slots=True)
class Answers:
    """Answers that are kept for some seconds; one that many wait for is asked for once."""

    seconds: float
    _kept: OrderedDict[Key, tuple[float, Any]] = field(default_factory=OrderedDict)
    _asked: dict[Key, asyncio.Task[Any]] = field(default_factory=dict)

    async def get(
        self, workflow: Neighbour, path: str, language: Language, query: Mapping[str, str], pay: Pay
    ) -> Any:
        """The answer of a GET.

        Raises:
            Refusal: what the service refused.
            Throttled: the visitor asked for too much in a while.
            Unavailable: it does not answer.
        """
        key = (path, language, *(part for item in sorted(query.items()) for part in item))
        until, answer = self._kept.get(key, (0.0, None))
        if time.monotonic() < until:
            return answer
        if key not in self._asked:
            await pay()
        task = self._asked.get(key)
        if task is None:
            task = self._asked[key] = asyncio.create_task(self._ask(workflow, key, path, language, query))
            task.add_done_callback(lambda done: self._over(key, done))
        return await asyncio.shield(task)

    async def _ask(
        self, workflow: Neighbour, key: Key, path: str, language: Language, query: Mapping[str, str]
    ) -> Any:
        headers = {**NOBODY, "accept-language": language.value}
        answer = await workflow.request("GET", path, params=query, headers=headers)
        self._kept[key] = (time.monotonic() + self.seconds, answer)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return answer

    def _over(self, key: Key, done: asyncio.Task[Any]) -> None:
        """Nobody may wait any more: what it failed of is told to whoever does."""
        del self._asked[key]
        if not done.cancelled():
            done.exception()


@dataclass(frozen=True, slots=True)
class Public:
    """The public side of workflow, in one language."""

    workflow: Neighbour
    answers: Answers
    language: Language
    pay: Pay

    async def get(self, path: str, **query: object) -> Any:
        """What is told under `path`; parameters that are None are left out."""
        given = {name: str(value) for name, value in query.items() if value is not None}
        return await self.answers.get(self.workflow, path, self.language, given, self.pay)

    async def now(self, path: str, **query: str) -> Any:
        """The same, asked at this moment and never kept."""
        await self.pay()
        headers = {**NOBODY, "accept-language": self.language.value}
        return await self.workflow.request("GET", path, params=query, headers=headers)

    async def cycle(self, year: int | None) -> dict[str, Any] | None:
        """The review of a year; of the newest that was opened, or is prepared, where none is told.

        Raises:
            CycleNone: the year has none.
        """
        found: list[dict[str, Any]] = (await self.get("/v1/cycles", year=year, first=20))["items"]
        if not found and year is not None:
            raise CycleNone
        begun = [each for each in found if each["state"] != "PREPARED"]
        newest = sorted(begun or found, key=lambda each: -each["year"])
        return newest[0] if newest else None

    async def cycle_of(self, cycle_id: UUID | str) -> dict[str, Any]:
        """A review by its id."""
        told: dict[str, Any] = await self.get(f"/v1/cycles/{cycle_id}")
        return told

    async def series(self, year: int | None = None) -> dict[str, dict[str, Any]]:
        """The series of a year by their codes; of the newest notice where no year is told."""
        found = (await self.get("/v1/series", year=year))["items"]
        return {each["code"]: each for each in found}
