"""Copies of notices on outer channels are read, and sent again by hand, through the gateway."""

from __future__ import annotations

from contextlib import AsyncExitStack

import httpx
from asgi_lifespan import LifespanManager

from gateway.main import create
from gateway.settings import GatewaySettings
from services.kit.auth import TokenVerifier
from tests.gateway.conftest import Asker
from tests.gateway.fakes import FakePart
from tests.platform.apps import over_asgi
from tests.platform.tokens import mint, seat, trusted
from tests.services.notifications.sending import ROOT, opened, operator

SEEN = """{ noticeChannels { channel provided awaySince waiting dead }
  noticeCopies(first: 5, channel: EMAIL, standing: DEAD) { edges { node { id template legal attempts lastError } } } }"""
AGAIN = """mutation($input: RedriveNoticeCopyInput!) { redriveNoticeCopy(input: $input) {
  copy { standing attempts } basis { cite } errors { code } } }"""
PARTS = ("accounts", "workflow", "quota")


async def test_the_operator_sends_again_what_was_given_up(apps, session, database):
    """A copy that was refused for good, with no other way, waits for the operator; a title officer neither sees nor sends it."""
    async with opened(apps, session) as scene, AsyncExitStack() as stack:
        transports: dict[str, httpx.AsyncBaseTransport] = {name: FakePart(name).transport() for name in PARTS}
        transports["notifications"] = httpx.ASGITransport(app=scene.app)
        front = create(GatewaySettings(), verifier=TokenVerifier(trusted()), transports=transports)
        await stack.enter_async_context(LifespanManager(front))
        asker = Asker(await stack.enter_async_context(over_asgi(front)))
        scene.mail.behaviour = ["unwanted"]
        await scene.returned(EMAIL="li@example.test")
        await scene.work()
        seen = await asker.data(SEEN, token=operator())
        (edge,) = seen["noticeCopies"]["edges"]
        dead = edge["node"]
        assert (dead["template"], dead["legal"], dead["attempts"]) == ("declaration_returned", True, 1)
        assert dead["lastError"] == "554 not this one"
        told = {"channel": "EMAIL", "provided": True, "awaySince": None, "waiting": 0, "dead": 1}
        assert seen["noticeChannels"][0] == told
        officer = mint([seat("TITLE_OFFICER", ROOT)])
        for token, code in ((officer, "ROLE_MISSING"), (operator(), None)):
            done = (await asker.data(AGAIN, token=token, input={"id": dead["id"]}))["redriveNoticeCopy"]
            assert [each["code"] for each in done["errors"]] == ([code] if code else [])
        assert done["copy"] == {"standing": "WAITING", "attempts": 0}
        assert done["basis"] == [{"cite": "本省参数"}]
        await scene.work()
        assert len(scene.mail.has) == 1
