"""What is asked of the database on behalf of a test, and not what an app does by itself meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine, event

ASKED: ContextVar[list[str] | None] = ContextVar("ASKED", default=None)
"""Where statements are noted: tasks that began before it was set, which look for work of their own, do not see it."""


@contextmanager
def statements() -> Iterator[list[str]]:
    """Tell the statements of what is asked for while it is open, by whichever engine of this process."""
    asked: list[str] = []
    opened = ASKED.set(asked)

    def note(*about: Any) -> None:
        if (mine := ASKED.get()) is not None:
            mine.append(about[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)
        ASKED.reset(opened)
