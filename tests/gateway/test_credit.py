"""What credit platforms were told is read, and sent again by hand, through the gateway (一（八）)."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from uuid import uuid4

import httpx
import pytest
from asgi_lifespan import LifespanManager

from gateway.main import create
from gateway.settings import GatewaySettings
from services.kit.auth import TokenVerifier
from tests.gateway.conftest import Asker
from tests.gateway.fakes import FakePart
from tests.platform.apps import over_asgi
from tests.platform.tokens import mint, seat, trusted
from tests.services.notifications.platform import Platform
from tests.services.notifications.test_credit import (
    ATTEMPTS,
    ROOT,
    TOLD,
    found,
    happens,
    officer,
    overdue,
    taken_back,
)

SEEN = """{ creditDeliveries(first: 5, platform: "national") { edges { node { id type documentNumber standing attempts
  lastError receipt } } } }"""
GIVEN_UP = "{ creditDeliveries(first: 5, standing: DEAD) { edges { node { id } } } }"
AGAIN = """mutation($input: RedeliverInput!) { redeliver(input: $input) { delivery { standing attempts } basis { cite }
  errors { code } } }"""
PARTS = ("accounts", "workflow", "quota")


COMPARE = """mutation($input: ReconcileCreditInput!) { reconcileCredit(input: $input) { reconciliation { id standing } basis { cite }
  errors { code field } } }"""
COMPARED = """{ creditReconciliations(first: 5, platform: "national") { edges { node { id platform standing differences } } } }"""
DIFFERENCES = (
    "query($id: ID!) { creditDifferences(reconciliation: $id, first: 5) { edges { node { kind } } } }"
)


@pytest.mark.clause("1.8")
async def test_the_officer_reads_receipts_and_sends_again_what_was_given_up(database, apps, session):
    """Given up after the policy's attempts, it waits for the officer, with its reversal behind it; both arrive, once each."""
    platform = Platform(behaviour=["refuse"])
    told = {"credit_platforms": json.dumps({"national": TOLD["national"]}), "credit_seconds": 3600}
    async with AsyncExitStack() as stack:
        app = await apps.fresh("notifications", stack, told, {"transports": {"credit": platform}})
        notifications = await stack.enter_async_context(over_asgi(app))
        transports = {name: FakePart(name).transport() for name in PARTS}
        transports["notifications"] = httpx.ASGITransport(app=app)
        front = create(GatewaySettings(), verifier=TokenVerifier(trusted()), transports=transports)
        await stack.enter_async_context(LifespanManager(front))
        asker = Asker(await stack.enter_async_context(over_asgi(front)))
        finding = found()
        await happens(notifications, finding)
        await happens(notifications, taken_back(finding))
        await overdue(session, attempts=ATTEMPTS - 1)
        await app.state.sender.once()
        seen = await asker.data(SEEN, token=officer())
        behind, dead = (edge["node"] for edge in seen["creditDeliveries"]["edges"])
        assert (dead["standing"], dead["attempts"], behind["standing"]) == ("DEAD", ATTEMPTS, "WAITING")
        assert "503" in dead["lastError"]
        (only,) = (await asker.data(GIVEN_UP, token=officer()))["creditDeliveries"]["edges"]
        assert only["node"]["id"] == dead["id"]
        stranger = mint([seat("TITLE_officer()", ROOT.model_copy(update={"id": uuid4()}))])
        for token, code in ((stranger, "DELIVERY_NOT_FOUND"), (officer(), None)):
            done = await asker.data(AGAIN, token=token, input={"id": dead["id"]})
            assert [each["code"] for each in done["redeliver"]["errors"]] == ([code] if code else [])
        assert done["redeliver"]["basis"] == [{"cite": "一（八）"}]
        await app.state.sender.once()
        seen = await asker.data(SEEN, token=officer())
        assert [edge["node"]["standing"] for edge in seen["creditDeliveries"]["edges"]] == ["DELIVERED"] * 2
        assert len(platform.of("credit.gov.test")) == 2


@pytest.mark.clause("1.8")
async def test_the_province_asks_for_a_comparison_and_reads_it(database, apps):
    """Asked for once, it waits for its turn; others are refused; a platform that lists nothing is unknown."""
    listing = TOLD["national"] | {"list_url": "https://credit.gov.test/list"}
    told = {"credit_platforms": json.dumps({"national": listing}), "credit_seconds": 3600}
    async with AsyncExitStack() as stack:
        app = await apps.fresh("notifications", stack, told | {"reconciliation_seconds": 3600}, {})
        transports = {name: FakePart(name).transport() for name in PARTS}
        transports["notifications"] = httpx.ASGITransport(app=app)
        front = create(GatewaySettings(), verifier=TokenVerifier(trusted()), transports=transports)
        await stack.enter_async_context(LifespanManager(front))
        asker = Asker(await stack.enter_async_context(over_asgi(front)))
        below = mint([seat("TITLE_OFFICER", ROOT, ROOT.model_copy(update={"id": uuid4()}))])
        for token, platform, code in (
            (below, "national", "PROVINCE_ONLY"),
            (officer(), "provincial", "PLATFORM_UNKNOWN"),
            (officer(), "national", None),
            (officer(), "national", "RECONCILIATION_OPEN"),
        ):
            done = (await asker.data(COMPARE, token=token, input={"platform": platform}))["reconcileCredit"]
            assert [each["code"] for each in done["errors"]] == ([code] if code else [])
        ((edge,),) = (await asker.data(COMPARED, token=officer()))["creditReconciliations"].values()
        assert (edge["node"]["standing"], edge["node"]["differences"]) == ("ASKED", 0)
        found_ = await asker.data(DIFFERENCES, token=officer(), id=edge["node"]["id"])
        assert found_["creditDifferences"]["edges"] == []
