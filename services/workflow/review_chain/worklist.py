"""What waits for a reviewer, nearest due day first, and how much of it: answered from indexes at any size."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_

from services.kit.auth import Actor
from services.kit.clock import Moment
from services.workflow.declaration import store
from services.workflow.declaration.model import Declaration
from services.workflow.policy import Policies
from services.workflow.review_chain.due import soon_by
from services.workflow.review_chain.errors import CursorUnreadable
from services.workflow.review_chain.states import Claimed, Due

Place = tuple[date, UUID]
"""Where a declaration stands in the list."""


@dataclass(frozen=True, slots=True)
class Worklist:
    """What one reviewer's list asks of the database at one moment."""

    actor: Actor
    moment: Moment
    policies: Policies

    def page(
        self,
        due: Due | None,
        claimed: Claimed | None,
        first: int,
        after: Place | None,
        batch_id: UUID | None = None,
    ) -> Select[Declaration]:
        """The next declarations, nearest due day first; one more than asked tells that there are more."""
        query = select(Declaration).where(self._mine(), Declaration.due_on.is_not(None))
        if due is not None:
            query = query.where(self._due(due))
        if claimed is not None:
            query = query.where(self._claimed(claimed))
        if batch_id is not None:
            query = query.where(Declaration.batch_id == batch_id)
        if after is not None:
            query = query.where(tuple_(Declaration.due_on, Declaration.id) > after)
        return query.order_by(Declaration.due_on, Declaration.id).limit(first + 1)

    def counts(self) -> Select[*tuple[Any, ...]]:
        """How many wait, by due day and by claim."""
        counted = {
            "waiting": func.count(),
            "soon": func.count().filter(self._due(Due.SOON)),
            "overdue": func.count().filter(self._due(Due.OVERDUE)),
            "claimed_by_me": func.count().filter(self._claimed(Claimed.ME)),
            "unclaimed": func.count().filter(self._claimed(Claimed.NOBODY)),
        }
        return select(*(each.label(name) for name, each in counted.items())).where(self._mine())

    def _mine(self) -> ColumnElement[bool]:
        return store.reviewing(self.actor)

    def _due(self, due: Due) -> ColumnElement[bool]:
        today = self.moment.today
        if due is Due.OVERDUE:
            return Declaration.due_on < today
        soon = [
            and_(
                Declaration.policy == name,
                Declaration.due_on <= soon_by(policy.review_chain.days, today),
            )
            for name, policy in self.policies.items()
        ]
        return and_(Declaration.due_on >= today, or_(false(), *soon))

    def _claimed(self, claimed: Claimed) -> ColumnElement[bool]:
        live = Declaration.claimed_until > self.moment.instant
        if claimed is Claimed.ME:
            return and_(Declaration.claimed_by == self.actor.id, live)
        return or_(Declaration.claimed_until.is_(None), ~live)


def place_of(row: Declaration) -> str:
    """The cursor that goes on after a declaration."""
    return f"{row.due_on}.{row.id}"


def place_named(cursor: str | None) -> Place | None:
    """The place that a cursor names.

    Raises:
        CursorUnreadable: it is none of this list.
    """
    if cursor is None:
        return None
    day, _, key = cursor.partition(".")
    try:
        return date.fromisoformat(day), UUID(key)
    except ValueError as error:
        raise CursorUnreadable(field="after") from error
