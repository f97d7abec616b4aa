"""The order in which files of tests are given out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from tests.platform.order import BEGUN_BY, spread


@dataclass(frozen=True)
class Case:
    """What is known of a test."""

    path: Path
    number: int
    marker: str | None = None

    def get_closest_marker(self, name: str) -> str | None:
        """The marker, where it is that one."""
        return self.marker if self.marker == name else None


def test_stories_come_at_even_distances_and_files_stay_whole() -> None:
    """Nothing is lost or doubled, no two stories follow each other, and the last ones begin well before the end."""
    stories = [Case(Path(f"a{n}.py"), each, "journey") for n in range(10) for each in range(2)]
    others = [Case(Path(f"b{n}.py"), each) for n in range(40) for each in range(3)]
    ordered: list[Any] = [*stories, *others]
    spread(ordered)
    assert sorted(map(str, ordered)) == sorted(map(str, [*stories, *others]))
    files = [(file, [each.number for each in own]) for file, own in groupby(ordered, lambda each: each.path)]
    assert all(numbers == sorted(numbers) for _, numbers in files)
    assert len(files) == 50
    places = [place for place, (file, _) in enumerate(files) if file.name.startswith("a")]
    assert len(places) == 10
    assert {later - earlier for earlier, later in pairwise(places)} <= {4, 5}
    assert places[-1] < BEGUN_BY * len(files)


def test_without_stories_nothing_moves() -> None:
    """Whoever runs a folder without any finds its own order."""
    others: list[Any] = [Case(Path(f"b{n}.py"), 0) for n in range(3)]
    spread(ordered := list(others))
    assert ordered == others
