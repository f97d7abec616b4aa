"""The check of invariants as the suite asks it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import cache

from deploy.local.layout import PROJECT
from services.invariants.checking import Asked, Everything, check
from services.invariants.walking import reading
from services.kit.db import Database
from services.kit.settings import async_url

PATIENCE = 0.0
"""It is asked when everything has settled: what does not fit then never will, and nothing is waited for."""

Found = tuple[str, str]
"""An invariant, and what it does not hold of."""


@cache
def everything() -> Everything:
    """All invariants."""
    return Everything.by(PROJECT / "policies", "qinghai")


async def broken(urls: Mapping[str, str], *, only: str = "") -> set[Found]:
    """Everything that does not hold, by each service's own role."""
    async with AsyncExitStack() as opened:
        begins = {}
        for service, url in urls.items():
            database = await opened.enter_async_context(Database(async_url(url), pool_size=1))
            begins[service] = reading(database)
        reports = check(begins, everything(), Asked(only, patience=PATIENCE), lambda _: None)
        return {(report.name, each.subject) async for report in reports for each in report.broken}
