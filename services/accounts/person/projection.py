"""What a list of people reads, opens and tells of each: sealed numbers only where they are asked for."""

from collections.abc import Collection
from typing import Annotated, Literal, TypeAlias

from fastapi import Query
from sqlalchemy import Select
from sqlalchemy.orm import defer, raiseload
from sqlalchemy.orm.interfaces import ORMOption

from services.accounts.person.model import Person

Part: TypeAlias = Literal["basic", "documents", "masked_resident_id", "masked_phone", "masked_email"]
EVERY: frozenset[Part] = frozenset(
    ("basic", "documents", "masked_resident_id", "masked_phone", "masked_email")
)
OF_DOCUMENTS: frozenset[Part] = frozenset(("documents", "masked_resident_id"))
Fields: TypeAlias = Annotated[
    list[Part] | None,
    Query(
        description="Which sealed fields to open, `basic`: none of them; what is not asked for is told empty."
    ),
]


def asked(fields: Collection[Part] | None) -> frozenset[Part]:
    """The sealed fields to tell: all of them where nothing is said."""
    return EVERY if fields is None else frozenset(fields)


def reading(query: Select[Person], parts: frozenset[Part]) -> Select[Person]:
    """The query with the sealed columns and the documents that these are told from, and no others."""
    return query.options(*_left_out(parts))


def _left_out(parts: frozenset[Part]) -> list[ORMOption]:
    sealed = {"masked_phone": Person.phone_sealed, "masked_email": Person.email_sealed}
    left: list[ORMOption] = [
        defer(column, raiseload=True) for part, column in sealed.items() if part not in parts
    ]
    return left if parts & OF_DOCUMENTS else [*left, raiseload(Person.documents)]
