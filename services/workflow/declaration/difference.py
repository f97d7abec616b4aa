"""What changed between two rounds of a declaration, section by section; applied to the earlier one it gives the later."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from services.workflow.declaration.content import SECTIONS
from services.workflow.declaration.states import Change

MATERIALS = "materials"
"""The section of a round that the uploaded files are told under."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: of a field (`item`) of a section, of a section as a whole, or of an entry of a list.

    Entries of a list are told by their places, from 1 on, in the list before and in the list after; of a material `item`
    is the kind.
    """

    section: str
    change: Change
    before: Any = None
    after: Any = None
    item: str | None = None
    place_before: int | None = None
    place_after: int | None = None


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What turns the sections of `before` into those of `after`, in the order of the form, materials last."""
    return [
        found
        for section in (*SECTIONS, MATERIALS)
        for found in _of_section(section, before.get(section), after.get(section))
    ]


def _of_section(section: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, list) or isinstance(after, list):
        yield from _of_list(section, before or [], after or [])
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for field in dict.fromkeys((*before, *after)):
            old, new = before.get(field), after.get(field)
            if old != new:
                yield Difference(section, Change.CHANGED, old, new, field)
    elif before != after:
        yield Difference(section, Change.REMOVED if after is None else Change.ADDED, before, after)


def _of_list(section: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Difference]:
    matcher = SequenceMatcher(None, _comparable(before), _comparable(after), autojunk=False)
    for _, start, end, start_after, end_after in matcher.get_opcodes():
        if (gone := before[start:end]) == (come := after[start_after:end_after]):
            continue
        for number, (old, new) in enumerate(zip_longest(gone, come)):
            yield Difference(
                section,
                Change.REMOVED if new is None else Change.ADDED if old is None else Change.CHANGED,
                old,
                new,
                (new or old).get("item") if section == MATERIALS else None,
                None if old is None else start + number + 1,
                None if new is None else start_after + number + 1,
            )


def _comparable(entries: Sequence[Any]) -> list[str]:
    return [json.dumps(each, sort_keys=True) for each in entries]
