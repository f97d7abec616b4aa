"""The season, hall and neighbour of meetings serve certificates too; and the administrator of the database."""

from __future__ import annotations

import asyncpg
import pytest

from tests.services.workflow.meeting.conftest import accounts, hall, season

__all__ = ["accounts", "admin_connection", "hall", "season"]


@pytest.fixture
async def admin_connection(test_server, worker_database):
    """The administrator of the database."""
    connection = await asyncpg.connect(test_server.admin(worker_database))
    yield connection
    await connection.close()
