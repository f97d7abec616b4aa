"""Between GraphQL types and the JSON of the services: what they tell becomes types, what a caller gives becomes bodies."""

import dataclasses
import inspect
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import Enum
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Self, Union, get_args, get_origin
from uuid import UUID

from strawberry import UNSET

from gateway.ids import uuid_of
from gateway.words import NODE, TOLD_AS

Reader = Callable[[Any], Any]
IDS = 16_384
WRITTEN: Mapping[Any, Reader] = {
    UUID: lru_cache(IDS)(UUID),  # the same things are told of again and again
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    time: time.fromisoformat,
}
"""Kinds that JSON has no value of its own for, and how each is read from its text."""

UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)


class ContractBroken(Exception):
    """A service did not tell what its contract promises; a fault of ours, never the caller's."""


class Told:
    """Base of every type read from a service's JSON: field by field, by name and annotation."""

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """The record as this type.

        Raises:
            ContractBroken: a field that must be there is missing or of another kind.
        """
        try:
            return maker(cls)(record.get)  # type: ignore[arg-type, no-any-return]
        except UNREADABLE:
            for name, key, read in readers(cls):  # type: ignore[arg-type]
                _read(cls, name, key, read, record)
            raise

    @classmethod
    def perhaps(cls, record: Mapping[str, Any] | None) -> Self | None:
        """The same, where there may be none."""
        return None if record is None else cls.of(record)

    @classmethod
    def each(cls, records: list[Mapping[str, Any]] | None) -> list[Self]:
        """The same, for a list."""
        return [cls.of(record) for record in records or ()]


def _read(cls: type, name: str, key: str, read: Reader, record: Mapping[str, Any]) -> Any:
    try:
        return read(record.get(key))
    except UNREADABLE as error:
        why = type(error).__name__  # and no more: its text may hold what somebody wrote
        raise ContractBroken(f"{cls.__name__}.{name} cannot be read from {key!r}: {why}") from None


@cache
def maker(cls: type) -> Callable[[Callable[[str], Any]], Any]:
    """What makes one of what `get` gives by name: one call of the class, written as source, for there are thousands in a list.

    lambda get: cls(action=v if (v := get(k0)) is not None else r0(v), note=get(k1), at=r2(get(k2)))
    """
    known: dict[str, Any] = {"cls": cls}
    given = []
    for number, (name, key, read) in enumerate(readers(cls)):
        known |= {f"k{number}": key, f"r{number}": read}
        value, read_by = f"get(k{number})", f"r{number}"
        if read is _present:
            value = f"v if (v := {value}) is not None else {read_by}(v)"
        elif read is not _as_it_is:
            value = f"{read_by}({value})"
        given.append(f"{name}={value}")
    return eval(f"lambda get: cls({', '.join(given)})", known)  # type: ignore[no-any-return] # noqa: S307 - our own source


@cache
def readers(cls: type) -> list[tuple[str, str, Reader]]:
    """For each field that is told: its name, its name in JSON, and how its value is read."""
    told = []
    for field in dataclasses.fields(cls):
        if field.init:
            key = field.metadata.get(TOLD_AS) or field.name
            told.append((field.name, key, reader(_annotation(cls, field.name))))
    return told


def reader(kind: Any) -> Reader:
    """How a JSON value of the annotated `kind` is read."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return reader(args[0])
    if origin in (Union, UnionType):
        (inner,) = (arg for arg in args if arg is not NoneType)
        read = reader(inner)
        if read is _present:
            return _as_it_is
        return lambda value: None if value is None else read(value)
    if origin is list:
        each = reader(args[0])
        return lambda value: [each(item) for item in value or ()]
    return _scalar(kind)


def _scalar(kind: Any) -> Reader:
    if kind in WRITTEN:
        return WRITTEN[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        members = dict(kind.__members__)
        return lambda value: members[value.upper()]
    if isinstance(kind, type) and issubclass(kind, Told):
        return kind.of
    if dataclasses.is_dataclass(kind):
        raise TypeError(f"{kind} cannot be told: it is no `Told`")
    return _present


def _as_it_is(value: Any) -> Any:
    return value


def _present(value: Any) -> Any:
    if value is None:
        raise ValueError("missing")
    return value


def _annotation(cls: type, name: str) -> Any:
    for owner in cls.__mro__:
        annotation = inspect.get_annotations(owner).get(name)
        if isinstance(annotation, str):
            return eval(annotation, vars(sys.modules[owner.__module__]))  # noqa: S307 - our own annotations
        if annotation is not None:
            return annotation
    raise AttributeError(name)


def body_of(given: Any, *leaving: str) -> dict[str, Any]:
    """The body that an input object makes; what was left out, and the fields in `leaving`, are not in it.

    Raises:
        IdOfAnotherKind: an id is not one of the kind its field takes; `field` names it.
    """
    body: dict[str, Any] = {}
    for field in dataclasses.fields(given):
        value = getattr(given, field.name)
        if field.name not in (*leaving, "idempotency_key") and value not in (None, UNSET):
            body[field.name] = _plain(value, field.metadata.get(NODE), field.name)
    return body


def _plain(value: Any, node: str | None, name: str) -> Any:
    if isinstance(value, list):
        return [_plain(item, node, name) for item in value]
    if node is not None:
        return str(uuid_of(value, node, field=name))
    if dataclasses.is_dataclass(value):
        return body_of(value)
    if isinstance(value, Enum):
        return value.name
    return value.isoformat() if isinstance(value, date | time) else value
