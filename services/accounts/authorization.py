"""Who may do what in accounts: one table of acts, and the only functions that ask it. No other module looks at roles.

A seat reaches its organisation's subtree. An act says which roles may take it and how far each reaches. Applicants hold a
seat too, so no act is open to a seat as such: reading others' data always needs one of the roles that work on cases.
Who takes a step of a table is told by the ways of `takers`, which ask here too.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from services.accounts.contract import Act, Far, Role
from services.kit.auth import Actor, RoleMissing, Seat
from services.kit.errors import Basis

__all__ = [
    "IN_CHARGE",
    "OF_CLIENTS",
    "OWN",
    "RIGHTS",
    "SYSTEM",
    "Act",
    "Far",
    "Permission",
    "appoints",
    "holds",
    "missing",
    "only_of",
    "own_seat",
    "permissions",
    "places",
    "require",
    "require_somewhere",
    "scope",
    "seat_above",
    "seat_at",
    "seat_for",
    "seat_given",
    "sees",
    "sees_organisation",
    "sees_person",
]

OWN = Role.APPLICANT
"""The role in which people act on what is their own; it is held at home, and reaches nobody else's."""

IN_CHARGE = Role.ORGANISATION_MANAGER
"""The role that every organisation begins with and never lacks; who is in charge of it holds this one."""

OF_CLIENTS = Role.INTEGRATION
"""The role in which a third party's client speaks for itself; nobody is granted it."""

SYSTEM = Actor(id=UUID(int=0), kind="service", name="accounts")
"""This service itself, where nobody asks: what is due, and what follows from something else."""


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
    Act.CONFIRM_RECORD: Right((Role.REVIEWER, Role.RECOMMENDER), Far.ITSELF),
    Act.CHANGE_EMPLOYER: Right((Role.ORGANISATION_MANAGER,), Far.ITSELF),
    Act.MANAGE_ACCOUNTS: Right((Role.ORGANISATION_MANAGER,), Far.ITSELF_AND_DIRECTLY_BELOW),
    Act.SEE_ACCOUNT: Right((Role.ORGANISATION_MANAGER,), Far.ITSELF_AND_BELOW),
    Act.SEE_COLLEAGUES: Right(LINE, Far.ITSELF),
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


def seat_at(act: Act, actor: Actor, *at: UUID | None) -> Seat | None:
    """The caller's seat, with a role for `act`, at one of some organisations, however far the act reaches else."""
    return actor.seat(*RIGHTS[act].roles, within=[each for each in at if each is not None])


def seat_above(act: Act, actor: Actor, *lineages: Collection[UUID]) -> Seat | None:
    """The caller's seat, with a role for `act`, at an organisation that all of some lineages lead through."""
    return seat_at(act, actor, *set[UUID].intersection(*map(set, lineages)))


def own_seat(actor: Actor, person_id: UUID | None, within: Collection[UUID] | None = None) -> Seat | None:
    """The caller's seat as applicant, where the caller is that person."""
    if person_id is None or actor.person_id != person_id:
        return None
    return actor.seat(OWN, within=within)


def require(act: Act, actor: Actor, lineage: Collection[UUID], *basis: Basis) -> Seat:
    """The seat that lets the caller take `act`, or a refusal.

    Raises:
        RoleMissing: the caller has no such seat.
    """
    seat = seat_for(act, actor, lineage)
    if seat is None:
        raise missing(act, *basis)
    return seat


def seat_given(act: Act, organisation_id: UUID) -> Seat:
    """The seat of whoever was let take `act` at an organisation before, and no other: by a link, or in an import."""
    return Seat(role=RIGHTS[act].roles[0], organisation_id=organisation_id, lineage=())


def require_somewhere(act: Act, actor: Actor) -> None:
    """Refuse whoever may take `act` nowhere.

    Raises:
        RoleMissing: the caller has no such seat.
    """
    if not places(act, actor):
        raise missing(act)


def missing(act: Act, *basis: Basis) -> RoleMissing:
    """The refusal of whoever holds none of the roles of `act` where it takes one."""
    return RoleMissing(roles="、".join(RIGHTS[act].roles), basis=basis)


def places(act: Act, actor: Actor) -> list[UUID]:
    """Where the caller has a role for `act`; a list of what lies there is limited to it."""
    return actor.organisation_ids(*RIGHTS[act].roles)


def scope(act: Act, actor: Actor) -> list[UUID] | None:
    """The organisations whose subtrees a list is limited to; None for our own services, which see all."""
    return None if actor.kind == "service" else places(act, actor)


def sees(act: Act, actor: Actor, lineage: Collection[UUID]) -> bool:
    """Whether the caller may take an act of reading, or is one of our own services."""
    return actor.kind == "service" or seat_for(act, actor, lineage) is not None


def sees_person(actor: Actor, person_id: UUID, lineage: Collection[UUID]) -> bool:
    """Whether the caller is the person, works on cases above him or her, or is one of our own services."""
    return actor.person_id == person_id or sees(Act.READ_PERSON, actor, lineage)


def sees_organisation(actor: Actor, organisation_id: UUID, lineage: Collection[UUID]) -> bool:
    """Whether an organisation is in the caller's subtree or above it, or the caller is one of our own services."""
    if sees(Act.LIST_ORGANISATIONS, actor, lineage):
        return True
    return any(node.id == organisation_id for seat in actor.seats for node in seat.lineage)


def holds(actor: Actor, role: Role, organisation_id: UUID) -> bool:
    """Whether the caller carries a role at an organisation in the own name: neither for another, nor withheld."""
    there = (seat for seat in actor.seats if (seat.role, seat.organisation_id) == (role, organisation_id))
    return any(seat.on_behalf_of is None for seat in there)


def appoints(seat: Seat, roles: Collection[Role]) -> bool:
    """Whether the holder of a manager's seat gives such roles: acting for a manager one appoints no managers."""
    return seat.on_behalf_of is None or IN_CHARGE not in roles


def only_of(actor: Actor, kinds: Collection[str]) -> Actor:
    """The caller with only the seats at organisations of some kinds, and of these only those held in person."""
    own = (seat for seat in actor.seats if seat.on_behalf_of is None)
    return replace(actor, seats=tuple(seat for seat in own if seat.organisation.kind in kinds))


@dataclass(frozen=True, slots=True)
class Permission:
    """An act that a seat lets the caller take, and from which organisation how far."""

    act: Act
    organisation_id: UUID
    far: Far
    role: str


def permissions(actor: Actor) -> list[Permission]:
    """Everything that the caller's seats let him or her do: the table above, read from the other side."""
    return [
        Permission(act, seat.organisation_id, right.far, seat.role)
        for seat in actor.seats
        for act, right in RIGHTS.items()
        if seat.role in right.roles
    ]
