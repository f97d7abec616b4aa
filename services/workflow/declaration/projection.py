"""What a list of declarations reads and tells of each: what is asked for, and of the written content nothing."""

from collections.abc import Collection, Mapping
from typing import Annotated, Literal, TypeAlias

from fastapi import Query
from sqlalchemy import Select, inspect
from sqlalchemy.orm import load_only

from services.workflow.declaration.model import Declaration

Part: TypeAlias = Literal["basic", "chain", "returned", "aid", "available_actions"]
EVERY: frozenset[Part] = frozenset(("basic", "chain", "returned", "aid", "available_actions"))
Fields: TypeAlias = Annotated[
    list[Part] | None,
    Query(
        description="Which of the larger fields to tell, `basic`: none of them; what is not asked for is told empty."
    ),
]

NEEDED: Mapping[Part, tuple[str, ...]] = {
    "basic": (),
    "chain": ("chain",),
    "returned": ("returned",),
    "aid": ("aid",),
    "available_actions": ("chain", "returned", "touched", "lineage"),
}
"""The larger columns that each is told from."""
LARGE = frozenset(("content", "unfinished", "path", *(column for each in NEEDED.values() for column in each)))


def asked(fields: Collection[Part] | None) -> frozenset[Part]:
    """The larger fields to tell: all of them where nothing is said."""
    return EVERY if fields is None else frozenset(fields)


def reading(query: Select[Declaration], parts: Collection[Part]) -> Select[Declaration]:
    """The query with the columns that these are told from, and no other large one."""
    wanted = {column for each in parts for column in NEEDED[each]}
    columns = [each for each in inspect(Declaration).column_attrs if each.key not in LARGE - wanted]
    return query.options(load_only(*(each.class_attribute for each in columns), raiseload=True))
