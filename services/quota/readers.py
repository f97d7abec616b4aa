"""Who reads what a unit has: roles at the unit or above it; and the legal person that somebody works at."""

from uuid import UUID

from services.accounts.contract import OrganisationKind, Role
from services.kit.auth import Actor, Seat

READERS = (
    Role.RECOMMENDER,
    Role.REVIEWER,
    Role.TITLE_OFFICER,
    Role.COMMITTEE_OFFICE,
    Role.ORGANISATION_MANAGER,
    Role.SUPERVISOR,
)
"""Roles that see what belongs to their organisation and to those below it."""


def works_at(actor: Actor, unit_id: UUID) -> bool:
    """Whether the caller works at the unit itself or in a department of it.

    Who works below an authority or an HRSS learns nothing of that one's own posts: the way up is not the way to look.
    """
    return any(_employer(seat) == unit_id for seat in actor.seats)


def _employer(seat: Seat) -> UUID | None:
    """The legal person that a seat is at, or in a department of."""
    units = (node.id for node in reversed(seat.lineage) if node.kind != OrganisationKind.INTERNAL_DEPARTMENT)
    return next(units, None)
