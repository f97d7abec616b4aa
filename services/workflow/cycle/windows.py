"""The windows of a cycle as extensions rewrite them, and back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from services.workflow.cycle.states import IN_TURN, Window
from services.workflow.cycle.steps import Limit

Rows = Sequence[Mapping[str, Any]]
"""Windows as a cycle keeps them."""

Told = tuple[str, date, str]
"""What an extension tells: the window, its last day, and the document."""


def neighbours(windows: Rows, name: Window) -> tuple[Limit | None, Limit | None]:
    """The windows before and after one of those that take turns."""
    if name not in IN_TURN:
        return None, None
    place = IN_TURN.index(name)
    return _limit(windows, IN_TURN[:place][-1:]), _limit(windows, IN_TURN[place + 1 :][:1])


def _limit(windows: Rows, named: Sequence[Window]) -> Limit | None:
    for name in named:
        told = _named(windows, name)
        return Limit(told["title"], date.fromisoformat(told["closes"]))
    return None


def _named(windows: Rows, name: str) -> Mapping[str, Any]:
    return next(each for each in windows if each["name"] == name)


def longer(windows: Rows, name: str, closes: date, document: str) -> list[dict[str, Any]]:
    """The windows of which one closes later, and the run where it would be outlasted."""
    changed = {name} | ({Window.RUN} if closes > last_day(windows, Window.RUN) else set())
    told = {"closes": closes.isoformat(), "extended_by": document}
    return [{**each, **told} if each["name"] in changed else dict(each) for each in windows]


def extended(windows: Rows, planned: Mapping[str, date], by: Iterable[Told]) -> list[dict[str, Any]]:
    """The windows as they were planned, and then as these extensions made them, oldest first."""
    found = [
        {**each, "closes": planned[each["name"]].isoformat(), "extended_by": None}
        if each.get("extended_by")
        else dict(each)
        for each in windows
    ]
    for one in by:
        found = longer(found, *one)
    return found


def last_day(windows: Rows, name: str) -> date:
    """The last day of a window."""
    return date.fromisoformat(_named(windows, name)["closes"])


def is_as_extended(windows: Rows, name: str, closes: date, document: str) -> bool:
    """Whether a window is still as an extension has set it."""
    told = _named(windows, name)
    return (told["closes"], told.get("extended_by")) == (closes.isoformat(), document)
