"""Lists of certificates cost what the caller's own part costs, not what the province has."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from services.kit.auth import Actor
from services.workflow.certificate import store
from tests.services.workflow.credential.carried import copied, issued

MANY = 5_000


async def test_holders_find_their_own_by_an_index(season, session):
    """Among five thousand certificates nothing but an index is looked at, be it for the list or for its count."""
    record = await issued(session, season)
    holder = Actor(id=UUID(str(season.applicants[0].account_id)), name="申报人1", kind="user", seats=())
    async with session("workflow") as tx:
        await copied(tx, MANY)
        await tx.execute(text("analyze certificate"))
        seen = store.seen_by(holder)
        assert [str(each.id) for each in await tx.scalars(seen)] == [record["id"]]
        told = seen.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
        plan = "\n".join((await tx.execute(text(f"explain {told}"))).scalars())
    assert "ix_certificate_account" in plan
    assert "Seq Scan" not in plan
