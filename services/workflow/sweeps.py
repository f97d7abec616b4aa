"""A sweep's way through what is due.

Any number of replicas may run them: whoever comes second to something finds it done, and goes on.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

from services.kit.errors import Refusal

log = structlog.get_logger(__name__)
FIRST = UUID(int=0)


async def one_by_one(
    name: str,
    due: Callable[[UUID], Awaitable[list[UUID]]],
    act: Callable[[UUID], Awaitable[None]],
) -> int:
    """Act on all that `due` tells behind an id; how many were acted on, what fails stops nothing behind it."""
    after, done = FIRST, 0
    while found := await due(after):
        done += sum([await _acted(name, act, each) for each in found])
        after = found[-1]
    return done


async def _acted(name: str, act: Callable[[UUID], Awaitable[None]], wanted: UUID) -> bool:
    """A refusal tells that it moved meanwhile."""
    try:
        await act(wanted)
    except Refusal:
        return False
    except Exception:
        log.exception("a sweep left something undone", sweep=name, id=str(wanted))
        return False
    return True
