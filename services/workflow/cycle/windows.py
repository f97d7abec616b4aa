"""The windows of a cycle as extensions rewrite them, and back."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.workflow.cycle.states import IN_TURN, Window
from services.workflow.cycle.steps import Limit

Rows = Sequence[Mapping[str, Any]]
"""Windows as a cycle keeps them."""

KEPT = ("name", "closes", "extended_by")
"""What is remembered of a window that an extension changes."""


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


def longer(windows: Rows, name: str, closes: date, document: str) -> tuple[list[dict[str, Any]], Rows]:
    """The windows of which one closes later, and the run where it would be outlasted; and what both were before."""
    run = date.fromisoformat(_named(windows, Window.RUN)["closes"])
    changed = {name} | ({Window.RUN} if closes > run else set())
    told = {"closes": closes.isoformat(), "extended_by": document}
    replaced = [{key: each.get(key) for key in KEPT} for each in windows if each["name"] in changed]
    return [{**each, **told} if each["name"] in changed else dict(each) for each in windows], replaced


def restored(windows: Rows, replaced: Rows, document: str) -> list[dict[str, Any]]:
    """The windows as they are without that extension; the run still spans all that others have extended."""
    before = {each["name"]: each for each in replaced}
    back = [
        {**each, **before[each["name"]]}
        if each["name"] in before and each.get("extended_by") == document
        else dict(each)
        for each in windows
    ]
    last = max((each for each in back if each["name"] != Window.RUN), key=lambda each: each["closes"])
    spanned = {key: last.get(key) for key in ("closes", "extended_by")}
    return [
        {**each, **spanned} if each["name"] == Window.RUN and each["closes"] < last["closes"] else each
        for each in back
    ]


def is_as_extended(windows: Rows, name: str, closes: date, document: str) -> bool:
    """Whether a window is still as an extension has set it."""
    told = _named(windows, name)
    return (told["closes"], told.get("extended_by")) == (closes.isoformat(), document)
