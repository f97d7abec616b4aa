"""Roles, schemas and tables are made by a process of its own, so that what starts everything stays small."""

from __future__ import annotations

import subprocess
import sys

import asyncpg
import pytest

from deploy.local.bootstrap import libpq_call, parse, plain, service_url
from deploy.local.failures import DatabaseUnreachable, NotPrepared
from deploy.local.keys import Keys
from deploy.local.layout import PROJECT, Layout, Ports
from deploy.local.stack import Stack

IMPORTED = (
    "import sys; import deploy.local.__main__; print('sqlalchemy' in sys.modules, 'alembic' in sys.modules)"
)


def test_what_starts_everything_imports_neither_migrations_nor_models():
    """It stays for as long as the platform runs; what only migrations need would stay with it."""
    told = subprocess.run(
        [sys.executable, "-c", IMPORTED], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == ["False", "False"]


@pytest.fixture
def prepared_by(tmp_path, fresh_database, test_server):
    """A stack on an empty database, by the passwords that roles have: they are the whole server's, on which other tests work."""

    def stack(passwords=test_server.passwords):
        keys = Keys.generate().model_copy(update={"role_passwords": passwords})
        return Stack(Layout(tmp_path, Ports.free(), database_url=fresh_database), keys=keys)

    return stack


async def test_the_reason_is_told(prepared_by, fresh_database):
    """What whoever tried has left is the one line that the user reads; nothing else is started."""
    admin = await asyncpg.connect(fresh_database)
    await admin.execute("CREATE SCHEMA accounts CREATE TABLE account (id int)")
    await admin.close()
    stack = prepared_by()
    with pytest.raises(
        NotPrepared, match=r"^Schema accounts is half migrated: 1 tables and no revision recorded;"
    ):
        await stack.start()
    await stack.stop()
    assert not stack.children
    assert not list(stack.layout.logs.iterdir())


async def test_a_reason_that_nobody_thought_of_is_told_with_who_shows_more(prepared_by):
    """The last line of a traceback alone would say neither what was tried nor where the rest is."""
    stack = prepared_by(passwords={})
    with pytest.raises(
        NotPrepared,
        match=r"^The database cannot be prepared: KeyError: 'accounts'; make migrate shows more$",
    ):
        await stack.start()
    await stack.stop()


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        ("postgres://me:pw@host/titles", "postgresql://me:pw@host/titles"),
        ("postgresql+asyncpg://me:p%40w@[::1]:5433/titles", "postgresql://me:p%40w@[::1]:5433/titles"),
        ("postgresql:///titles?host=/run/pg", "postgresql:///titles?host=/run/pg"),
        ("postgresql://me@host/titles?ssl=verify-full", "postgresql://me@host/titles?ssl=verify-full"),
    ],
)
def test_any_of_the_usual_spellings_is_read(given, spelled):
    """Host, port, database and options remain; the driver of somebody else's library does not."""
    assert plain(parse(given)) == spelled


@pytest.mark.parametrize(
    "given",
    [
        "postgresql:titles",
        "postgresql://host:many/titles",
        "postgresql://[::1/titles",
        "",
        "postgresql://me:12/3@host/titles",  # what is special in a password as it is: its beginning is no port
        "postgresql://me:12#3@host/titles",
    ],
)
def test_what_is_no_address_is_refused(given):
    """In our words, and not in those of the library."""
    with pytest.raises(DatabaseUnreachable, match="not a URL of the form"):
        parse(given)


def test_a_service_connects_as_itself():
    """Whatever the administrator is called, and whatever a password is made of."""
    url = service_url("postgresql://me:pw@host:5433/titles?ssl=require", "quota", "a/b:c@d%")
    assert url == "postgresql://quota:a%2Fb%3Ac%40d%25@host:5433/titles?ssl=require"
    assert libpq_call(url) == ("postgresql://quota@host:5433/titles?ssl=require", {"PGPASSWORD": "a/b:c@d%"})
    assert libpq_call("postgresql:///titles") == ("postgresql:///titles", {})
