"""Reads that are due together go out in as few calls as a part takes, each answered or refused as if it had gone alone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.gathering import Gathering
from services.kit.errors import Unavailable
from services.reads.contract import MOST, MOST_BYTES


class Part:
    """A part that answers each of many reads with its number, and remembers how many came together."""

    part = "workflow"

    def __init__(self, **more: Any) -> None:
        self.together: list[int] = []
        self._more = {"status": 200} | more

    async def ask(self, path: str, body: Any, headers: Any) -> Any:
        """Answer many, or one."""
        del headers
        if path != "/v1/reads":
            self.together.append(1)
            return {}
        self.together.append(len(body["reads"]))
        return {"answers": [{"body": {"number": n}, **self._more} for n, _ in enumerate(body["reads"])]}

    async def read(self, bodies: list[Any]) -> list[Any]:
        """What is told to so many questions at one level of a query."""
        gathering = Gathering(self)  # type: ignore[arg-type]
        asked = (gathering.read(f"/v1/things/{n}", {}, body=each) for n, each in enumerate(bodies))
        return await asyncio.gather(*asked, return_exceptions=True)


async def test_no_call_carries_more_than_a_part_takes() -> None:
    """Neither more reads nor more bytes, however they are shared out; what is large by itself goes alone."""
    part = Part()
    await part.read([{"n": n} for n in range(MOST + 3)])
    assert part.together == [MOST, 3]
    part = Part()
    await part.read([{"text": "x" * (MOST_BYTES // 5)}] * 9)
    assert part.together == [4, 4, 1]
    part = Part()
    await part.read([{"n": 1}, {"text": "x" * MOST_BYTES}, {"n": 2}, {"n": 3}])
    assert sorted(part.together) == [1, 1, 2]


@pytest.mark.parametrize("again", [{}, {"retry_after": "7"}])
async def test_one_of_many_that_is_refused_says_when_to_come_again(again: dict[str, str]) -> None:
    """As its own answer would, where it does."""
    body = {"code": "PART_UNAVAILABLE", "message": "busy"}
    for refusal in await Part(status=503, body=body, **again).read([{}, {}]):
        assert isinstance(refusal, Unavailable)
        assert refusal.params.get("seconds") == (7 if again else None)
