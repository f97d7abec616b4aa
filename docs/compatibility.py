"""A published version of an event may only change so that old readers read new events, and new readers old ones.

A field may come where it may be missing, and an enumeration may get another value: readers pass over what they do not
know. A field that goes, is renamed or holds something else, or that is there sometimes where it was always, is a new
version of the event: another type beside the old one, until nobody hears the old one any more.
"""

from collections.abc import Iterable, Mapping
from typing import Any

TELLING = frozenset({"title", "description", "examples", "default", "x-terms", "$id", "$schema"})
"""What tells of a value without saying what it may be."""

PARTS = frozenset({"properties", "required", "enum", "items", "anyOf"})
"""What is looked at piece by piece."""


def broken(before: Mapping[str, Any], after: Mapping[str, Any], at: str = "data") -> Iterable[str]:
    """Everything in the newer schema that a reader of the older one, or of older events, would break on."""
    if _demanded(before) != _demanded(after):
        yield f"{at}: is another kind of value"
        return
    gone = [each for each in before.get("enum", ()) if each not in after["enum"]]
    yield from (f"{at}: the value {each} is gone" for each in gone)
    yield from _fields(before, after, at)
    if "items" in before:
        yield from broken(before["items"], after["items"], f"{at}[]")
    for old, new in zip(before.get("anyOf", ()), after.get("anyOf", ()), strict=True):
        yield from broken(old, new, at)


def _fields(before: Mapping[str, Any], after: Mapping[str, Any], at: str) -> Iterable[str]:
    old, new = before.get("properties", {}), after.get("properties", {})
    always, from_now_on = set(before.get("required", ())), set(after.get("required", ()))
    for name, schema in old.items():
        if name not in new:
            yield f"{at}.{name}: is gone"
            continue
        if (name in always) != (name in from_now_on):
            yield f"{at}.{name}: was {'always' if name in always else 'not always'} there"
        yield from broken(schema, new[name], f"{at}.{name}")
    for name in sorted(from_now_on - old.keys()):
        yield f"{at}.{name}: older events lack it; give it a default"


def _demanded(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What a schema demands of a value itself, and which parts it has."""
    itself = {key: value for key, value in schema.items() if key not in TELLING | PARTS}
    choices = len(schema.get("anyOf", ()))
    return itself | {"parts": schema.keys() & {"enum", "items", "properties"}, "choices": choices}
