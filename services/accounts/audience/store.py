"""Pages of the accounts that read for an audience, found by the same rule as a token's seats.

A page walks the organisations of the audience by their key, newest first, and at each the accounts that hold a role there,
or exercise one for a colleague: a range of an index each time, at any depth. Who holds roles at several organisations of
the audience comes at each of them, once a page: whoever reads the pages knows an account that came before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.audience.states import Audience, Whom
from services.accounts.contract import Reader
from services.accounts.organisation import closure

LAST = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Behind which organisation and account of an audience a page begins; of accounts told directly no organisation."""

    place: UUID = LAST
    account: UUID = LAST

    @classmethod
    def of(cls, told: str) -> "Cursor":
        """The cursor that a page told.

        Raises:
            ValueError: no page did.
        """
        place, account = told.split(".")
        return cls(UUID(place), UUID(account))

    def __str__(self) -> str:
        """The cursor as a page tells it."""
        return f"{self.place}.{self.account}"


DIRECT = {
    Whom.PERSON: "select account_id from person where id = :id",
    Whom.ACCOUNT: "select id as account_id from account where id = :id",
    Whom.EVERYONE: "select id as account_id from account where id < :account order by id desc limit :limit",
}
IN_USE = "select o.id from organisation o where o.state = 'ACTIVE' and o.id <= :place"
PLACES = {
    Whom.SEATS: f"{IN_USE} and o.id = :id",
    Whom.WITHIN: """
        select o.id from organisation_closure k join organisation o on o.id = k.descendant_id and o.state = 'ACTIVE'
        where k.ancestor_id = :id and k.descendant_id <= :place order by k.descendant_id desc
    """,
    Whom.EVERYONE: f"{IN_USE} order by o.id desc",
}
OF_ROLE = "(cast(:roles as text[]) is null or g.role = any(:roles))"
BEHIND = "case when c.id = :place then cast(:account as uuid) else cast(:last as uuid) end"
"""Told as a value, so that it bounds the index's range: an `or` would be looked at row by row."""
HOLDERS = f"""
    select distinct g.account_id from role_grant g
    where g.organisation_id = c.id and {OF_ROLE} and g.account_id < {BEHIND}
    order by g.account_id desc limit :limit
"""  # noqa: S608 - pieces of this module
DELEGATES = f"""
    select d.delegate_id from delegation d
    join role_grant g on (g.account_id, g.role, g.organisation_id) = (d.delegator_id, d.role, d.organisation_id)
    join account a on a.id = d.delegate_id and a.organisation_id = d.organisation_id
    where d.organisation_id = c.id and d.state = 'AGREED' and :today between d.begins_on and d.ends_on
    and {OF_ROLE} and d.delegate_id < {BEHIND}
"""  # noqa: S608 - pieces of this module


def _question(accounts: str) -> TextClause:
    asked = f"""
        select r.*, p.id as person_id from ({accounts}) r left join person p on p.account_id = r.account_id
    """  # noqa: S608 - pieces of this module
    return text(asked).bindparams(bindparam("roles", type_=ARRAY(TEXT))) if ":roles" in asked else text(asked)


def _at(places: str) -> TextClause:
    return _question(f"""
        select c.id as place_id, x.account_id from ({places}) c
        cross join lateral (
            select h.account_id from (({HOLDERS}) union ({DELEGATES})) h order by h.account_id desc limit :limit
        ) x
        order by c.id desc, x.account_id desc limit :limit
    """)  # noqa: S608 - pieces of this module


TOLD = {whom: _question(accounts) for whom, accounts in DIRECT.items()}
SEATED = {whom: _at(places) for whom, places in PLACES.items()}


async def page(
    tx: AsyncSession,
    audience: Audience,
    roles: Sequence[str] | None,
    today: date,
    *,
    first: int,
    after: Cursor,
) -> tuple[list[Reader], str | None]:
    """The next readers of an audience and the cursor that follows; of a person or an account, roles are none."""
    whom = audience.whom
    if roles and whom in {Whom.PERSON, Whom.ACCOUNT}:
        return [], None
    question = TOLD[whom] if whom in TOLD and not roles else SEATED[whom]
    given = {"id": audience.id, "place": after.place, "account": after.account, "last": LAST}
    asked = {**given, "limit": first + 1, "today": today, "roles": list(roles) if roles else None}
    await tx.execute(closure.PLAN_BY_KEY)
    used = {name: value for name, value in asked.items() if f":{name}" in question.text}
    rows = [row._asdict() for row in await tx.execute(question, used)]
    rows.sort(key=lambda row: (row.get("place_id", LAST), row["account_id"]), reverse=True)
    here = {row["account_id"]: Reader(**row) for row in rows[:first]}
    if len(rows) <= first:
        return list(here.values()), None
    end = rows[first - 1]
    return list(here.values()), str(Cursor(end.get("place_id", LAST), end["account_id"]))
