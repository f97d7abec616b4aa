"""Bring a service's schema to a revision, say where it stands, and compare it with the models.

Every function works on the database of an administrator's URL and acts as the schema's owner role, so that whatever
is created belongs to that role and its default privileges reach the service.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from migrations.failures import (
    HalfMigrated,
    MigrationFailure,
    SchemaBusy,
    SchemaMissing,
    StepFailed,
    UnknownRevision,
)

HERE = Path(__file__).parent
VERSIONS = HERE
CODE = HERE.parent / "services"
SERVICES = ("accounts", "workflow", "quota", "notifications")
VERSION_TABLE = "alembic_version"
TURN_SECONDS = 60
"""How long a runner waits for another one to finish."""
LOCK_SECONDS = 5
"""How long a statement of a migration waits for a table in use before it gives up."""
LOCK_NOT_AVAILABLE = "55P03"
SCHEMA_OR_ROLE_UNKNOWN = {"22023", "3F000", "42704"}

T = TypeVar("T")


class Runner(Protocol):
    """Does synchronous work on the one connection that acts as the schema's owner."""

    async def __call__(self, work: Callable[[Connection], T], /) -> T:
        """Return what `work` returns."""
        ...


def configuration(service: str) -> Config:
    """Return Alembic's configuration for one service."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", str(VERSIONS / service / "versions"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["service"] = service
    return config


def metadata(service: str) -> list[MetaData]:
    """Return what the models of `service` say its schema holds: its own tables and the plumbing."""
    for file in sorted((CODE / service).rglob("*model.py")) + sorted((CODE / "kit").glob("*.py")):
        import_module(".".join(file.relative_to(CODE.parent).with_suffix("").parts).removesuffix(".__init__"))
    base = import_module(f"services.{service}.base")
    return [base.Base.metadata, import_module("services.kit.db").plumbing]


def heads(service: str) -> str | None:
    """Return the newest revision that the code knows; None before there is any.

    Raises:
        MigrationFailure: two files claim to be the newest.
    """
    found = ScriptDirectory.from_config(configuration(service)).get_heads()
    if len(found) > 1:
        raise MigrationFailure(
            f"Schema {service} has several newest revisions ({', '.join(found)}); make one follow the other"
        )
    return found[0] if found else None


async def current(admin_url: str, service: str) -> str | None:
    """Return the revision that the schema of `service` is at; None before the first."""
    async with _as_owner(admin_url, service) as run:
        return await run(_recorded)


async def upgrade(admin_url: str, service: str, revision: str = "head") -> str | None:
    """Migrate the schema of `service` up to `revision` and return where it stands then.

    Raises:
        UnknownRevision: newer code migrated it.
        HalfMigrated: it holds tables and records no revision.
        StepFailed: a revision broke off; nothing of it stayed.
        SchemaBusy: another runner, or a lock on a table, did not let go in time.
        SchemaMissing: bootstrap has not run.
    """
    async with _as_owner(admin_url, service) as run:
        await run(lambda connection: _refuse_unknown(connection, service))
        try:
            await run(lambda connection: command.upgrade(_bound(service, connection), revision))
        except CommandError as error:
            raise StepFailed(service, _first_line(error)) from error
        return await run(_recorded)


async def downgrade(admin_url: str, service: str, revision: str) -> None:
    """Take the schema of `service` back to `revision`."""
    async with _as_owner(admin_url, service) as run:
        await run(lambda connection: command.downgrade(_bound(service, connection), revision))


async def difference(admin_url: str, service: str) -> list[Any]:
    """Return what autogenerate would still change: empty where models and migrations agree."""
    options = {"compare_type": True, "compare_server_default": False, "include_name": not_ours_excluded}
    async with _as_owner(admin_url, service) as run:
        return await run(
            lambda connection: compare_metadata(
                MigrationContext.configure(connection, opts=options), cast("MetaData", metadata(service))
            )
        )


def not_ours_excluded(name: str | None, kind: str, _parents: object) -> bool:
    """Leave Alembic's own table out of comparisons."""
    return not (kind == "table" and name == VERSION_TABLE)


def _bound(service: str, connection: Connection) -> Config:
    config = configuration(service)
    config.attributes["connection"] = connection
    return config


@asynccontextmanager
async def _as_owner(admin_url: str, service: str) -> AsyncIterator[Runner]:
    """Give a runner of synchronous work on one connection that acts as the schema's owner, one at a time per schema."""
    engine = create_async_engine(make_url(admin_url).set(drivername="postgresql+asyncpg"), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(lambda sync: _take_turn(sync, service))
            yield connection.run_sync
    except SQLAlchemyError as error:
        raise _understood(service, error) from error
    finally:
        await engine.dispose()


def _take_turn(connection: Connection, service: str) -> None:
    connection.execute(text(f"SET lock_timeout = '{TURN_SECONDS}s'"))
    connection.execute(text("SELECT pg_advisory_lock(hashtext(:name))"), {"name": f"migrations/{service}"})
    connection.execute(text(f"SET lock_timeout = '{int(LOCK_SECONDS * 1000)}ms'"))
    connection.execute(text(f"SET ROLE {service}_owner"))
    connection.execute(text(f"SET search_path = {service}, extensions"))
    if connection.scalar(text("SELECT to_regnamespace(:name)"), {"name": service}) is None:
        raise SchemaMissing(service)
    connection.commit()


def _recorded(connection: Connection) -> str | None:
    if connection.scalar(text("SELECT to_regclass(:name)"), {"name": VERSION_TABLE}) is None:
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _refuse_unknown(connection: Connection, service: str) -> None:
    revision = _recorded(connection)
    if revision is None:
        tables = connection.scalar(
            text("SELECT count(*) FROM pg_tables WHERE schemaname = :name AND tablename <> :version"),
            {"name": service, "version": VERSION_TABLE},
        )
        if tables:
            raise HalfMigrated(service, tables)
    elif revision not in {
        script.revision for script in ScriptDirectory.from_config(configuration(service)).walk_revisions()
    }:
        raise UnknownRevision(service, revision)
    connection.commit()


def _understood(service: str, error: SQLAlchemyError) -> MigrationFailure:
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    if state == LOCK_NOT_AVAILABLE:
        return SchemaBusy(service, _first_line(error))
    if state in SCHEMA_OR_ROLE_UNKNOWN and f"{service}_owner" in str(error):
        return SchemaMissing(service)
    return StepFailed(service, _first_line(error))


def _first_line(error: BaseException) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
