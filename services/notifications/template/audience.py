"""Who a notice is for, as one key that a reader's own token can answer to.

A notice is one row however many read it: a seat's holder, a whole unit, everybody. Nobody's list of members is kept here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from services.kit.auth import Actor
from services.notifications.template.policy import To

EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Audience:
    """A key, and the roles that one of must be held there (None: whoever belongs to it)."""

    key: str
    roles: tuple[str, ...] | None = None
    organisation_id: UUID | None = None


def audiences(to: To, data: Mapping[str, Any]) -> Iterable[Audience]:
    """Who `to` means for the data of an event; nobody where the field it names is empty."""
    roles = tuple(to.roles) if to.roles else None
    if to.everyone:
        yield Audience(EVERYONE, roles)
        return
    value = data[to.field]
    for each in value if isinstance(value, list) else [value]:
        if each is not None:
            organisation = each if to.kind in {"seats", "within"} else None
            yield Audience(f"{to.kind}/{each}", roles, organisation)


def together(told: Iterable[Audience]) -> Sequence[Audience]:
    """One audience a key: an organisation that is told in two capacities is told once, whoever holds a role of either."""
    found: dict[str, Audience] = {}
    for each in told:
        known = found.setdefault(each.key, each)
        either = known.roles is None or each.roles is None
        roles = None if either else tuple(dict.fromkeys((*(known.roles or ()), *(each.roles or ()))))
        found[each.key] = replace(known, roles=roles)
    return list(found.values())


def places_of(actor: Actor) -> dict[str, frozenset[str]]:
    """Every key that the reader answers to, with the roles held there."""
    held: dict[str, set[str]] = defaultdict(set)
    held[f"account/{actor.id}"] = set()
    if actor.person_id is not None:
        held[f"person/{actor.person_id}"] = set()
    held[EVERYONE] = {seat.role for seat in actor.seats}
    for seat in actor.seats:
        held[f"seats/{seat.organisation_id}"].add(seat.role)
        for node in seat.lineage:
            held[f"within/{node.id}"].add(seat.role)
    return {key: frozenset(roles) for key, roles in held.items()}
