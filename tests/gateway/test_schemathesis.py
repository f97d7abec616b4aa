"""Somebody else's clients try what nobody thought of, on every operation of the OpenAPI document, through the gateway."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks
from schemathesis.core.failures import FailureGroup

from gateway.operations import document
from tests.gateway.whole import signed_in, whole
from tests.platform.tokens import bearer

EXAMPLES = int(os.environ.get("EXAMPLES", "1"))
"""How many requests an operation gets; `make fuzz` asks for more."""
CHECKS = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
)
LASTING = {"/notifications/v1/inbox/stream"}
"""An answer that does not end."""


@schemathesis.serializer(
    "application/octet-stream",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
def bytes_of(context: Any, value: Any) -> bytes:
    """A file, which nothing is known of."""
    del context
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@pytest.fixture
async def url(apps: Any, session: Any, database: str) -> AsyncIterator[str]:
    """Where the gateway is."""
    async with whole(apps, session) as where:
        yield where


def tried(url: str, headers: dict[str, str]) -> tuple[list[str], Counter[int]]:
    """What is wrong, of every operation; and how often each status was answered."""
    statuses: Counter[int] = Counter()
    schema = schemathesis.openapi.from_dict(document())
    operations = [each.ok() for each in schema.get_all_operations()]
    tried_out = [each for each in operations if each.path not in LASTING]
    found = [wrong for each in tried_out for wrong in wrong_with(each, url, headers, statuses)]
    return found, statuses


def wrong_with(operation: Any, url: str, headers: dict[str, str], statuses: Counter[int]) -> list[str]:
    """What is wrong with one; told together, because what hypothesis shrinks hides the rest."""
    found: list[str] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def once(case: Any) -> None:
        answer = case.call(base_url=f"{url}/api", headers=headers)
        statuses[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as wrong:
            found.append(f"{operation.label}: {wrong}")

    once()
    return found


@pytest.mark.timeout(3600 if EXAMPLES > 1 else 300)
async def test_nothing_is_found(url: str) -> None:
    """No failure of ours, and no answer that the document does not tell; many requests come further than the door."""
    found, statuses = await asyncio.to_thread(tried, url, bearer((await signed_in(url))["access_token"]))
    assert statuses[200] > 20, statuses
    assert statuses[401] < statuses[404], statuses
    assert not found, "\n\n".join(found)
