"""Where a value stands in an answer: cheap to make, for every object and every item has one; read only if something fails."""

from typing import TypeAlias

from graphql.pyutils import Path

Position: TypeAlias = tuple["Position | None", str | int, bool, str | None]
"""What is at a key of what is at another position; whether it may be null; the type whose field it is (None: an item)."""


def keys(at: Position | None) -> list[str | int]:
    """The way from the root."""
    way: list[str | int] = []
    while at is not None:
        way.append(at[1])
        at = at[0]
    way.reverse()
    return way


def path(at: Position) -> Path:
    """The same as graphql-core and Strawberry's `Info` tell it."""
    above, key, _, type_name = at
    return Path(None if above is None else path(above), key, type_name)


def above(at: Position) -> Position | None:
    """Where the object stands whose field an item, or the field itself, is of."""
    while at[3] is None:
        assert at[0] is not None
        at = at[0]
    return at[0]
