"""What the migrations runner says when it cannot go on, and that nothing half-done stays."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from deploy.local.bootstrap import bootstrap
from migrations import run
from migrations.failures import HalfMigrated, SchemaBusy, SchemaMissing, StepFailed, UnknownRevision

REVISION = '''"""{number}."""
from alembic import op

revision = "{number}"
down_revision = {before!r}


def upgrade():
    op.execute("""{statement}""")


def downgrade():
    pass
'''


@pytest.fixture
def revisions(tmp_path, monkeypatch):
    """Write a history for quota from a list of statements, in place of the real one."""
    monkeypatch.setattr(run, "VERSIONS", tmp_path)
    folder = tmp_path / "quota" / "versions"
    folder.mkdir(parents=True)

    def write(*statements: str) -> Path:
        before = None
        for index, statement in enumerate(statements, 1):
            number = f"{index:04}"
            (folder / f"{number}_pre_step.py").write_text(
                REVISION.format(number=number, before=before, statement=statement), encoding="utf-8"
            )
            before = number
        return folder

    return write


@pytest.fixture
async def bootstrapped(fresh_database, test_server) -> str:
    """A database with roles and schemas and no tables."""
    await bootstrap(fresh_database, test_server.passwords)
    return fresh_database


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def test_tables_belong_to_the_owner_role(bootstrapped, revisions):
    """A migration acts as the schema's owner, in the schema, and records where it stands."""
    revisions("CREATE TABLE plan (n int)")
    assert await run.upgrade(bootstrapped, "quota") == "0001"
    connection = await asyncpg.connect(bootstrapped)
    assert (
        await connection.fetchval(
            "SELECT tableowner FROM pg_tables WHERE schemaname = 'quota' AND tablename = 'plan'"
        )
        == "quota_owner"
    )
    await connection.close()


async def test_a_revision_that_fails_leaves_nothing(bootstrapped, revisions):
    """All steps of an upgrade are one transaction."""
    revisions("CREATE TABLE plan (n int)", "CREATE TABLE broken (n nonsense)")
    with pytest.raises(StepFailed, match="nonsense"):
        await run.upgrade(bootstrapped, "quota")
    assert await run.current(bootstrapped, "quota") is None
    revisions("CREATE TABLE plan (n int)", "CREATE TABLE mended (n int)")
    assert await run.upgrade(bootstrapped, "quota") == "0002"


async def test_a_schema_of_newer_code_is_refused(bootstrapped, revisions):
    """An unknown revision is named, and the schema is left alone."""
    revisions("CREATE TABLE plan (n int)")
    await run.upgrade(bootstrapped, "quota")
    await _execute(bootstrapped, "UPDATE quota.alembic_version SET version_num = '0099'")
    with pytest.raises(UnknownRevision, match="0099"):
        await run.upgrade(bootstrapped, "quota")


async def test_tables_without_a_revision_are_refused(bootstrapped, revisions):
    """A half-migrated schema is named with what to do."""
    revisions("CREATE TABLE plan (n int)")
    await _execute(bootstrapped, "SET ROLE quota_owner", "CREATE TABLE quota.plan (n int)")
    with pytest.raises(HalfMigrated, match="half migrated"):
        await run.upgrade(bootstrapped, "quota")


async def test_without_bootstrap_the_missing_schema_is_named(fresh_database, revisions):
    """A database without our schemas is told from one that is broken."""
    revisions("CREATE TABLE plan (n int)")
    with pytest.raises(SchemaMissing, match="quota"):
        await run.upgrade(fresh_database, "quota")


async def test_two_runners_take_turns(bootstrapped, revisions):
    """Of two at once one migrates and the other finds it done."""
    revisions("CREATE TABLE plan (n int)", "SELECT pg_sleep(0.2)")
    both = await asyncio.gather(run.upgrade(bootstrapped, "quota"), run.upgrade(bootstrapped, "quota"))
    assert both == ["0002", "0002"]


async def test_a_table_in_use_makes_it_give_up(bootstrapped, revisions, monkeypatch):
    """A migration that waits for a lock blocks everybody behind it, so it does not wait long."""
    monkeypatch.setattr(run, "LOCK_SECONDS", 0.2)
    revisions("CREATE TABLE plan (n int)")
    await run.upgrade(bootstrapped, "quota")
    revisions("CREATE TABLE plan (n int)", "ALTER TABLE plan ADD m int")
    user = await asyncpg.connect(bootstrapped)
    async with user.transaction():
        await user.execute("LOCK TABLE quota.plan")
        with pytest.raises(SchemaBusy):
            await run.upgrade(bootstrapped, "quota")
    await user.close()
