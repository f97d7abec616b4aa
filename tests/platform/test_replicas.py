"""What two of each process are made of."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from deploy.local.births import Births
from deploy.local.keys import Keys
from deploy.local.layout import Layout, Ports
from deploy.local.stack import Stack
from tests.platform.replicas import REPLICAS, Before, asked_for
from tests.platform.server import TestServer


async def test_who_makes_the_schema_is_of_this_release(
    tmp_path: Path, fresh_database: str, births: Births, test_server: TestServer
) -> None:
    """The release before knows nothing of this one's migrations; what it lacks altogether is not missed either."""
    layout = Layout(tmp_path / "run", Ports.free(), database_url=fresh_database)
    layout.logs.mkdir(parents=True)
    keys = Keys.generate().model_copy(update={"role_passwords": test_server.passwords})
    await Stack(layout, keys=keys, spawner=Before(tmp_path, births)).prepare_database()
    admin = await asyncpg.connect(fresh_database)
    assert await admin.fetchval("select count(*) from accounts.alembic_version") == 1
    await admin.close()


def test_two_of_each_are_refused_where_they_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that is not played, and programs that are missing: tests of one of each would look as if two had passed."""
    monkeypatch.delenv(REPLICAS, raising=False)
    assert not asked_for()
    monkeypatch.setenv(REPLICAS, "3")
    with pytest.raises(pytest.UsageError, match="REPLICAS is 2 or nothing, not 3"):
        asked_for()
    monkeypatch.setenv(REPLICAS, "2")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.UsageError, match="haproxy and pgbouncer cannot be found here"):
        asked_for()
