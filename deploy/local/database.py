"""The database of an installation for one command: of the running platform, or started for the moment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from deploy.local.holder import holder
from deploy.local.keys import Keys
from deploy.local.layout import Layout
from deploy.local.postgres import ADMINISTRATOR, free_port
from deploy.local.stack import DATABASE, Stack


@asynccontextmanager
async def database(layout: Layout) -> AsyncIterator[str]:
    """Give the administrator's URL of the database: of the running platform, or started for the moment."""
    running = None if layout.database_url else holder(layout.run)
    if running is not None:
        password = Keys.kept_in(layout.run / "secrets.json").postgres_password
        url = f"postgresql://{ADMINISTRATOR}:{password}@127.0.0.1:{running.postgres_port}/{DATABASE}"
        layout = replace(layout, database_url=url)
    else:
        layout = replace(layout, ports=replace(layout.ports, postgres=free_port()))
    stack = Stack(layout)
    try:
        yield await stack.open_database()
    finally:
        await stack.stop()
