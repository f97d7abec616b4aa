"""The tests' own ground: every test finds the database as the migrations left it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from deploy.local.bootstrap import SERVICES
from services.kit import clock
from services.kit.clock import clock_setting


@pytest.mark.parametrize("_again", [1, 2])
async def test_nothing_of_another_test_is_left(session, _again):
    """What a test writes and commits is gone for the next one."""
    async with session("workflow") as tx:
        assert await tx.scalar(select(func.count()).select_from(clock_setting)) == 0
        await clock.set_clock(tx, datetime.now(UTC))


async def test_the_clock_of_services_can_be_set(session, at):
    """The moment of a service goes on from the instant given."""
    await at("2023-11-20T09:00+08:00", "workflow")
    async with session("workflow") as tx:
        moment = await clock.now(tx, simulated=True)
    assert moment.today.isoformat() == "2023-11-20"


@pytest.mark.parametrize("service", SERVICES)
async def test_sessions_run_under_the_services_own_role(session, service):
    """A test sees no more than the service does."""
    async with session(service) as tx:
        assert await tx.scalar(select(func.current_user())) == service
