"""A thing's lineage read with it, in the same query: the organisations from the root down, as JSON."""

from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, aliased

from services.accounts.organisation.model import Organisation


def line_of(
    owner: type[DeclarativeBase], lineage: InstrumentedAttribute[Any], *fields: str
) -> ScalarSelect[Any]:
    """A subquery of `owner`: its lineage as a JSON list of objects with `fields` of each organisation."""
    above = aliased(Organisation)
    pairs = [part for field in fields for part in (field, getattr(above, field))]
    listed = func.jsonb_agg(
        aggregate_order_by(func.jsonb_build_object(*pairs), func.cardinality(above.lineage))
    )
    return select(listed).where(above.id == func.any(lineage)).correlate(owner).scalar_subquery()
