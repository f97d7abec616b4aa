"""Who may do what in accounts: one table of acts, and the only functions that ask it.

A seat reaches its organisation's subtree. An act says which roles may take it and how far each reaches. Applicants hold a
seat too, so no act is open to a seat as such: reading others' data always needs one of the roles that work on cases.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract import Act, Far, Role
from services.kit.auth import Actor, RoleMissing, Seat
from services.kit.errors import Basis

__all__ = [
    "RIGHTS",
    "Act",
    "Far",
    "Permission",
    "permissions",
    "require",
    "scope",
    "seat_for",
    "sees_organisation",
    "sees_person",
]


@dataclass(frozen=True, slots=True)
class Right:
    """The roles that may take an act, and how far they reach."""

    roles: tuple[Role, ...]
    far: Far


LINE = (
    Role.ORGANISATION_MANAGER,
    Role.RECOMMENDER,
    Role.REVIEWER,
    Role.TITLE_OFFICER,
    Role.COMMITTEE_OFFICE,
    Role.SUPERVISOR,
)
"""The roles that work on cases of the organisations below them."""

CASE_WORKERS = tuple(role for role in LINE if role is not Role.SUPERVISOR)
"""Of these, those who decide something of a case: they may read a number whole, for a purpose that is kept."""

RIGHTS: Mapping[Act, Right] = {
    Act.CREATE_ORGANISATION: Right((Role.ORGANISATION_MANAGER,), Far.ITSELF),
    Act.LIST_ORGANISATIONS: Right(tuple(Role), Far.ITSELF_AND_BELOW),
    Act.CHANGE_ORGANISATION: Right((Role.ORGANISATION_MANAGER,), Far.DIRECTLY_BELOW),
    Act.KEEP_UP_ORGANISATION: Right((Role.ORGANISATION_MANAGER,), Far.ITSELF_AND_DIRECTLY_BELOW),
    Act.READ_ORGANISATION_HISTORY: Right(LINE, Far.ITSELF_AND_BELOW),
    Act.IMPORT: Right((Role.ORGANISATION_MANAGER,), Far.ITSELF),
    Act.CREATE_PERSON: Right((Role.ORGANISATION_MANAGER,), Far.ITSELF),
    Act.READ_PERSON: Right((*LINE, Role.INTEGRATION), Far.ITSELF_AND_BELOW),
    Act.MANAGE_PERSON: Right((Role.ORGANISATION_MANAGER,), Far.ITSELF),
    Act.UNMASK_PERSON: Right(CASE_WORKERS, Far.ITSELF_AND_BELOW),
    Act.DECLARE_RECORD: Right((Role.ORGANISATION_MANAGER, Role.RECOMMENDER), Far.ITSELF),
    Act.MANAGE_ACCOUNTS: Right((Role.ORGANISATION_MANAGER,), Far.ITSELF_AND_DIRECTLY_BELOW),
    Act.SEE_ACCOUNT: Right((Role.ORGANISATION_MANAGER,), Far.ITSELF_AND_BELOW),
    Act.MANAGE_QUESTIONS: Right((Role.TITLE_OFFICER,), Far.ITSELF),
    Act.MANAGE_CLIENTS: Right((Role.ORGANISATION_MANAGER, Role.OPERATOR), Far.ITSELF_AND_BELOW),
}


def seat_for(act: Act, actor: Actor, lineage: Collection[UUID]) -> Seat | None:
    """The caller's seat that lets him or her take `act` on what belongs to the last organisation of `lineage`."""
    right, ids = RIGHTS[act], list(lineage)
    reached = {
        Far.ITSELF: ids[-1:],
        Far.ITSELF_AND_DIRECTLY_BELOW: ids[-2:],
        Far.DIRECTLY_BELOW: ids[-2:-1] or ids,
        Far.ITSELF_AND_BELOW: ids,
    }[right.far]
    return actor.seat(*right.roles, within=reached)


def seat_above(act: Act, actor: Actor, *lineages: Collection[UUID]) -> Seat | None:
    """The caller's seat, with a role for `act`, at an organisation that all of some lineages lead through."""
    common = set[UUID].intersection(*map(set, lineages))
    return actor.seat(*RIGHTS[act].roles, within=common)


def require(act: Act, actor: Actor, lineage: Collection[UUID], *basis: Basis) -> Seat:
    """The same, or a refusal.

    Raises:
        RoleMissing: the caller has no such seat.
    """
    seat = seat_for(act, actor, lineage)
    if seat is None:
        raise RoleMissing(roles="、".join(RIGHTS[act].roles), basis=basis)
    return seat


def scope(act: Act, actor: Actor) -> list[UUID] | None:
    """The organisations whose subtrees a list is limited to; None for our own services, which see all."""
    return None if actor.kind == "service" else actor.organisation_ids(*RIGHTS[act].roles)


def sees_person(actor: Actor, person_id: UUID, lineage: Collection[UUID]) -> bool:
    """Whether the caller is the person, works on cases above him or her, or is one of our own services."""
    if actor.kind == "service" or actor.person_id == person_id:
        return True
    return seat_for(Act.READ_PERSON, actor, lineage) is not None


def sees_organisation(actor: Actor, organisation_id: UUID, lineage: Collection[UUID]) -> bool:
    """Whether an organisation is in the caller's subtree or above it, or the caller is one of our own services."""
    if actor.kind == "service" or seat_for(Act.LIST_ORGANISATIONS, actor, lineage) is not None:
        return True
    return any(node.id == organisation_id for seat in actor.seats for node in seat.lineage)


@dataclass(frozen=True, slots=True)
class Permission:
    """An act that a seat lets the caller take, and from which organisation how far."""

    act: Act
    organisation_id: UUID
    far: Far
    role: str


def permissions(seats: Iterable[Seat]) -> list[Permission]:
    """Everything that some seats let their holder do: the table above, read from the other side."""
    return [
        Permission(act, seat.organisation_id, right.far, seat.role)
        for seat in seats
        for act, right in RIGHTS.items()
        if seat.role in right.roles
    ]
