"""Imports over HTTP to the running processes, and the administrator's own view of the database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from joserfc.jwk import OKPKey

from deploy.local.stack import Stack
from tests.services.accounts.importing import Importing
from tests.services.accounts.world import World, token_at

TIMEOUT_SECONDS = 300
"""A file of the units of a province is answered once all its rows are kept."""


@pytest.fixture
async def admin(stack: Stack) -> AsyncIterator[asyncpg.Connection]:
    """The administrator's connection to the stack's database."""
    connection = await asyncpg.connect(stack.layout.database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def importing(stack: Stack, admin: asyncpg.Connection) -> AsyncIterator[Importing]:
    """Imports from the province, over HTTP to the process."""
    root_id = await admin.fetchval("select id from accounts.organisation where parent_id is null")
    root = {"id": str(root_id), "lineage": [{"id": root_id, "kind": "HRSS", "level": "PROVINCE"}]}
    key = OKPKey.import_key(stack.keys.signing_keys["keys"][0])
    url = stack.url("accounts")
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False) as http:
        yield Importing(World(http, root), root, token=token_at(root, key=key, expires_in=3600))
