"""Accounts of an organisation in the database: a page is a few ranges of indexes, whatever the organisation's size."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.accounts.contract import Role
from services.accounts.organisation import closure
from services.accounts.organisation.lineage import line_of
from services.accounts.organisation.model import Organisation
from services.accounts.organisation.search import key_of
from services.accounts.organisation.states import State
from services.accounts.person.model import Person
from services.accounts.role.model import Grant, Offer
from services.accounts.role.store import held
from services.accounts.second_factor.model import SecondFactor
from services.accounts.sign_in.model import Account


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which accounts of an organisation: those that hold or are offered one of some roles there, by part of the name.

    By name nobody is found who was offered a role and has not answered: an offer gives no name away.
    """

    roles: Sequence[Role] = ()
    q: str | None = None


async def page_at(
    tx: AsyncSession, organisation_id: UUID, wanted: Wanted, *, first: int, after: UUID | None
) -> tuple[list[UUID], str | None]:
    """The next accounts that belong to an organisation, or hold or are offered a role there, newest first."""
    await tx.execute(closure.PLAN_BY_KEY)
    found = list(await tx.scalars(ids_at(organisation_id, wanted, first=first, after=after)))
    return found[:first], str(found[first - 1]) if len(found) > first else None


def ids_at(organisation_id: UUID, wanted: Wanted, *, first: int, after: UUID | None) -> Select[UUID]:
    """The statement of such a page: of each way to be there the newest, of these the newest, once."""
    kinds: Kinds = (Grant,) if wanted.q else (Grant, Offer)
    ways = _with_role(organisation_id, kinds, wanted.roles) if wanted.roles else _any(organisation_id, kinds)
    each = [_newest(way, key, wanted.q, first, after) for way, key in ways]
    found = union(*(select(way.subquery()) for way in each)).subquery()
    [key] = found.c
    return select(key).order_by(key.desc()).limit(first + 1)


Kinds = tuple[type[Grant] | type[Offer], ...]
Way = tuple[Select[Any], InstrumentedAttribute[UUID]]


def _any(organisation_id: UUID, kinds: Kinds) -> list[Way]:
    at_home: Way = (select(Account.id).where(Account.organisation_id == organisation_id), Account.id)
    told = [(select(kind.account_id).distinct(), kind) for kind in kinds]
    return [
        at_home,
        *((way.where(kind.organisation_id == organisation_id), kind.account_id) for way, kind in told),
    ]


def _with_role(organisation_id: UUID, kinds: Kinds, roles: Sequence[Role]) -> list[Way]:
    return [
        (
            select(kind.account_id).where(kind.organisation_id == organisation_id, kind.role == role),
            kind.account_id,
        )
        for kind in kinds
        for role in dict.fromkeys(roles)
    ]


def _newest(
    way: Select[Any], key: InstrumentedAttribute[UUID], q: str | None, first: int, after: UUID | None
) -> Select[Any]:
    if after is not None:
        way = way.where(key < after)
    if q is not None:
        if key is not Account.id:
            way = way.join(Account, Account.id == key)
        way = way.where(named(q))
    return way.order_by(key.desc()).limit(first + 1)


def named(q: str) -> ColumnElement[bool]:
    """That an account's name has `q` as a part, however it is spelled."""
    return func.strpos(func.name_key(Account.name), key_of(q)) > 0


def colleagues(organisation_id: UUID, but: UUID, q: str | None) -> Select[Account]:
    """The accounts that belong to an organisation, without one's own."""
    query = select(Account).where(Account.organisation_id == organisation_id, Account.id != but)
    return query if q is None else query.where(named(q))


async def described(tx: AsyncSession, ids: Sequence[UUID], *at: ColumnElement[bool]) -> Sequence[Any]:
    """Accounts by id with all that is kept of them, newest first, in one query; roles and offers at some organisations."""
    factor = select(SecondFactor.account_id).where(SecondFactor.account_id == Account.id)
    query = (
        select(
            Account.id,
            Account.name,
            Account.login,
            Account.organisation_id,
            Organisation.lineage,
            Person.id.label("person_id"),
            Person.lineage.label("person_lineage"),
            Account.password_set_at.is_not(None).label("activated"),
            factor.exists().label("has_second_factor"),
            held(Grant, *at).label("roles"),
            held(Offer, *at).label("offers"),
        )
        .join(Organisation, Organisation.id == Account.organisation_id)
        .outerjoin(Person, Person.account_id == Account.id)
    )
    return (await tx.execute(query.where(Account.id.in_(ids)).order_by(Account.id.desc()))).all()


async def places(tx: AsyncSession, ids: Sequence[UUID]) -> Sequence[Any]:
    """Accounts by id: whether the organisation where each belongs is in use, and its owner's employer with its line."""
    query = (
        select(
            Account.id,
            (Organisation.state == State.ACTIVE).label("in_use"),
            Person.employer_id,
            line_of(Person, Person.lineage, "id", "name", "kind", "level").label("line"),
        )
        .join(Organisation, Organisation.id == Account.organisation_id)
        .outerjoin(Person, Person.account_id == Account.id)
        .where(Account.id.in_(ids))
    )
    return (await tx.execute(query)).all()
