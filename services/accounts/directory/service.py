"""What whom of accounts: all of those that belong below an organisation the caller manages, little of all others.

Whoever manages accounts sees those of the organisations below, and which roles others hold there. Of somebody whose account
belongs elsewhere there is no more to see than that: neither where it belongs nor how it signs in. Before he or she has
answered an offer there is only the sign-in name that the organisation itself told; else whoever guesses names would learn
whose they are.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import AccountPlace
from services.accounts.directory import store
from services.accounts.directory.schemas import ColleagueOut, SeenAccountOut
from services.accounts.directory.store import Wanted
from services.accounts.installation import Desk
from services.accounts.organisation import store as organisations
from services.accounts.role.store import PLACE
from services.accounts.sign_in import tries
from services.accounts.sign_in.model import Account
from services.kit.auth import Actor
from services.kit.paging import page
from services.kit.sealing import Sealer

TRIED = (tries.PASSWORD, tries.CODE)
"""What is tried with a sign-in name."""


async def accounts_at(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    organisation_id: UUID,
    wanted: Wanted,
    *,
    first: int,
    after: UUID | None,
) -> tuple[list[SeenAccountOut], str | None]:
    """A page of who belongs to an organisation or holds a role there, or is offered one.

    Raises:
        RoleMissing: the caller manages neither it nor one above it.
    """
    lineage = await organisations.lineage_of(tx, organisation_id)
    authorization.require(Act.SEE_ACCOUNT, actor, lineage, desk.policy.articles["accounts_below"])
    ids, cursor = await store.page_at(tx, organisation_id, wanted, first=first, after=after)
    rows = await store.described(tx, ids, PLACE.id == organisation_id) if ids else []
    return await _shown(tx, desk, actor, rows), cursor


async def looked_up(tx: AsyncSession, desk: Desk, actor: Actor, ids: Sequence[UUID]) -> list[SeenAccountOut]:
    """Accounts by id: the caller's own, those of organisations below, and others that hold a role there."""
    below = authorization.scope(Act.SEE_ACCOUNT, actor) or []
    rows = await store.described(tx, ids, or_(PLACE.lineage.overlap(below), Account.id == actor.id))
    seen = [row for row in rows if _whole(actor, row) or row.roles or row.offers]
    return await _shown(tx, desk, actor, seen)


async def places(tx: AsyncSession, actor: Actor, ids: Sequence[UUID]) -> list[AccountPlace]:
    """Where the owners of accounts work now, in one query; nothing for whoever is none of our own services."""
    if authorization.scope(Act.READ_PERSON, actor) is not None:
        return []
    rows = await store.places(tx, ids)
    return [
        AccountPlace(id=row.id, in_use=row.in_use, employer=row.line if row.employer_id else [])
        for row in rows
    ]


async def colleagues(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    organisation_id: UUID,
    q: str | None,
    *,
    first: int,
    after: UUID | None,
) -> tuple[list[ColleagueOut], str | None]:
    """A page of those to whom the caller may hand a role of his or her own at an organisation: id and name.

    Raises:
        RoleMissing: the caller holds none there that the policy lets be handed over.
    """
    rule = desk.policy.roles.delegation
    basis = desk.policy.articles[rule.article]
    authorization.require(Act.SEE_COLLEAGUES, actor, [organisation_id], basis)
    if not any(authorization.holds(actor, role, organisation_id) for role in rule.roles):
        raise authorization.missing(Act.SEE_COLLEAGUES, basis)
    query = store.colleagues(organisation_id, actor.id, q)
    rows, cursor = await page(tx, query, Account.id, first, after)
    return [ColleagueOut(id=row.id, name=row.name) for row in rows], cursor


def _whole(actor: Actor, row: Any) -> bool:
    """Whether the caller sees all of an account: it is the own one, or belongs below where the caller manages."""
    return actor.id == row.id or authorization.seat_for(Act.SEE_ACCOUNT, actor, row.lineage) is not None


async def _shown(tx: AsyncSession, desk: Desk, actor: Actor, rows: Iterable[Any]) -> list[SeenAccountOut]:
    whole = {row.id: row for row in rows if _whole(actor, row)}
    locked = await _locked(tx, desk.installation.sealer, whole)
    return [_all_of(row, locked.get(row.id)) if row.id in whole else _part_of(actor, row) for row in rows]


def _all_of(row: Any, locked_until: datetime | None) -> SeenAccountOut:
    told = {name: getattr(row, name) for name in SeenAccountOut.model_fields if name != "locked_until"}
    return SeenAccountOut.model_validate(told | {"locked_until": locked_until})


def _part_of(actor: Actor, row: Any) -> SeenAccountOut:
    """What is seen of somebody whose account belongs elsewhere."""
    sees_person = row.person_id and authorization.sees_person(actor, row.person_id, row.person_lineage)
    return SeenAccountOut(
        id=row.id,
        name=row.name if row.roles else None,
        login=row.login if row.offers and not row.roles else None,
        person_id=row.person_id if sees_person else None,
        organisation_id=None,
        roles=row.roles,
        offers=row.offers,
        activated=None,
        has_second_factor=None,
        locked_until=None,
    )


async def _locked(tx: AsyncSession, sealer: Sealer, rows: dict[UUID, Any]) -> dict[UUID, datetime]:
    """Until when tries at accounts wait, at their names or at their one-time passwords; the longest wait of each."""
    keys = {
        key: row.id
        for row in rows.values()
        for key in (
            *(tries.name_key(sealer, what, row.login) for what in TRIED),
            tries.name_key(sealer, tries.SECOND_FACTOR, str(row.id)),
        )
    }
    found: dict[UUID, datetime] = {}
    for key, until in (await tries.waits(tx, list(keys)) if keys else {}).items():
        found[keys[key]] = max(until, found.get(keys[key], until))
    return found
