"""In which order files of tests are given out: stories over real processes among all the others.

A story waits for processes that start, die and come again; the others compute. Where every worker plays a story, cores
have nothing to do, and where none does, none of them waits for anything.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

BEGUN_BY = 0.8
"""When this part of the others has been given out all stories have been too: what takes long does not come last."""


def spread(items: list[pytest.Item]) -> None:
    """Put files with stories at even distances among the other files; what is in a file stays together and in order."""
    files: dict[Path, list[pytest.Item]] = defaultdict(list)
    for item in items:
        files[item.path].append(item)
    stories = [file for file, own in files.items() if any(each.get_closest_marker("journey") for each in own)]
    others = [file for file in files if file not in set(stories)]
    distance = BEGUN_BY * len(others) / max(len(stories), 1)
    places = {file: place * distance for place, file in enumerate(stories)}
    places |= {file: float(place) for place, file in enumerate(others)}
    items[:] = [item for file in sorted(places, key=places.__getitem__) for item in files[file]]
