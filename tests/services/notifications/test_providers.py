"""SMS and chats over real HTTP, against a process that checks signatures and tokens and fails as the documents say."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey

from services.kit.errors import Language
from services.notifications.contact.states import ChannelKind
from services.notifications.provider.configuration import providers_of
from services.notifications.provider.message import Away, Item, Message, NotNow, Provider, Refused
from tests.services.notifications.outer import free_port, served
from tests.services.notifications.partner_server import APP, SECRET, SECRET_ID, SECRET_KEY

APPLICATION = {"app_id": APP, "secret": SECRET, "agent_id": 7}
SMS = {
    "secret_id": SECRET_ID,
    "secret_key": SECRET_KEY,
    "app_id": "1400000000",
    "sign_name": "青海职称",
    "template_id": "101",
    "english_template_id": "102",
}
BROWSER, SECRET_OF_BROWSER = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
SERVER = ec.generate_private_key(ec.SECP256R1())
CHATS = (ChannelKind.WECOM, ChannelKind.DINGTALK, ChannelKind.FEISHU)


def in_base64url(told: bytes) -> str:
    """As browsers and keys write bytes."""
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half of a key."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


VAPID = in_base64url(SERVER.private_numbers().private_value.to_bytes(32))


def subscription(endpoint: str) -> str:
    """A browser's subscription, as contacts keep it."""
    keys = {"p256dh": in_base64url(point(BROWSER)), "auth": in_base64url(SECRET_OF_BROWSER)}
    return json.dumps({"endpoint": endpoint, "keys": keys})


def settings(url: str) -> dict[str, object]:
    """Every provider of the process at `url`."""
    told = {channel: APPLICATION | {"url": url} for channel in CHATS}
    return {str(channel): each for channel, each in told.items()} | {
        "SMS": SMS | {"url": url},
        "WEB_PUSH": {"private_key": VAPID, "subject": "mailto:ops@zc.test", "own_machine": True},
    }


@pytest.fixture(scope="module")
async def partner(tmp_path_factory) -> AsyncIterator[tuple[str, Path]]:
    """The process: where it is, and where it keeps what it was asked."""
    folder, port = tmp_path_factory.mktemp("partner"), free_port()
    async with served("tests.services.notifications.partner_server", port, folder):
        yield f"http://127.0.0.1:{port}", folder


@pytest.fixture
async def providers(partner) -> AsyncIterator[dict[ChannelKind, Provider]]:
    """The providers, as the setting makes them."""
    made = dict(providers_of(json.dumps(settings(partner[0])), patience=5))
    yield made
    for each in made.values():
        await each.close()


def message(address: str, language: Language = Language.ZH) -> Message:
    """A notice for somebody."""
    item = Item("申报材料已提交", "进入逐级审核。", datetime(2023, 11, 20, tzinfo=UTC))
    return Message(uuid4(), address, language, (item,), legal=False)


def asked(folder: Path, path: str) -> list[dict[str, Any]]:
    """What was asked of the process there, oldest first."""
    lines = (folder / "requests").read_text().splitlines()
    return [told["body"] for told in map(json.loads, lines) if told["path"] == path]


async def test_an_sms_is_signed_and_names_the_message(providers, partner):
    """By the approved template of the reader's language; the message's id goes along, the serial number comes back."""
    chinese, english = message("13800000000"), message("13800000000", Language.EN)
    receipt = await providers[ChannelKind.SMS].send(chinese)
    await providers[ChannelKind.SMS].send(english)
    assert receipt.text.startswith("2023:")
    first, second = asked(partner[1], "/")
    assert first == {
        "PhoneNumberSet": ["+8613800000000"],
        "SmsSdkAppId": "1400000000",
        "SignName": "青海职称",
        "TemplateId": "101",
        "TemplateParamSet": ["申报材料已提交"],
        "SessionContext": str(chinese.id),
    }
    assert (second["TemplateId"], second["SessionContext"]) == ("102", str(english.id))


@pytest.mark.parametrize("channel", CHATS)
async def test_a_chat_message_reaches_the_member_whatever_becomes_of_the_token(providers, partner, channel):
    """More messages than one token is good for: renewed, and each is taken once with the provider's own number."""
    receipts = {(await providers[channel].send(message("li.qingshan"))).text for _ in range(7)}
    assert len(receipts) == 7
    assert None not in receipts


async def test_feishu_is_told_the_id_by_which_it_drops_what_it_has(providers, partner):
    """The same message tried again names the same id."""
    told = message("li.qingshan")
    for _ in range(2):
        await providers[ChannelKind.FEISHU].send(told)
    *_, first, second = asked(partner[1], "/open-apis/im/v1/messages")
    assert first["uuid"] == second["uuid"] == str(told.id)
    assert json.loads(str(first["content"])) == {"text": "申报材料已提交\n进入逐级审核。"}


@pytest.mark.parametrize("channel", [*CHATS, ChannelKind.SMS])
@pytest.mark.parametrize(
    ("member", "number", "kind"),
    [
        ("nobody", "13800000001", Refused),
        ("busy", "13800000002", NotNow),
        ("down", "13800000003", Away),
        ("strange", "13800000004", NotNow),
    ],
)
async def test_failures_told_in_a_good_answer_are_found(providers, channel, member, number, kind):
    """An HTTP 200 that refuses: nobody is there, not now, nothing goes, or a code nobody knows, which counts as a try."""
    address = number if channel is ChannelKind.SMS else member
    with pytest.raises(kind) as failed:
        await providers[channel].send(message(address))
    assert getattr(failed.value, "address_failing", True) is True
    assert address not in str(failed.value)


@pytest.mark.parametrize("channel", CHATS)
async def test_an_answer_that_nobody_can_read_counts_as_a_try(providers, channel):
    """A wall between that dislikes these words would dislike them for ever: it says nothing of the provider."""
    with pytest.raises(NotNow, match="HTTP 403"):
        await providers[channel].send(message("page"))


@pytest.mark.parametrize("channel", [*CHATS, ChannelKind.SMS])
async def test_who_is_not_there_or_knows_no_such_secret_is_away(partner, channel):
    """Nobody listens; the secret is another: it says nothing of the message."""
    wrong = {"secret": "x", "secret_key": "x"}
    for url, changed in ((f"http://127.0.0.1:{free_port()}", {}), (partner[0], wrong)):
        told = settings(url)[channel]
        assert isinstance(told, dict)
        told |= {name: value for name, value in changed.items() if name in told}
        (provider,) = providers_of(json.dumps({channel: told}), patience=2).values()
        with pytest.raises(Away):
            await provider.send(message("13800000000" if channel is ChannelKind.SMS else "li"))
        await provider.close()


async def test_a_push_is_sealed_for_its_browser_and_signed_by_the_platform(providers, partner):
    """Only the browser's key opens it; the platform's key signed for that push service; tried again it is the same topic."""
    url, folder = partner
    told = message(subscription(f"{url}/push/li"))
    for _ in range(2):
        receipt = await providers[ChannelKind.WEB_PUSH].send(told)
    assert receipt.text == "HTTP 201"
    first, second = asked(folder, "/push/li")
    assert first["headers"]["topic"] == second["headers"]["topic"]
    sealed = base64.b64decode(first["body"])
    opened = http_ece.decrypt(sealed, private_key=BROWSER, auth_secret=SECRET_OF_BROWSER, version="aes128gcm")
    assert json.loads(opened) == {
        "id": str(told.id),
        "title": "申报材料已提交",
        "body": "进入逐级审核。",
        "lang": "zh",
    }
    headers = first["headers"]
    assert (headers["content-encoding"], headers["urgency"], headers["ttl"]) == (
        "aes128gcm",
        "normal",
        "259200",
    )
    token, _, key = headers["authorization"].removeprefix("vapid t=").partition(",k=")
    assert key == in_base64url(point(SERVER))
    claims = jwt.decode(token, ECKey.import_key(SERVER.public_key()), algorithms=["ES256"]).claims
    assert (claims["aud"], claims["sub"]) == (url, "mailto:ops@zc.test")


@pytest.mark.parametrize(
    ("name", "kind", "address_failing"),
    [("gone", Refused, True), ("large", Refused, False), ("busy", NotNow, None), ("down", NotNow, None)],
)
async def test_what_one_push_service_answers_says_nothing_of_the_channel(
    providers, partner, name, kind, address_failing
):
    """Gone for good, this message never, not now: a stranger's address never makes the channel count as away."""
    with pytest.raises(kind) as failed:
        await providers[ChannelKind.WEB_PUSH].send(message(subscription(f"{partner[0]}/push/{name}")))
    assert getattr(failed.value, "address_failing", None) is address_failing


async def test_nothing_is_pushed_into_the_own_network(partner):
    """An address of this machine, by number or in the open, unless this is a development machine."""
    told = {"private_key": VAPID, "subject": "mailto:ops@zc.test"}
    (provider,) = providers_of(json.dumps({"WEB_PUSH": told}), patience=2).values()
    before = len(asked(partner[1], "/push/inside"))
    for url in (
        partner[0],
        partner[0].replace("http:", "https:"),
        "https://169.254.169.254",
        "https://[::1]",
    ):
        with pytest.raises(Refused) as failed:
            await provider.send(message(subscription(f"{url}/push/inside")))
        assert failed.value.address_failing
    assert len(asked(partner[1], "/push/inside")) == before
    await provider.close()


@pytest.mark.parametrize(
    ("channel", "changed", "why"),
    [
        ("SMS", {"url": "http://sms.test"}, "own machine"),
        ("SMS", {"secret_key": ""}, "secret_key"),
        ("WECOM", {"agent_id": None}, "agent_id"),
        ("FEISHU", {"url": "https://"}, "own machine"),
        ("WEB_PUSH", {"private_key": "AAAA"}, "P-256"),
        ("WEB_PUSH", {"subject": "nobody"}, "subject"),
        ("DINGTALK", {"corp": "x"}, "DINGTALK.corp"),
    ],
)
def test_a_provider_that_could_not_work_stops_the_start(channel, changed, why):
    """With the setting's name and the reason; no secret is repeated."""
    told = settings("https://partner.test")[channel]
    assert isinstance(told, dict)
    with pytest.raises(ValueError, match=f"CHANNELS.{channel}") as refused:
        providers_of(json.dumps({channel: told | changed}), patience=5)
    assert why in str(refused.value)
    assert SECRET not in str(refused.value)
    assert SECRET_KEY not in str(refused.value)
