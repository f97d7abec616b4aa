"""From workflow's outbox to what the gateway keeps, over both transports; a relay that knows no gateway tells it nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
from asgi_lifespan import LifespanManager

from deploy.local.bootstrap import SERVICES, service_url
from gateway.main import create
from gateway.settings import GatewaySettings
from services.kit.auth import TokenVerifier
from services.kit.clock import Moment
from services.kit.outbox import publish
from services.relay.main import relay_until
from services.relay.settings import Settings
from services.workflow.contract import CriteriaMoved
from tests.platform.serving import served
from tests.platform.settings import SERVICE_SECRETS
from tests.platform.tokens import trusted
from tests.services.relay.conftest import eventually, over_both

CRITERIA = "/api/workflow/v1/criteria"


def moved() -> CriteriaMoved:
    """Criteria were published."""
    told = {"series": "HEALTH", "level": "MIDDLE", "title": "评审条件", "action": "PUBLISH"}
    states = {"before": "APPROVED", "after": "PUBLISHED"}
    return CriteriaMoved(criteria_id=uuid4(), organisation_id=uuid4(), **told, **states)


@over_both
async def test_what_workflow_publishes_purges_the_gateway(
    test_server, database, session, accounts_url, transport
):
    """The list that a stranger has read is asked for anew once its event has come, though by its age it would be kept."""
    titles = ["old"]
    part = httpx.MockTransport(lambda _: httpx.Response(200, json={"items": titles}))
    broker = {name.lower(): value for name, value in transport.items()}
    app = create(GatewaySettings(**broker), verifier=TokenVerifier(trusted()), transports={"workflow": part})
    stop = asyncio.Event()
    async with LifespanManager(app), served(app) as url, httpx.AsyncClient(trust_env=False) as http:
        app.state.purging.memory.clock = lambda: 0.0
        settings: dict[str, Any] = {
            f"{name}_database_url": service_url(
                test_server.admin(database), name, test_server.passwords[name]
            )
            for name in SERVICES
        }
        settings |= {"accounts_url": accounts_url, "gateway_url": url, "poll_seconds": 0.1, **broker}
        relaying = asyncio.create_task(
            relay_until(stop, Settings(service_secret=SERVICE_SECRETS["relay"], **settings))
        )

        async def told() -> list[str]:
            items: list[str] = (await http.get(f"{url}{CRITERIA}")).json()["items"]
            return items

        assert await told() == ["old"]
        titles[0] = "new"
        assert await told() == ["old"]
        async with session("workflow") as tx:
            await publish(tx, moved(), Moment(datetime.now(UTC)))

        async def purged() -> bool:
            return await told() == ["new"]

        await eventually(purged)
        stop.set()
        await relaying
