"""Who takes a step of a table: the ways to be allowed, each resting on an act of `authorization`.

A table names its takers with these, so that it stays a literal table and looks at no role itself.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from services.accounts import authorization
from services.accounts.authorization import OWN, RIGHTS, SYSTEM, Act
from services.kit.auth import Actor, Seat
from services.kit.steps import Taker

C = TypeVar("C")
SERVICE = "SERVICE"


@dataclass(frozen=True, slots=True)
class Way(Generic[C]):
    """One way to be allowed a step: the role that is asked for, and how its seat is found for a case."""

    role: str
    find: Callable[[Actor, C], Seat | None]


def taker(zh: str, *ways: Way[C]) -> Taker[C]:
    """Whoever is allowed in one of some ways; the first that fits tells the seat, the last the role asked for."""

    def find(actor: Actor, case: C) -> Seat | None:
        return next((seat for way in ways if (seat := way.find(actor, case)) is not None), None)

    return Taker(ways[-1].role, zh, find)


def may(act: Act, lineage: Callable[[C], Collection[UUID]]) -> Way[C]:
    """Whoever may take `act` on what belongs to the last organisation of a lineage."""
    return Way(_role(act), lambda actor, case: authorization.seat_for(act, actor, lineage(case)))


def at(act: Act, places: Callable[[C], Iterable[UUID | None]]) -> Way[C]:
    """Whoever has a role for `act` at one of the organisations named."""
    return Way(_role(act), lambda actor, case: authorization.seat_at(act, actor, *places(case)))


def above(act: Act, lineages: Callable[[C], Iterable[Collection[UUID]]]) -> Way[C]:
    """Whoever has a role for `act` above all of what is named."""
    return Way(_role(act), lambda actor, case: authorization.seat_above(act, actor, *lineages(case)))


def oneself(whose: Callable[[C], UUID], within: Callable[[C], Collection[UUID]] | None = None) -> Way[C]:
    """The person concerned, as an applicant; with `within`, of an organisation there."""

    def find(actor: Actor, case: C) -> Seat | None:
        return authorization.own_seat(actor, whose(case), within(case) if within else None)

    return Way(OWN, find)


def party(accounts: Callable[[C], Collection[UUID]], where: Callable[[C], UUID]) -> Way[C]:
    """An account that the case names, in whatever role it has at that organisation."""

    def find(actor: Actor, case: C) -> Seat | None:
        if actor.id not in accounts(case):
            return None
        return next((seat for seat in actor.seats if seat.organisation_id == where(case)), None)

    return Way("PARTY", find)


def this_service(where: Callable[[C], UUID]) -> Way[C]:
    """This service itself, when something is due; no other service, and nobody with a token."""

    def find(actor: Actor, case: C) -> Seat | None:
        if (actor.kind, actor.id) != (SYSTEM.kind, SYSTEM.id):
            return None
        return Seat(role=SERVICE, organisation_id=where(case), lineage=())

    return Way(SERVICE, find)


def decided_elsewhere() -> Way[C]:
    """Whoever comes: the steps of something else have judged it, and this one follows from them."""
    return Way("DECIDED_ELSEWHERE", lambda actor, _: next(iter(actor.seats), None))


def _role(act: Act) -> str:
    return RIGHTS[act].roles[0]
