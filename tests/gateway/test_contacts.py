"""Contacts, wishes and templates through the gateway: what a person does, and what operators look at."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any
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
from tests.platform.tokens import mint, trusted
from tests.services.notifications.sending import Scene, opened, operator
from tests.services.notifications.test_contacts import code_of, later

CONTACT = "contact { id channel masked origin place verifiedAt failingAt } basis { cite } errors { code field message }"
ADD = f"mutation($input: AddContactInput!) {{ addContact(input: $input) {{ {CONTACT} }} }}"
CODE = f"mutation($input: SendContactCodeInput!) {{ sendContactCode(input: $input) {{ {CONTACT} }} }}"
VERIFY = f"mutation($input: VerifyContactInput!) {{ verifyContact(input: $input) {{ {CONTACT} }} }}"
REMOVE = f"mutation($input: RemoveContactInput!) {{ removeContact(input: $input) {{ {CONTACT} }} }}"
ORDER = """mutation($input: OrderContactsInput!) { orderContacts(input: $input) {
  contacts { items { id } } errors { code } } }"""
OWN = "{ ownContacts { channels items { id masked } } }"
TOLD = "language timeZone quietFrom quietUntil digest digestHour digestWeekday off { topic channel } legal"
WISHED = f"{{ contactPreferences {{ {TOLD} }} }}"
WISH = f"""mutation($input: SetContactPreferencesInput!) {{ setContactPreferences(input: $input) {{
  preferences {{ {TOLD} }} basis {{ cite }} errors {{ code field message basis {{ cite }} }} }} }}"""
PREVIEW = """query($data: JSON) { noticePreview(key: "declaration_returned", data: $data) {
  template { key version topic legal personal } data basis { cite } looks { channel language title body } } }"""
PARTS = ("accounts", "workflow", "quota")


@pytest.fixture
async def scene(apps, session, database):
    """Notifications with contacts of its own."""
    async with opened(apps, session, kept=True) as open_scene:
        yield open_scene


@pytest.fixture
async def asker(scene):
    """The gateway before it."""
    async with AsyncExitStack() as stack:
        transports: dict[str, httpx.AsyncBaseTransport] = {name: FakePart(name).transport() for name in PARTS}
        transports["notifications"] = httpx.ASGITransport(app=scene.app)
        front = create(GatewaySettings(), verifier=TokenVerifier(trusted()), transports=transports)
        await stack.enter_async_context(LifespanManager(front))
        yield Asker(await stack.enter_async_context(over_asgi(front)))


def acting(asker: Asker, token: str) -> Any:
    """`await act(mutation, field=...)`: what it answers."""

    async def act(query: str, **given: object) -> Any:
        [done] = (await asker.data(query, token=token, input=given)).values()
        return done

    return act


async def test_a_person_says_where_to_be_reached(asker: Asker, scene: Scene, session):
    """Added, proved by the code, ordered, removed; the address is masked throughout."""
    mine = mint(sub=uuid4())
    act = acting(asker, mine)
    added = (await act(ADD, channel="EMAIL", address="li@example.test"))["contact"]
    assert (added["masked"], added["origin"], added["verifiedAt"]) == ("l***@example.test", "OWNER", None)
    wrong = await act(VERIFY, id=added["id"], code="x")
    assert [(each["code"], each["field"]) for each in wrong["errors"]] == [("CODE_WRONG", "code")]
    await later(session)
    assert (await act(CODE, id=added["id"]))["errors"] == []
    proved = await act(VERIFY, id=added["id"], code=await code_of(scene, scene.mail))
    assert proved["contact"]["verifiedAt"] is not None
    assert proved["basis"] == [{"cite": "本省参数"}]
    await later(session)
    other = (await act(ADD, channel="SMS", address="13800000000"))["contact"]
    turned = await act(ORDER, ids=[other["id"], added["id"]])
    assert [each["id"] for each in turned["contacts"]["items"]] == [other["id"], added["id"]]
    assert (await act(REMOVE, id=other["id"]))["contact"]["masked"] == "138****0000"
    own = (await asker.data(OWN, token=mine))["ownContacts"]
    kept = [{"id": added["id"], "masked": "l***@example.test"}]
    assert own == {"channels": ["EMAIL", "SMS"], "items": kept}


async def test_a_person_says_how_to_be_reached(asker: Asker):
    """Wishes are kept as told; legal notices are not switched off."""
    mine = mint(sub=uuid4())
    act = acting(asker, mine)
    told = {"language": "EN", "timeZone": "Asia/Urumqi", "quietFrom": "22:00:00", "quietUntil": "07:30:00"}
    told |= {"digest": "WEEKLY", "digestHour": 9, "digestWeekday": 5}
    told |= {"off": [{"topic": "RESULT", "channel": "EMAIL"}], "legal": True}
    assert (await act(WISH, **told))["preferences"] == told
    [refused] = (await act(WISH, language="EN", legal=False))["errors"]
    assert (refused["code"], refused["field"]) == ("LEGAL_NOTICES_STAY", "legal")
    assert refused["basis"] == [{"cite": "三（六）2"}]
    assert (await asker.data(WISHED, token=mine))["contactPreferences"] == told


async def test_operators_see_how_a_notice_looks(asker: Asker):
    """Whole in the inbox, without the reviewer's note elsewhere; nobody else sees templates."""
    seen = (await asker.data(PREVIEW, token=operator(), data={"note": "缺页"}))["noticePreview"]
    assert (seen["template"]["topic"], seen["template"]["personal"]) == ("DECLARATION", ["note"])
    bodies = {(each["channel"], each["language"]): each["body"] for each in seen["looks"]}
    assert "缺页" in bodies["INBOX", "ZH"]
    assert "缺页" not in bodies["SMS", "ZH"]
    every = await asker.data("{ noticeTemplates { key version variables } }", token=operator())
    assert seen["template"]["key"] in {each["key"] for each in every["noticeTemplates"]}
    answer = await asker.ask(PREVIEW, token=mint(sub=uuid4()))
    assert answer["errors"][0]["extensions"]["code"] == "ROLE_MISSING"
