"""The gateway's types and the services' models, found by name; `test_contracts` holds them against each other."""

from __future__ import annotations

import importlib
from typing import Any


def named(path: str) -> Any:
    """Return what a dotted path names."""
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def takes_none(read: Any) -> bool:
    """Whether a reader is content with nothing."""
    try:
        read(None)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return True


def of_the_gateway(kind: type) -> set[str]:
    """Return the gateway's own subclasses of a type, by name."""
    found = set()
    for each in kind.__subclasses__():
        found |= of_the_gateway(each) | {f"{each.__module__.removeprefix('gateway.')}.{each.__name__}"}
    return {name for name in found if not name.startswith("tests.")}
