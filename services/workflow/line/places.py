"""A line of organisations after a change of the tree, or of a person's place: plain functions over ids and links."""

from collections.abc import Sequence
from uuid import UUID

from services.workflow.review_chain.chain import Link


def replaced(lineage: Sequence[UUID], passed: UUID, line: Sequence[UUID]) -> list[UUID]:
    """A lineage through `passed`: all up to and with it becomes `line`, what follows it stays."""
    return [*line, *lineage[lineage.index(passed) + 1 :]]


def widened(lineage: Sequence[UUID], passed: UUID, line: Sequence[UUID]) -> list[UUID]:
    """The same, but whoever stood on it before stays on it, below the root: a review under way is theirs to finish."""
    former = [each for each in lineage[: lineage.index(passed)] if each not in line]
    return [*line[:1], *former, *replaced(lineage, passed, line)[1:]]


def path_after(path: Sequence[Link], passed: UUID, line: Sequence[Link]) -> list[Link]:
    """A named line through `passed` after the change; one that does not lead through it stays as it is."""
    place = next((number for number, link in enumerate(path) if link.id == passed), None)
    return list(path) if place is None else [*line, *path[place + 1 :]]


def handed_over(chain: Sequence[Link], position: int, gone: UUID, heir: Link) -> list[Link]:
    """A chain whose bodies are those that are there: `heir` stands in place of the one gone, and hears of returns too.

    From `position` on nobody reviews twice in a row because two became one; what was reviewed keeps its places, and the
    history tells who did it.
    """
    now = [heir if link.id == gone else link for link in chain]
    done, left = now[: max(position, 0)], now[max(position, 0) :]
    return [
        *done,
        *(link for number, link in enumerate(left) if number == 0 or left[number - 1].id != link.id),
    ]
