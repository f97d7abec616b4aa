"""A loader brings what is asked for at once together, each thing once; what it promises is told to whoever waits."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from gateway.plans import Loader


class Things:
    """Brings things, and remembers what was asked for."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.holds: asyncio.Event | None = None

    async def bring(self, keys: list[int]) -> Sequence[str | BaseException]:
        """The keys as words; negative ones there are none of."""
        self.asked.append(keys)
        if self.holds is not None:
            await self.holds.wait()
        if 0 in keys:
            raise RuntimeError("nothing at all")
        return [str(key) if key > 0 else KeyError(key) for key in keys if key != 7]


async def test_what_is_asked_for_at_once_is_brought_together_and_once() -> None:
    """Also in the turn of the loop after the first; later it is another call, and what is known is not asked for again."""
    things = Things()
    loader: Loader[int, str] = Loader(things.bring)
    first = [loader.load(key) for key in (1, 2, 1)]
    await asyncio.sleep(0)
    assert await asyncio.gather(*first, loader.load(3)) == ["1", "2", "1", "3"]
    assert await loader.load(4) == "4"
    assert await loader.load(2) == "2"
    assert things.asked == [[1, 2, 3], [4]]
    assert first[0] is first[2] is loader.load(1)


async def test_no_more_than_allowed_are_brought_together() -> None:
    """The rest is another call, at the same time."""
    things = Things()
    loader: Loader[int, str] = Loader(things.bring, 2)
    await asyncio.gather(*(loader.load(key) for key in (1, 2, 3, 4, 5)))
    assert things.asked == [[1, 2], [3, 4], [5]]


async def test_what_goes_wrong_with_one_is_told_of_it_alone() -> None:
    """What goes wrong with the call is told of all; an error that is told again and again does not grow."""
    loader: Loader[int, str] = Loader(Things().bring)
    good, bad = loader.load(1), loader.load(-1)
    assert await good == "1"
    depths = []
    for _ in range(3):
        with pytest.raises(KeyError) as told:
            await bad
        depths.append(len(told.traceback))
    assert depths[0] == depths[1] == depths[2]
    for keys, kind in (((5, 0), "nothing at all"), ((6, 7), "1 things were brought for 2 keys")):
        for promise in [loader.load(key) for key in keys]:
            with pytest.raises(RuntimeError, match=kind):
                await promise


async def test_who_stops_waiting_keeps_it_from_nobody_else() -> None:
    """Neither does a plan that is told at once."""
    things = Things()
    things.holds = asyncio.Event()
    loader: Loader[int, str] = Loader(things.bring)
    promise, heard = loader.load(1), []
    promise.then(lambda there: heard.append(there.result()))
    waiting = [asyncio.ensure_future(promise) for _ in range(3)]
    await asyncio.sleep(0.01)
    waiting[0].cancel()
    things.holds.set()
    told = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(told[0], asyncio.CancelledError)
    assert (told[1:], heard, promise.done()) == (["1", "1"], ["1"], True)
