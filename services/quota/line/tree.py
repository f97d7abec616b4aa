"""An organisation moved or went into another: what quota keeps of the units below it follows, a chunk at a time.

A form in the unit's hands follows wholly: its authority and HRSS are the new ones. One under way above the unit, or in
force, keeps who has it, and is read by the new line too. Places, also those given back, and who waits for one follow
their unit: they are the unit's own affair, and no office acts on them. Each chunk is a transaction of its own, found by
index and in the order of ids; doing one again changes nothing.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationKind, OrganisationRef
from services.quota.annual_form.model import AnnualForm
from services.quota.annual_form.states import FormState
from services.quota.base import Base
from services.quota.decision.model import PostDecision
from services.quota.decision.states import DecisionState
from services.quota.reservation.model import Reservation
from services.quota.staffing.model import StaffingBook
from services.quota.targeted.model import TargetedPlan
from services.quota.targeted.states import PlanState
from services.quota.unit.model import UnitCard
from services.quota.unit.store import doubt_below, hear_alone
from services.quota.waiting.model import Waiting

AT_ONCE = 500
"""How many rows one transaction holds."""

WITH_UNIT = (FormState.DRAFT, FormState.RETURNED)
ABOVE = (FormState.AT_AUTHORITY, FormState.AT_HRSS, FormState.APPROVED)


@dataclass(frozen=True, slots=True)
class Change:
    """Below `passed`, what stood before it and itself is `line` now; `heir` is what it went into, if it did."""

    passed: UUID
    line: tuple[OrganisationRef, ...]
    heir: UUID | None = None

    def lineage(self, unit_id: UUID | None = None) -> list[UUID]:
        """The ids of the new line; a unit that went into another keeps its own forms, below its heir."""
        ids = [each.id for each in self.line]
        return [*ids, self.passed] if unit_id == self.passed and self.heir else ids

    def replaced(self, lineage: Sequence[UUID], unit_id: UUID | None = None) -> list[UUID]:
        """A lineage after the change: all up to and with `passed` is the new line."""
        return [*self.lineage(unit_id), *lineage[lineage.index(self.passed) + 1 :]]

    def widened(self, lineage: Sequence[UUID], unit_id: UUID) -> list[UUID]:
        """The same, but whoever stood on it before stays on it, below the root."""
        new = self.replaced(lineage, unit_id)
        former = [each for each in lineage[: lineage.index(self.passed)] if each not in new]
        return [*new[:1], *former, *new[1:]]

    def now(self, organisation_id: UUID | None) -> UUID | None:
        """Who acts for an organisation."""
        return self.heir if self.heir and organisation_id == self.passed else organisation_id

    def nearest(self, form: AnnualForm, kind: OrganisationKind, known: UUID | None) -> UUID | None:
        """The nearest organisation of a kind above the form's unit: one below the change stays the nearest."""
        below = form.lineage[form.lineage.index(self.passed) + 1 :]
        if known in below:
            return known
        above = self.line[:-1] if form.unit_id == self.passed and not self.heir else self.line
        return next((each.id for each in reversed(above) if each.kind == kind), None)


Chunk = Callable[[AsyncSession, Change, UUID], Awaitable[UUID | None]]
"""Does the rows after an id, `AT_ONCE` at most; the last one's id while there may be more."""


async def forms_with_unit(tx: AsyncSession, change: Change, after: UUID) -> UUID | None:
    """Forms that the unit fills in or mends go the new way up."""
    found = await _rows(tx, AnnualForm, change, after, AnnualForm.state.in_(WITH_UNIT))
    for form in found:
        form.authority_id = change.nearest(form, OrganisationKind.AUTHORITY, form.authority_id)
        form.hrss_id = change.nearest(form, OrganisationKind.HRSS, form.hrss_id) or form.hrss_id
        form.lineage = change.replaced(form.lineage, form.unit_id)
    return _last(found)


async def forms_above(tx: AsyncSession, change: Change, after: UUID) -> UUID | None:
    """Forms under way or in force stay with who has them; a body that is gone is stood for by its heir."""
    found = await _staying(tx, AnnualForm, change, after, AnnualForm.state.in_(ABOVE))
    for form in found:
        form.authority_id = change.now(form.authority_id)
    return _last(found)


async def decisions(tx: AsyncSession, change: Change, after: UUID) -> UUID | None:
    """Decisions in force stay with the HRSS that made them, as the form does whose numbers they stand in for."""
    in_force = PostDecision.state == DecisionState.IN_FORCE
    return _last(await _staying(tx, PostDecision, change, after, in_force))


async def plans(tx: AsyncSession, change: Change, after: UUID) -> UUID | None:
    """Targeted posts stay as they were approved, and are read by the new line."""
    in_force = TargetedPlan.state == PlanState.IN_FORCE
    return _last(await _staying(tx, TargetedPlan, change, after, in_force))


async def reservations(tx: AsyncSession, change: Change, after: UUID) -> UUID | None:
    """Places held, taken, not needed or given back are read by the new line."""
    return _last(await _following(tx, Reservation, change, after))


async def waiting(tx: AsyncSession, change: Change, after: UUID) -> UUID | None:
    """Who waits for a place waits on, read by the new line."""
    return _last(await _following(tx, Waiting, change, after))


async def cards(tx: AsyncSession, change: Change, after: UUID) -> UUID | None:
    """Cards of units below are asked for again before they are shown: their level and authority may be others."""
    await hear_alone(tx)
    return await doubt_below(tx, change.passed, after, AT_ONCE)


async def staffing_books(tx: AsyncSession, change: Change, after: UUID) -> UUID | None:
    """Staffing ledgers are read by the new line; a unit that went into another keeps its own, below its heir."""
    found = await _late(tx, StaffingBook, change, after)
    for each in found:
        each.lineage = change.replaced(each.lineage, each.unit_id)
    return _last(found)


CHUNKS: Mapping[type[Base], Sequence[Chunk]] = {
    AnnualForm: (forms_with_unit, forms_above),
    PostDecision: (decisions,),
    TargetedPlan: (plans,),
    Reservation: (reservations,),
    Waiting: (waiting,),
    StaffingBook: (staffing_books,),
    UnitCard: (cards,),
}
"""Every kind of row that follows, and how."""


async def _following(tx: AsyncSession, model: Any, change: Change, after: UUID) -> Sequence[Any]:
    """Rows that go with their unit: the new line reads them, and the former one no more."""
    found = await _late(tx, model, change, after)
    for each in found:
        each.lineage = change.replaced(each.lineage)
    return found


async def _late(tx: AsyncSession, model: Any, change: Change, after: UUID) -> Sequence[Any]:
    """Rows that do not stand below the new line yet."""
    line = change.lineage()
    return await _rows(tx, model, change, after, model.lineage[1 : len(line)] != literal(line, ARRAY(Uuid)))


async def _staying(
    tx: AsyncSession, model: Any, change: Change, after: UUID, *where: ColumnElement[bool]
) -> Sequence[Any]:
    """Rows that stay with who has them: the new line reads them too, and an heir stands for a body that is gone."""
    unseen = ~model.lineage.contains(change.lineage()) if change.heir is None else true()
    found = await _rows(tx, model, change, after, *where, unseen)
    for each in found:
        each.hrss_id = change.now(each.hrss_id) or each.hrss_id
        each.lineage = change.widened(each.lineage, each.unit_id)
    return found


async def _rows(
    tx: AsyncSession, model: Any, change: Change, after: UUID, *where: ColumnElement[bool]
) -> Sequence[Any]:
    mine = select(model).where(model.lineage.contains([change.passed]), model.id > after, *where)
    return list(await tx.scalars(mine.order_by(model.id).limit(AT_ONCE).with_for_update(of=model)))


def _last(found: Sequence[Any]) -> UUID | None:
    last: UUID | None = found[-1].id if len(found) == AT_ONCE else None
    return last
