"""Every event that a service has a handler for is routed to it, and no other."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module
from typing import Any

import pytest

from deploy.local.bootstrap import SERVICES
from gateway.kept.purging import PURGES
from services.kit.outbox import Event
from services.quota.line.events import TreeListener
from services.quota.reservation.events import Listener as PlaceListener
from services.quota.unit.events import CardListener
from services.relay.routes import EVENTS, ROUTES
from services.workflow.credit_listing.events import PlatformListener
from services.workflow.line.events import Listener as LineListener

NOTHING: Any = None
HEARD: dict[str, Collection[type[Event]]] = {
    "quota": {
        *PlaceListener(NOTHING).handlers(),
        *TreeListener().handlers(),
        *CardListener().handlers(),
    },
    "workflow": {
        *LineListener(NOTHING, "qinghai").handlers(),
        *PlatformListener(NOTHING, "qinghai").handlers(),
    },
    "notifications": set(EVENTS),
    "gateway": set(PURGES),
}


@pytest.mark.parametrize("subscriber", ROUTES)
def test_what_is_handled_is_routed(subscriber):
    """A handler nobody delivers to is dead code; a delivery without handler is work for nothing."""
    assert set(ROUTES[subscriber]) == set(HEARD[subscriber])


def test_every_subscriber_is_there():
    """The relay finds each of them."""
    for subscriber in ROUTES:
        module = f"services.{subscriber}.main" if subscriber in SERVICES else f"{subscriber}.main"
        assert import_module(module).create
