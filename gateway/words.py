"""Descriptions beside what they describe: fields, ids of other things, and the Chinese term of every enum value."""

import dataclasses
from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

import strawberry

from services.kit.words import Word

E = TypeVar("E", bound=type[Enum])
NODE = "node"
TOLD_AS = "told_as"


def described(text: str, *, told_as: str | None = None, default: Any = strawberry.UNSET) -> Any:
    """A field with its description; `told_as` is its name in the service's JSON where it differs."""
    given = {} if default is strawberry.UNSET else {"default": default}
    return strawberry.field(description=text, metadata={TOLD_AS: told_as}, **given)


def listed(text: str, *, told_as: str | None = None) -> Any:
    """A list field which is empty unless told."""
    return strawberry.field(description=text, metadata={TOLD_AS: told_as}, default_factory=list)


def hidden(told_as: str) -> Any:
    """A private attribute that is told under another name."""
    return dataclasses.field(metadata={TOLD_AS: told_as})


def optional(text: str) -> Any:
    """An input field that may be left out."""
    return strawberry.field(description=text, default=None)


def alternative(text: str, *, node: str | None = None) -> Any:
    """A field of an input of which exactly one field is given; `node` where it takes a global id."""
    metadata = {NODE: node} if node else {}
    return strawberry.field(description=text, metadata=metadata, default=strawberry.UNSET)


def id_of(node: str, text: str) -> Any:
    """An input field that takes the global id of a `node`."""
    return strawberry.field(description=text, metadata={NODE: node})


def optional_id_of(node: str, text: str) -> Any:
    """The same, where it may be left out."""
    return strawberry.field(description=text, metadata={NODE: node}, default=None)


def terms(description: str) -> Callable[[E], E]:
    """Make an enum known to the schema, each value described by its Chinese term.

    A word of a service's contract says its term itself; an enum of the gateway has the term as its value.
    """

    def name(cls: E) -> E:
        named = strawberry.enum(cls, description=description)
        told = named.__strawberry_definition__.values  # type: ignore[attr-defined]
        for value, member in zip(told, cls, strict=True):
            value.description = member.zh if isinstance(member, Word) else str(member.value)
        return named

    return name
