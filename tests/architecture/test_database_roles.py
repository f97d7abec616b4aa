"""Each service's login role reaches its own schema and nothing else."""

from __future__ import annotations

import asyncio
from itertools import permutations

import asyncpg
import pytest

from deploy.local.bootstrap import SERVICES, bootstrap, create_database, drop_database, owner
from tests.platform.server import TestServer

PROBE = "titles_probe"


@pytest.fixture
async def probed(test_server: TestServer, fresh_database: str) -> TestServer:
    """A database in which each owner has made one table, as migrations do."""
    await bootstrap(fresh_database, test_server.passwords)
    admin = await asyncpg.connect(fresh_database)
    for service in SERVICES:
        await admin.execute(f"SET ROLE {owner(service)}; CREATE TABLE {service}.{PROBE} (n int); RESET ROLE")
    await admin.close()
    return test_server


@pytest.fixture
def as_service(probed: TestServer, fresh_database: str):
    """Connect to the probed database as a service does."""
    name = fresh_database.rpartition("/")[2]
    return lambda service: asyncpg.connect(probed.direct(service, name))


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_reads_and_writes_its_own_tables(as_service, service):
    """Own tables are found without naming the schema, and take all four statements."""
    connection = await as_service(service)
    await connection.execute(f"INSERT INTO {PROBE} VALUES (1); UPDATE {PROBE} SET n = 2")
    assert await connection.fetchval(f"SELECT n FROM {PROBE}") == 2
    await connection.execute(f"DELETE FROM {PROBE}")
    await connection.close()


@pytest.mark.parametrize(("service", "other"), list(permutations(SERVICES, 2)))
async def test_a_service_cannot_touch_the_schema_of_another(as_service, service, other):
    """Reading and writing elsewhere is refused by the database itself."""
    connection = await as_service(service)
    for statement in (f"SELECT * FROM {other}.{PROBE}", f"INSERT INTO {other}.{PROBE} VALUES (1)"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (n int)",
        f"DROP TABLE {PROBE}",
        f"TRUNCATE {PROBE}",
        "CREATE TABLE public.mine (n int)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "SET ROLE postgres",
    ],
)
async def test_a_service_cannot_change_structure_or_rights(as_service, service, statement):
    """A service runs with less than its migrations do: no DDL, no other role."""
    connection = await as_service(service)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()


async def test_a_service_cannot_become_its_owner(as_service):
    """The owner role, which runs migrations, is out of reach at run time."""
    connection = await as_service("quota")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(f"SET ROLE {owner('quota')}")
    await connection.close()


async def test_databases_of_one_server_can_be_bootstrapped_at_once(test_server):
    """Roles belong to the whole server; two installations starting together do not break each other."""
    names = [f"titles_together_{number}" for number in range(3)]
    for name in names:
        await create_database(test_server.admin_url, name)
    await asyncio.gather(*(bootstrap(test_server.admin(name), test_server.passwords) for name in names))
    for name in names:
        await drop_database(test_server.admin_url, name)


async def test_bootstrap_can_run_again(test_server, fresh_database):
    """A second bootstrap changes nothing and loses nothing."""
    await bootstrap(fresh_database, test_server.passwords)
    admin = await asyncpg.connect(fresh_database)
    await admin.execute(f"SET ROLE {owner('quota')}; CREATE TABLE quota.{PROBE} AS SELECT 1 AS n")
    await admin.close()
    await bootstrap(fresh_database, test_server.passwords)
    quota = await asyncpg.connect(test_server.direct("quota", fresh_database.rpartition("/")[2]))
    assert await quota.fetchval(f"SELECT n FROM {PROBE}") == 1
    await quota.close()
