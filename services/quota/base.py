"""The declarative base of this service's tables."""

from enum import StrEnum

from sqlalchemy import MetaData

from services.kit import db


class Base(db.Base):
    """Every table of the quota schema, but for the plumbing."""

    __abstract__ = True
    metadata = MetaData(naming_convention=db.NAMES)


def one_of(column: str, words: type[StrEnum]) -> str:
    """The SQL that a column holds one of the words of an enumeration."""
    return f"{column} in ({', '.join(repr(str(word)) for word in words)})"
