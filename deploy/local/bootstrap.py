"""Roles, schemas and tables: one schema per service, one login role that reaches its own schema and nothing else.

For each service an owner role without login (migrations run as it) and a login role with its own password (the
service runs as it). Everything can be run again at any time, on the embedded server or on any other from 15 on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit

import asyncpg
from asyncpg import Connection

from deploy.local.failures import DatabaseUnreachable, RightsMissing, ServerTooOld

SERVICES = ("accounts", "workflow", "quota", "notifications")
EXTENSIONS = ("pg_trgm", "ltree", "btree_gist")
EXTENSIONS_SCHEMA = "extensions"
OLDEST_MAJOR = 15
BOOTSTRAP_LOCK = 0x7171E5
"""The advisory lock that keeps two bootstraps of one database apart."""
ANOTHER_AT_WORK = (asyncpg.InternalServerError, asyncpg.UniqueViolationError, asyncpg.DuplicateObjectError)
"""What PostgreSQL says where bootstraps of two databases of one server touch the same role at once."""
ATTEMPTS = 20
RETRY_SECONDS = 0.05
NO_URL = (
    "this is not a URL of the form postgresql://user:password@host/database,"
    " with / ? # in a password written as %2F %3F %23"
)


@dataclass(frozen=True)
class Rights:
    """What the administrator of the given server may do."""

    user: str
    superuser: bool
    creates_roles: bool
    creates_schemas: bool


async def bootstrap(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Make roles, schemas, extensions and grants as they should be in the database of `admin_url`.

    Raises:
        DatabaseUnreachable: the server does not let us in.
        ServerTooOld: its version is below 15.
        RightsMissing: the user of `admin_url` may not create roles or schemas.
    """
    connection = await connect(admin_url)
    try:
        rights = await _rights(connection)
        for attempt in range(ATTEMPTS):
            try:
                await _make(connection, passwords, rights)
            except ANOTHER_AT_WORK:
                if attempt == ATTEMPTS - 1:
                    raise
                await asyncio.sleep(RETRY_SECONDS * (attempt + 1))
            else:
                return
    finally:
        await connection.close()


async def _make(connection: Connection, passwords: Mapping[str, str], rights: Rights) -> None:
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", BOOTSTRAP_LOCK)
        await _extensions(connection)
        for service in SERVICES:
            await _service(connection, service, passwords[service], rights)
        await _close_public(connection)


async def create_database(admin_url: str, name: str, template: str = "template1") -> None:
    """Create the database `name` on the server of `admin_url` unless it is there."""
    connection = await connect(admin_url)
    try:
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    finally:
        await connection.close()


async def drop_database(admin_url: str, name: str) -> None:
    """Drop the database `name`, cutting its connections."""
    connection = await connect(admin_url)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


async def connect(admin_url: str) -> Connection:
    """Connect as the administrator.

    Raises:
        DatabaseUnreachable: with the place and the reason, never the password.
    """
    url = parse(admin_url)
    where = f"{url.hostname or 'the local socket'}:{url.port or 5432}{url.path or '/'}"
    try:
        return await asyncpg.connect(plain(url), timeout=10)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError, ValueError) as error:
        raise DatabaseUnreachable(where, _one_line(error)) from None


def parse(url: str) -> SplitResult:
    """Read a database URL of any of the usual spellings.

    The standard library reads it: whoever starts everything else stays small without SQLAlchemy. It ends the host at
    the first of `/`, `?` and `#`, so what of these stands in a password is to be written as `%2F`, `%3F` and `%23`.

    Raises:
        DatabaseUnreachable: it is no PostgreSQL URL.
    """
    scheme, separator, _ = url.partition("://")
    if separator and scheme.partition("+")[0] not in {"postgresql", "postgres"}:
        raise DatabaseUnreachable(scheme, "only PostgreSQL is supported")
    with suppress(ValueError):  # of brackets that do not close, and of a port that is no number
        parsed = urlsplit(url)
        _ = parsed.port
        if separator and "#" not in url and "@" not in parsed.path:
            return parsed
    raise DatabaseUnreachable("?", NO_URL)


def plain(url: SplitResult) -> str:
    """Return `url` as asyncpg and libpq spell it; the standard library would leave out the slashes of an empty place."""
    return f"postgresql://{url.netloc}{url.path}{'?' if url.query else ''}{url.query}"


def service_url(admin_url: str, service: str, password: str) -> str:
    """Return the URL under which `service` itself connects to the database of `admin_url`."""
    return _of_user(parse(admin_url), f"{service}:{quote(password, safe='')}@")


def libpq_call(url: str) -> tuple[str, dict[str, str]]:
    """Return `url` without its password, which `ps` would show to everybody, and the environment that tells it."""
    whole = parse(url)
    told = {"PGPASSWORD": unquote(whole.password)} if whole.password else {}
    return _of_user(whole, f"{whole.username}@" if whole.username else ""), told


def _of_user(url: SplitResult, user: str) -> str:
    return plain(url._replace(netloc=user + url.netloc.rpartition("@")[2]))


def owner(service: str) -> str:
    """Return the name of the role that owns the schema of `service`."""
    return f"{service}_owner"


async def _rights(connection: Connection) -> Rights:
    version = connection.get_server_version()
    if version.major < OLDEST_MAJOR:
        raise ServerTooOld(f"{version.major}.{version.minor}")
    row = await connection.fetchrow(
        "SELECT rolname, rolsuper, rolcreaterole, has_database_privilege(current_database(), 'CREATE') AS creates"
        " FROM pg_roles WHERE rolname = current_user"
    )
    rights = Rights(row["rolname"], row["rolsuper"], row["rolcreaterole"], row["creates"])
    if not (rights.superuser or rights.creates_roles):
        raise RightsMissing(
            rights.user, "create roles", f"as a superuser run: ALTER ROLE {rights.user} CREATEROLE"
        )
    if not rights.creates_schemas:
        remedy = f"as the database's owner run: GRANT CREATE ON DATABASE ... TO {rights.user}"
        raise RightsMissing(rights.user, "create schemas", remedy)
    return rights


async def _extensions(connection: Connection) -> None:
    """Install what is available; a service that must have one says so in its own migration."""
    await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {EXTENSIONS_SCHEMA}")
    await connection.execute(f"GRANT USAGE ON SCHEMA {EXTENSIONS_SCHEMA} TO PUBLIC")
    available = await connection.fetch(
        "SELECT name FROM pg_available_extensions WHERE name = ANY($1)", list(EXTENSIONS)
    )
    for row in available:
        await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {row['name']} SCHEMA {EXTENSIONS_SCHEMA}")


async def _service(connection: Connection, service: str, password: str, rights: Rights) -> None:
    mine = owner(service)
    await _role(connection, mine, "NOLOGIN")
    await _role(connection, service, f"LOGIN PASSWORD {await _quoted(connection, password)}")
    if not rights.superuser:
        await connection.execute(f"GRANT {mine} TO CURRENT_USER")
    for role in (mine, service):
        await connection.execute(f"ALTER ROLE {role} SET search_path = {service}, {EXTENSIONS_SCHEMA}")
    # flash and cached, not spinning; said of the role, for a pooler carries no settings of a connection
    await connection.execute(f"ALTER ROLE {service} SET random_page_cost = 1.1")
    await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {service} AUTHORIZATION {mine}")
    await connection.execute(f"REVOKE ALL ON SCHEMA {service} FROM PUBLIC")
    await connection.execute(f"GRANT USAGE ON SCHEMA {service} TO {service}")
    defaults = f"ALTER DEFAULT PRIVILEGES FOR ROLE {mine} IN SCHEMA {service}"
    await connection.execute(f"{defaults} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {service}")
    await connection.execute(f"{defaults} GRANT USAGE ON SEQUENCES TO {service}")


async def _role(connection: Connection, name: str, options: str) -> None:
    known = await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", name)
    await connection.execute(f"{'ALTER' if known else 'CREATE'} ROLE {name} {options}")


async def _quoted(connection: Connection, text: str) -> str:
    quoted: str = await connection.fetchval("SELECT quote_literal($1::text)", text)
    return quoted


async def _close_public(connection: Connection) -> None:
    """Leave the roles of the services nothing in `public` and no temporary objects of strangers."""
    if await connection.fetchval(
        "SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = 'public'"
    ):
        await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
