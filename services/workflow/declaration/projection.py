"""What is read and told of many declarations: what is asked for; in lists of the written content nothing."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Annotated, Literal, TypeAlias

from fastapi import Query
from sqlalchemy import Select, inspect
from sqlalchemy.orm import load_only
from sqlalchemy.orm.interfaces import ORMOption

from services.workflow.declaration.model import Declaration

Part: TypeAlias = Literal["basic", "chain", "returned", "aid", "available_actions"]
EVERY: frozenset[Part] = frozenset(("basic", "chain", "returned", "aid", "available_actions"))
Written: TypeAlias = Literal["content", "materials", "asked", "findings", "sections"]
WRITTEN: frozenset[Written] = frozenset(("content", "materials", "asked", "findings", "sections"))
"""What is told of the one and of those named by their ids, and not in lists."""
Fields: TypeAlias = Annotated[
    list[Part] | None,
    Query(
        description="Which of the larger fields to tell, `basic`: none of them; what is not asked for is told empty."
    ),
]
FieldsOfOne: TypeAlias = Annotated[
    list[Part | Written] | None,
    Query(
        description="Which of the larger fields to tell, `basic`: none of them, and all where nothing is said; "
        "what is not asked for is told empty."
    ),
]

NEEDED: Mapping[Part | Written, tuple[str, ...]] = {
    "basic": (),
    "chain": ("chain",),
    "returned": ("returned",),
    "aid": ("aid",),
    "available_actions": ("chain", "returned", "touched", "lineage"),
    "content": ("content",),
    "materials": ("chain", "returned"),
    "asked": ("content",),
    "findings": ("content", "unfinished"),
    "sections": ("content", "unfinished"),
}
"""The larger columns that each is told from."""
LARGE = frozenset(("path", *(column for each in NEEDED.values() for column in each)))


def asked(fields: Collection[Part | Written] | None) -> frozenset[Part | Written]:
    """The larger fields to tell: all that lists tell where nothing is said."""
    return EVERY if fields is None else frozenset(fields)


def asked_of_one(fields: Collection[Part | Written] | None) -> frozenset[Part | Written]:
    """The larger fields to tell of the one: all there are where nothing is said."""
    return EVERY | WRITTEN if fields is None else frozenset(fields)


def reading(query: Select[Declaration], parts: Collection[Part | Written]) -> Select[Declaration]:
    """The query with the columns that these are told from, and no other large one."""
    return query.options(_columns(frozenset(parts)))


@cache
def _columns(parts: frozenset[Part | Written]) -> ORMOption:
    """Made once for each choice of parts: naming forty columns takes longer than asking for them."""
    wanted = {column for each in parts for column in NEEDED[each]}
    columns = [each for each in inspect(Declaration).column_attrs if each.key not in LARGE - wanted]
    return load_only(*(each.class_attribute for each in columns), raiseload=True)
