"""Lists of cycles and what is theirs; what is not yet public is limited to its own organisation line."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from services.accounts.contract import Role
from services.kit.auth import Actor
from services.workflow.cycle.model import Arrangement, Cycle, CycleExtension, PassMark, Specialty
from services.workflow.cycle.states import ArrangementState, SpecialtyState
from services.workflow.visibility import public_or_above

ARRANGERS = (Role.TITLE_OFFICER, Role.COMMITTEE_OFFICE)
"""Who arranges the year; whoever else sits at the same organisation reads what is published."""


def cycles(year: int | None) -> Select[Cycle]:
    """Every cycle, or that of one year."""
    return select(Cycle) if year is None else select(Cycle).where(Cycle.year == year)


def extensions(actor: Actor | None, cycle_id: UUID) -> Select[CycleExtension]:
    """The extensions of a cycle's windows that the viewer may read."""
    return select(CycleExtension).where(CycleExtension.cycle_id == cycle_id, readable_extensions(actor))


def readable_extensions(actor: Actor | None) -> ColumnElement[bool]:
    """What was published for everybody, withdrawn or not; the others for the title officers of the province."""
    published = CycleExtension.published_at.is_not(None)
    return public_or_above(published, CycleExtension.lineage, actor, (Role.TITLE_OFFICER,))


def pass_marks(cycle_id: UUID) -> Select[PassMark]:
    """The pass marks of a cycle."""
    return select(PassMark).where(PassMark.cycle_id == cycle_id)


def specialties(series: str | None, state: SpecialtyState | None) -> Select[Specialty]:
    """The specialties of a series; the registry is public, proposals included."""
    query = select(Specialty)
    if series is not None:
        query = query.where(Specialty.series == series)
    return query if state is None else query.where(Specialty.state == state)


def arrangements(actor: Actor | None, cycle_id: UUID | None, series: str | None) -> Select[Arrangement]:
    """The arrangements that the viewer may read."""
    query = select(Arrangement).where(readable(actor))
    if cycle_id is not None:
        query = query.where(Arrangement.cycle_id == cycle_id)
    return query if series is None else query.where(Arrangement.series == series)


def readable(actor: Actor | None) -> ColumnElement[bool]:
    """Published ones for everybody, drafts for the offices and officers at their owner or above."""
    published = Arrangement.state == ArrangementState.PUBLISHED
    return public_or_above(published, Arrangement.lineage, actor, ARRANGERS)
