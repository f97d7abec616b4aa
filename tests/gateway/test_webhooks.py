"""An organisation's webhooks through the gateway: registered, tested, looked into, sent again, and refused as data."""

from __future__ import annotations

from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
from asgi_lifespan import LifespanManager
from strawberry.relay import to_base64

from gateway.main import create
from gateway.settings import GatewaySettings
from services.kit.auth import TokenVerifier
from tests.gateway.conftest import Asker
from tests.gateway.fakes import FakePart
from tests.platform.apps import over_asgi
from tests.platform.tokens import mint, node, seat, trusted
from tests.services.notifications.events import declaration_moved
from tests.services.notifications.receiver import ROOT, desk_of, integration, manager

ENDPOINT = "endpoint { id url eventTypes state disabledFor version availableActions } basis { cite } errors { code field }"
REGISTER = f"mutation($input: RegisterWebhookEndpointInput!) {{ registerWebhookEndpoint(input: $input) {{ secret {ENDPOINT} }} }}"
CHANGE = f"mutation($input: ChangeWebhookEndpointInput!) {{ changeWebhookEndpoint(input: $input) {{ {ENDPOINT} }} }}"
ACT = (
    f"mutation($input: ActOnWebhookEndpointInput!) {{ actOnWebhookEndpoint(input: $input) {{ {ENDPOINT} }} }}"
)
ROTATE = f"mutation($input: RotateWebhookSecretInput!) {{ rotateWebhookSecret(input: $input) {{ secret {ENDPOINT} }} }}"
PING = """mutation($input: PingWebhookEndpointInput!) { pingWebhookEndpoint(input: $input) { delivery { id messageId standing
  tries { status } } errors { code } } }"""
AGAIN = """mutation($input: RedeliverWebhookInput!) { redeliverWebhook(input: $input) { delivery { id standing attempts }
  errors { code } } }"""
PASS = """mutation($input: PassOverWebhookInput!) { passOverWebhook(input: $input) { delivery { id standing passedOverFor
  passedOverAt tries { error answer } } basis { cite } errors { code } } }"""
SINCE = """mutation($input: RedeliverWebhooksSinceInput!) { redeliverWebhooksSince(input: $input) { count errors { code } } }"""
LOOK = """query($id: ID!) { webhookEndpoint(id: $id) { url state heldUntil failingSince organisation { id } }
  webhookEndpoints(first: 5) { edges { node { id } } } webhookEventTypes { type public fields }
  webhookDeliveries(endpointId: $id, first: 5, standing: DELIVERED) { edges { node { id type subject standing
    tries { status ms answer error } } } } }"""
ONE = "query($id: ID!) { webhookDelivery(id: $id) { standing tries { status } } node(id: $id) { id } }"


@asynccontextmanager
async def front_of(desk):
    """The gateway before these notifications."""
    transports = {name: FakePart(name).transport() for name in ("accounts", "workflow", "quota")}
    transports["notifications"] = httpx.ASGITransport(app=desk.app)
    front = create(GatewaySettings(), verifier=TokenVerifier(trusted()), transports=transports)
    async with LifespanManager(front), over_asgi(front) as http:
        asker = Asker(http)

        async def done(document: str, token: str | None = None, **given):
            (told,) = (await asker.data(document, token=token or manager(), input=given)).values()
            return told

        yield asker, done


WISH = {
    "organisationId": to_base64("Organisation", str(ROOT.id)),
    "url": "https://hooks.example.org/in",
    "eventTypes": ["titles.workflow.*"],
}


async def test_an_organisation_follows_its_webhooks(database, apps, session):
    """Registered by its client, tested, seen with every try, and sent again."""
    async with desk_of(apps, session) as desk, front_of(desk) as (asker, done):
        made = await done(REGISTER, integration(), **WISH)
        assert made["basis"] == [{"cite": "个人信息保护法第六条"}]
        mine = made["endpoint"]["id"]
        desk.receivers.secrets["hooks.example.org"] = [made["secret"]]
        assert made["endpoint"]["availableActions"] == ["PAUSE", "REMOVE"]
        assert (await done(PING, id=mine))["delivery"]["standing"] == "WAITING"
        await desk.happens(declaration_moved(lineage=[ROOT.id]))
        desk.receivers.behaviour["hooks.example.org"] = [500]
        await desk.sender.once()
        await desk.overdue()
        await desk.sender.once()
        seen = await asker.data(LOOK, token=manager(), id=mine)
        sent = [edge["node"] for edge in seen["webhookDeliveries"]["edges"]]
        tries = sorted([each["status"] for each in one["tries"]] for one in sent)
        assert (len(sent), tries) == (2, [[200], [200, 500]])
        assert {each["type"] for each in seen["webhookEventTypes"]} > {"titles.workflow.declaration.moved.v1"}
        again = await done(AGAIN, id=sent[0]["id"])
        assert (again["delivery"]["standing"], again["delivery"]["attempts"]) == ("WAITING", 0)
        assert (await done(SINCE, id=mine, since="2020-01-01T00:00:00Z"))["count"] == 1
        one = await asker.data(ONE, token=manager(), id=sent[0]["id"])
        assert one["node"]["id"] == sent[0]["id"]


async def test_an_organisation_manages_its_webhooks(database, apps, session):
    """Changed, given a new secret, paused; refusals are data; strangers see nothing of it."""
    async with desk_of(apps, session) as desk, front_of(desk) as (asker, done):
        refused = await done(REGISTER, **WISH | {"url": "https://10.0.0.1/"})
        assert refused["errors"] == [{"code": "WEBHOOK_URL_UNFIT", "field": "url"}]
        mine = (await done(REGISTER, **WISH))["endpoint"]["id"]
        changed = await done(CHANGE, id=mine, description="省平台", version=1)
        assert changed["endpoint"]["version"] == 2
        assert (await done(ROTATE, id=mine))["secret"].startswith("whsec_")
        assert (await done(ACT, id=mine, action="PAUSE", version=1))["errors"][0]["code"] == "STALE_VERSION"
        assert (await done(ACT, id=mine, action="DISABLE"))["errors"][0]["code"] == "NOT_YOUR_STEP"
        assert (await done(ACT, id=mine, action="PAUSE"))["endpoint"]["state"] == "PAUSED"
        assert (await done(PING, id=mine))["errors"] == [{"code": "WEBHOOK_ENDPOINT_NOT_ENABLED"}]
        stranger = mint([seat("ORGANISATION_MANAGER", node("EMPLOYER", "COUNTY"))])
        hidden = await asker.ask(LOOK, token=stranger, id=mine)
        assert hidden["data"]["webhookEndpoint"] is None
        assert hidden["data"]["webhookEndpoints"]["edges"] == []
        missing = to_base64("WebhookEndpoint", str(uuid4()))
        assert (await done(ACT, id=missing, action="PAUSE"))["errors"][0][
            "code"
        ] == "WEBHOOK_ENDPOINT_NOT_FOUND"


async def test_a_delivery_that_is_dead_is_passed_over(database, apps, session):
    """By its organisation or an operator, with a reason that is seen; a stranger finds none, and once is enough."""
    async with desk_of(apps, session) as desk, front_of(desk) as (asker, done):
        made = await done(REGISTER, **WISH)
        mine = made["endpoint"]["id"]
        desk.receivers.behaviour["hooks.example.org"] = [500]
        await desk.happens(declaration_moved(lineage=[ROOT.id]))
        await desk.overdue(attempts=10)
        await desk.sender.once()
        dead = LOOK.replace("DELIVERED", "DEAD")
        seen = await asker.data(dead, token=mint([seat("OPERATOR", ROOT)]), id=mine)
        (sent,) = [edge["node"]["id"] for edge in seen["webhookDeliveries"]["edges"]]
        stranger = mint([seat("ORGANISATION_MANAGER", node("EMPLOYER", "COUNTY"))])
        hidden = await done(PASS, stranger, id=sent, reason="x")
        assert hidden["errors"] == [{"code": "WEBHOOK_DELIVERY_NOT_FOUND"}]
        passed = await done(PASS, mint([seat("OPERATOR", ROOT)]), id=sent, reason="格式有误")
        assert passed["basis"] == [{"cite": "个人信息保护法第六条"}]
        told = passed["delivery"]
        assert (told["standing"], told["passedOverFor"]) == ("PASSED_OVER", "格式有误")
        assert told["tries"][0] == {"error": "PASSED_OVER", "answer": "格式有误"}
        assert (await done(PASS, id=sent, reason="x"))["errors"] == [{"code": "ACTION_NOT_AVAILABLE"}]
