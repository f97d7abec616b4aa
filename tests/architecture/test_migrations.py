"""What the models say and what the migrations make is the same."""

from __future__ import annotations

from importlib import import_module

import pytest

from deploy.local.bootstrap import SERVICES
from migrations.run import current, difference, heads, upgrade
from tests.platform.server import TEMPLATE


@pytest.mark.parametrize("service", SERVICES)
async def test_models_and_migrations_agree(test_server, service):
    """Autogenerate finds nothing left to do."""
    assert service not in test_server.broken, test_server.broken[service]
    assert await difference(test_server.admin(TEMPLATE), service) == []


@pytest.mark.parametrize("service", SERVICES)
async def test_upgrading_again_changes_nothing(test_server, service):
    """A schema at its newest revision stays there."""
    assert await upgrade(test_server.admin(TEMPLATE), service) == heads(service)
    assert await current(test_server.admin(TEMPLATE), service) == heads(service)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_waits_for_its_newest_migration(service):
    """What a service holds the database against before it says that it is ready is the newest revision."""
    main = import_module(f"services.{service}.main")
    assert heads(service) == main.HEAD
