"""Creating an organisation: over HTTP, by the service's function, and the same rows by the bare database."""

from uuid import UUID

import asyncpg

from bench import scratch
from bench.measure import Row, compete
from services.accounts.contract import OrganisationKind, OrganisationLevel
from services.accounts.organisation import service
from services.accounts.organisation.schemas import ManagerIn, OrganisationIn
from services.kit.ids import new_id

CALLERS = 8
SECONDS = 2.0
ROUNDS = 3

BARE = """
with made as (insert into organisation (id, province, name, kind, level, nature, region_code, parent_id, uscc, state, lineage)
  values ($1, 'qinghai', $2, 'EMPLOYER', 'PROVINCE', 'PUBLIC_INSTITUTION', '630000', $3, $4, 'ACTIVE', array[$3, $1]::uuid[])
  returning id),
opened as (insert into account (id, province, login, name, organisation_id) select $5, 'qinghai', $6, '某', $1 returning id),
coded as (insert into activation (account_id, digest, expires_at) select $5, $7, now() + interval '30 days'),
granted as (insert into role_grant (id, account_id, role, organisation_id) select $8, $5, 'ORGANISATION_MANAGER', $1),
told as (insert into history (id, subject_kind, subject_id, action, after, actor_name, at, basis)
  select $9, 'organisation', $1, 'CREATE', 'ACTIVE', 'bench', now(), '[]'),
audited as (insert into audit_log (id, at, actor_name, action, subject, basis, detail)
  select $10, now(), 'bench', 'organisation.CREATE', 'organisation', '[]', '{}'),
published as (insert into outbox (id, type, subject, time, data)
  select $11, 'titles.accounts.organisation.created.v1', 'organisation', now(), '{}')
select pg_notify('outbox', '') from made
"""
"""The rows of one creation in one statement; the closure's rows come by its trigger."""


async def run() -> list[Row]:
    """Three ways to the same rows."""
    async with scratch.accounts() as accounts:
        return await _compete(accounts)


def _asked(creator: UUID) -> OrganisationIn:
    told = {"name": f"青海省第{new_id()}医院", "nature": "PUBLIC_INSTITUTION", "uscc": scratch.new_uscc()}
    place = {
        "kind": OrganisationKind.EMPLOYER,
        "level": OrganisationLevel.PROVINCE,
        "region_code": "630000",
    }
    manager = ManagerIn(name="某", login=f"m{new_id().hex}")
    return OrganisationIn.model_validate({"creator_id": creator, "manager": manager, **told, **place})


async def _compete(accounts: scratch.Accounts) -> list[Row]:
    actor, desk = accounts.manager_of(accounts.top), await accounts.desk()
    headers = {"authorization": f"Bearer {accounts.token_of(actor)}"}
    pool = await asyncpg.create_pool(accounts.url, min_size=CALLERS, max_size=CALLERS)

    async def bare(number: int) -> None:
        del number
        keys = [new_id() for _ in range(6)]
        organisation, account, *others = keys
        login, name = f"m{new_id().hex}", f"青海省第{organisation}医院"
        told = (organisation, name, accounts.root, scratch.new_uscc(), account, login, b"0" * 32, *others)
        await pool.execute(BARE, *told)

    async def by_function(number: int) -> None:
        del number
        async with accounts.database.begin() as tx:
            await service.create(tx, desk, actor, _asked(accounts.root))

    async def over_http(number: int) -> None:
        del number
        body = _asked(accounts.root).model_dump(mode="json")
        answer = await accounts.http.post("/v1/organisations", json=body, headers=headers)
        answer.raise_for_status()

    ways = {
        "the same rows, one statement, raw asyncpg": bare,
        "organisation.service.create in a transaction": by_function,
        "POST /v1/organisations": over_http,
    }
    try:
        return await compete(ways, callers=CALLERS, seconds=SECONDS, rounds=ROUNDS)
    finally:
        await pool.close()
