"""Several tries at the same time: each comes to its end, and what failed is told whole."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


async def together(tries: Iterable[Awaitable[T]]) -> list[T]:
    """What each came to, in their order; none ends because another one failed.

    Raises:
        BaseException: what failed, when all have come to their end; a group where several did.
    """
    return without_failures(await asyncio.gather(*tries, return_exceptions=True))


def without_failures(ended: Sequence[T | BaseException]) -> list[T]:
    """What tries came to, if none failed.

    Raises:
        BaseException: what failed of them; a group where several did.
    """
    if failed := [each for each in ended if isinstance(each, BaseException)]:
        raise failed[0] if len(failed) == 1 else BaseExceptionGroup("several failed", failed)
    return [each for each in ended if not isinstance(each, BaseException)]
