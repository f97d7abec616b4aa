"""Who reads what is not public yet: one rule for drafts and proposals of every concept."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

from services.kit.auth import Actor


def public_or_above(
    public: ColumnElement[bool],
    lineage: InstrumentedAttribute[list[UUID]],
    actor: Actor | None,
    roles: Collection[str],
) -> ColumnElement[bool]:
    """What is `public` for everybody, the rest for seats of `roles` at its owner or above."""
    seats = actor.organisation_ids(*roles) if actor else []
    below: Any = lineage
    return or_(public, below.overlap(seats)) if seats else public
