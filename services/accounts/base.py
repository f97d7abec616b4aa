"""The declarative base of this service's tables."""

from sqlalchemy import MetaData

from services.kit import db


class Base(db.Base):
    """Every table of the accounts schema, but for the plumbing."""

    __abstract__ = True
    metadata = MetaData(naming_convention=db.NAMES)
