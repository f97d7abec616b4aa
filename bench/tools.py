"""Programs that some benches need, looked for before anything is measured; what cannot be had leaves one line, and the others go on."""

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence

NODE = ("node", "npm")
HAPROXY = ("haproxy",)
PACKAGES = {"node": "nodejs", "npm": "npm", "haproxy": "haproxy"}
"""Debian's package of each."""

Measure = Callable[[], None]


class Missing(Exception):
    """Something that is measured beside ours, or by which it is measured, cannot be had here; its text says what to do."""


def needed(programs: Sequence[str]) -> None:
    """Look for programs.

    Raises:
        Missing: some are not installed here.
    """
    if away := [each for each in programs if shutil.which(each) is None]:
        packages = " ".join(PACKAGES[each] for each in away)
        raise Missing(f"install {' and '.join(away)} (apt install {packages})")


def measure(parts: Mapping[str, Measure], needs: Mapping[str, Sequence[str]]) -> int:
    """Measure part after part: how the program ends, 1 where one could not be."""
    code = 0
    for name, part in parts.items():
        try:
            needed(needs.get(name, ()))
            part()
        except Missing as missing:
            sys.stderr.write(f"{name}: {missing}\n")
            code = 1
    return code
