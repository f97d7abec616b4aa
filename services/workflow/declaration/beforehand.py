"""What other services know that a step rests on: asked before anything is locked, for nobody is to wait for a neighbour."""

from typing import NamedTuple
from uuid import UUID

from services.accounts.contract import PersonStanding, Role
from services.kit.errors import Finding
from services.workflow.declaration import routing, source, store
from services.workflow.declaration.call import Call
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import Action
from services.workflow.recommendation import store as recommendations
from services.workflow.review_chain.place import place_missing
from services.workflow.route.standing import standing_of


class Before(NamedTuple):
    """What they know, and what follows from it."""

    place_missing: bool = False
    known: PersonStanding | None = None
    route_closed: tuple[Finding, ...] = ()


async def asked(call: Call, declaration_id: UUID, action: Action) -> Before:
    """What this step rests on; most rest on nothing of theirs.

    Raises:
        DeclarationNotFound: the caller may not look at it, and so not hold what it rests on either.
    """
    if action not in (Action.ACCEPT, Action.SUBMIT, *source.OVER):
        return Before()
    declaration = await store.get(call.tx, declaration_id, call.actor)
    if action is Action.ACCEPT:
        return Before(place_missing=await _place_missing(call, declaration))
    known = await _known(call, declaration) if action is Action.SUBMIT else None
    closed = () if known is None else await routing.closed(call, declaration, known)
    return Before(known=known, route_closed=closed)


async def _place_missing(call: Call, declaration: Declaration) -> bool:
    """Asked only by who may accept at all: quota is not a way to look at others' posts. Without a unit there is no post."""
    if declaration.recommendation_id is None or not call.actor.seat(
        Role.COMMITTEE_OFFICE, within=(declaration.office_id,)
    ):
        return False
    recommendation = await recommendations.get(call.tx, declaration.recommendation_id)
    return await place_missing(call.quota, declaration, recommendation)


async def _known(call: Call, declaration: Declaration) -> PersonStanding | None:
    """What accounts has on record of who submits, to be kept with the submission; asked for the applicant alone."""
    if call.actor.person_id != declaration.person_id:
        return None
    return await standing_of(call.accounts, call.tx, declaration.person_id, call.moment.today)
