"""Reading organisations: one with all that is known of it, and lists of children, subtrees and search results."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.installation import Desk
from services.accounts.organisation import closure, search, store
from services.accounts.organisation.contact import person_in_charge
from services.accounts.organisation.errors import CursorWrong, OrganisationNotFound
from services.accounts.organisation.life import facts_of, seen
from services.accounts.organisation.model import ORGANISATIONS_BELOW, FormerName, Organisation
from services.accounts.organisation.schemas import (
    ContactOut,
    FormerNameOut,
    OrganisationOut,
    OrganisationWholeOut,
)
from services.accounts.organisation.search import Filter
from services.accounts.organisation.service import region_of
from services.accounts.organisation.states import State, Upkeep
from services.accounts.organisation.steps import STEPS, root_stays
from services.accounts.policy import Policy
from services.kit.auth import Actor
from services.kit.http import Page


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller's list is narrowed to."""

    parent_id: UUID | None = None
    below: UUID | None = None
    kind: str | None = None
    nature: str | None = None
    state: str | None = None
    region_code: str | None = None
    q: str | None = None


async def whole(tx: AsyncSession, desk: Desk, actor: Actor, organisation_id: UUID) -> OrganisationWholeOut:
    """An organisation that the caller may see, with contact, former names, and what the caller may do with it.

    Raises:
        OrganisationNotFound: there is none such.
    """
    return await told_whole(tx, desk, actor, await seen(tx, actor, organisation_id))


async def told_whole(tx: AsyncSession, desk: Desk, actor: Actor, row: Organisation) -> OrganisationWholeOut:
    """The same of a row at hand, seen or not: who moved it away is still told what came of it."""
    [told] = await store.described(tx, [row.id], desk.policy.placed)
    names = select(FormerName).where(FormerName.organisation_id == row.id)
    former = await tx.scalars(names.order_by(FormerName.until.desc(), FormerName.id.desc()))
    return OrganisationWholeOut(
        **told.model_dump(),
        contact=ContactOut.model_validate(row),
        person_in_charge=await person_in_charge(tx, row),
        former_names=[FormerNameOut.model_validate(each) for each in former],
        available_actions=actions_of(row, actor),
    )


def actions_of(row: Organisation, actor: Actor) -> list[str]:
    """What the caller may try on an organisation now; the root is offered nothing that it never takes."""
    facts = facts_of(row)
    never = root_stays if root_stays.check(facts) else None
    possible = [
        action
        for (state, action), step in STEPS.items()
        if state == facts.state and step.by.find(actor, facts) and never not in step.rules
    ]
    keeps = authorization.seat_for(Act.KEEP_UP_ORGANISATION, actor, row.lineage)
    return [*possible, *(Upkeep if keeps and facts.state is State.ACTIVE else ())]


async def listed(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    within: Sequence[UUID] | None,
    wanted: Wanted,
    *,
    first: int,
    after: str | None,
) -> Page[OrganisationOut]:
    """A page of the organisations in the subtrees `within` (None: all), newest first or best match first.

    Raises:
        OrganisationNotFound: `parent_id` or `below` is none of the caller's.
        RegionUnknown: there is no such region.
        CursorWrong: `after` is none of this list.
    """
    within = await _narrower(tx, actor, within, wanted)
    narrow = Filter(
        wanted.parent_id,
        wanted.kind,
        wanted.nature,
        wanted.state,
        regions_in(desk.policy, wanted.region_code),
    )
    if wanted.q is not None:
        ids, cursor = await search.found(tx, wanted.q, narrow, within, first=first, after=after)
        described = {each.id: each for each in await _described(tx, desk, [each for each, _ in ids])}
        items = [described[each].model_copy(update={"place": place}) for each, place in ids]
    else:
        query = search.narrowed(select(Organisation), narrow)
        rows, cursor = await closure.page(
            tx, query, Organisation.id, ORGANISATIONS_BELOW, within, first=first, after=_id_of(after)
        )
        items = await _described(tx, desk, [row.id for row in rows])
    return Page(items=items, next_cursor=cursor)


async def ancestors(
    tx: AsyncSession, desk: Desk, actor: Actor, organisation_id: UUID
) -> list[OrganisationOut]:
    """The organisations above one that the caller may see, from the root down; itself is not among them.

    Raises:
        OrganisationNotFound: there is none such.
    """
    row = await seen(tx, actor, organisation_id)
    place = {each: at for at, each in enumerate(row.lineage)}
    return sorted(await _described(tx, desk, row.lineage[:-1]), key=lambda each: place[each.id])


def regions_in(policy: Policy, code: str | None) -> list[str] | None:
    """The codes, present and former, of a region and all that lie in it; None for none asked for.

    Raises:
        RegionUnknown: there is no such region.
    """
    if code is None:
        return None
    wanted = policy.placed.get(code) or region_of(policy, code)
    return [each for each, region in policy.placed.items() if region.lies_in(wanted)]


async def _narrower(
    tx: AsyncSession, actor: Actor, within: Sequence[UUID] | None, wanted: Wanted
) -> Sequence[UUID] | None:
    """The subtrees to list, of those of the caller (None: all there is).

    Raises:
        OrganisationNotFound: `parent_id` or `below` is none of the caller's.
    """
    for place in (wanted.parent_id, wanted.below):
        if place is not None:
            await _reached(tx, actor, place)
    if wanted.below is not None:
        return [wanted.below]
    if wanted.parent_id is not None:
        return None  # all that is directly below one of the caller's is the caller's
    return None if within is None else closure.topmost(actor, within)


async def _reached(tx: AsyncSession, actor: Actor, organisation_id: UUID) -> None:
    lineage = await store.lineage_of(tx, organisation_id)
    if not lineage or not authorization.sees(Act.LIST_ORGANISATIONS, actor, lineage):
        raise OrganisationNotFound


async def _described(tx: AsyncSession, desk: Desk, ids: Sequence[UUID]) -> list[OrganisationOut]:
    return await store.described(tx, ids, desk.policy.placed) if ids else []


def _id_of(after: str | None) -> UUID | None:
    try:
        return UUID(after) if after is not None else None
    except ValueError as error:
        raise CursorWrong(field="after") from error
