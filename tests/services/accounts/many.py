"""Many organisations at once, written past the API: for what is asked of plans and not of rules."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Select, text
from sqlalchemy.dialects import postgresql

FILL = """
insert into organisation
    (id, province, name, kind, level, nature, region_code, parent_id, uscc, state, lineage)
select id, 'qinghai', name, kind, 'PROVINCE', case when kind <> 'INTERNAL_DEPARTMENT' then 'PUBLIC_INSTITUTION' end,
       '630000', parent_id, case when kind = 'EMPLOYER' then '1263' || lpad(n::text, 14, '0') end, 'ACTIVE',
       case when n <= 200 then array[root, id] else array[root, parent_id, id] end
from (
    select n, cast(:root as uuid) as root, ('01000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id,
           case when n <= 200 then cast(:root as uuid)
                else ('01000000-0000-7000-8000-' || lpad(to_hex(1 + n % 200), 12, '0'))::uuid end as parent_id,
           case when n <= 200 then 'AUTHORITY' when n % 5 = 0 then 'INTERNAL_DEPARTMENT' else 'EMPLOYER' end as kind,
           chr(19968 + (n * 7919 % 8000)::int) || chr(19968 + (n * 104729 % 8000)::int)
               || (array['人民医院', '第一中学', '卫生院', '农牧站', '幼儿园'])[1 + n % 5] as name
    from generate_series(1::bigint, :count) as n
) as made
"""
"""Two hundred authorities below the root, all else spread below them."""


def authority(number: int) -> UUID:
    """The id of one of the two hundred authorities."""
    return UUID(f"01000000-0000-7000-8000-{number:012x}")


async def fill(session: Any, root_id: str, count: int) -> None:
    """Write so many organisations, and let the planner know of them."""
    async with session("accounts") as tx:
        await tx.execute(text(FILL), {"root": root_id, "count": count})
        for table in ("organisation", "organisation_closure"):
            await tx.execute(text(f"analyze {table}"))


async def plan(tx: Any, query: Select[Any]) -> str:
    """How the database would answer a query, with its values known."""
    sql = query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    return "\n".join(await tx.scalars(text("explain " + str(sql).replace(":", r"\:"))))


ACCOUNTS = """
with made as (
    select n, ('01100000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id from generate_series(1, :count) as n
), rows as (
    insert into account (id, province, login, name, organisation_id)
    select id, 'qinghai', 'many' || n, '某' || n, cast(:home as uuid) from made on conflict do nothing
)
insert into role_grant (id, account_id, role, organisation_id)
select gen_random_uuid(), id, case when n % 400 = 1 then 'SUPERVISOR' else 'APPLICANT' end, cast(:home as uuid)
from made on conflict do nothing
"""


async def fill_accounts(session: Any, home_id: str, count: int) -> None:
    """Write so many accounts of one organisation, one in four hundred a supervisor, all others applicants."""
    async with session("accounts") as tx:
        await tx.execute(text(ACCOUNTS), {"home": home_id, "count": count})
        for table in ("account", "role_grant", "role_offer"):
            await tx.execute(text(f"analyze {table}"))


PEOPLE = """
with made as (
    select n, ('01200000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id,
           ('01000000-0000-7000-8000-' || lpad(to_hex(1 + n % 200), 12, '0'))::uuid as unit,
           (array['王', '李', '张', '马', '才'])[1 + n % 5] || chr(19968 + (n * 7919 % 6000)::int)
               || chr(19968 + (n * 104729 % 6000)::int) as name
    from generate_series(1::bigint, :count) as n
), rows as (
    insert into account (id, province, login, name, organisation_id)
    select id, 'qinghai', 'person' || n, name, unit from made
)
insert into person (id, province, account_id, name, kind, state, employer_id, lineage)
select id, 'qinghai', id, name, case when n % 5000 = 7 then 'HOSTED' else 'ON_ESTABLISHMENT' end,
       case when n % 5000 = 9 then 'WITHOUT_EMPLOYER' else 'ACTIVE' end,
       case when n % 5000 <> 9 then unit end, array[cast(:root as uuid), unit]
from made
"""


async def fill_people(session: Any, root_id: str, count: int) -> None:
    """Write so many people below the two hundred authorities; one in five thousand hosted, or without employer."""
    async with session("accounts") as tx:
        await tx.execute(text(PEOPLE), {"root": root_id, "count": count})
        for table in ("account", "person", "person_closure"):
            await tx.execute(text(f"analyze {table}"))
