"""E-mail through a real mail server, which is a process of its own: it takes, refuses, puts off, breaks off, is away."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import aiosmtplib
import pytest
from sqlalchemy import func, select, update

from services.kit.audit import audit_log
from services.kit.errors import Basis, Language
from services.kit.ids import new_id
from services.kit.sealing import Sealer
from services.notifications.contact.model import Contact
from services.notifications.contact.reach import context
from services.notifications.contact.states import ChannelKind, Origin
from services.notifications.delivery.states import CopyState
from services.notifications.provider import mail_connections
from services.notifications.provider.configuration import providers_of
from services.notifications.provider.letters import Letters
from services.notifications.provider.mail import Mail, MailSettings
from services.notifications.provider.message import Away, Item, Message, NotNow, Refused
from tests.services.notifications.events import declaration_moved
from tests.services.notifications.outer import free_port, mail_server
from tests.services.notifications.sending import opened

PERSON, ACCOUNT = uuid4(), uuid4()
SENDER = "notices@zc.qinghai.test"
PREFERENCES = "https://zc.qinghai.test/preferences"
TOLD = {"host": "127.0.0.1", "tls": "none", "sender": SENDER, "preferences_url": PREFERENCES}


def message(address: str, *items: str, legal: bool = False, language: Language = Language.ZH) -> Message:
    """A message with these notices."""
    made = [
        Item(each, f"{each}：<详情>", datetime(2023, 11, 20, 2, tzinfo=UTC), (Basis("三（一）", "逐级审核"),))
        for each in items or ("申报材料已提交",)
    ]
    return Message(uuid4(), address, language, tuple(made), legal)


@asynccontextmanager
async def mail(port: int, patience: float = 5, **more: object) -> AsyncIterator[Mail]:
    """The provider for a server on that port."""
    provider = Mail(MailSettings.model_validate(TOLD | {"port": port} | more), patience=patience)
    yield provider
    await provider.close()


def counted(make: Callable[[Mail], aiosmtplib.SMTP], made: list[aiosmtplib.SMTP]):
    """Making connections, remembered."""

    def remembered(provider: Mail) -> aiosmtplib.SMTP:
        made.append(make(provider))
        return made[-1]

    return remembered


async def test_what_becomes_of_copies_at_a_real_mail_server(apps, session, database, tmp_path):
    """Away, taken, put off, broken off after the message, refused for good: each ends as it should, under one id."""
    port = free_port()
    told = {"channels": json.dumps({"EMAIL": TOLD | {"port": port}})}
    async with opened(apps, session, {}, **told) as scene:
        for name in ("li", "grey", "dropped", "refused", "spam"):
            await scene.submitted(EMAIL=f"{name}@example.test")
        await scene.work()
        assert await scene.standings() == ["EMAIL WAITING"] * 5, "there is no server yet"
        async with mail_server(tmp_path, port) as server:
            for _ in range(4):
                await scene.passes(seconds=4000)
                await scene.work()
            copies = await scene.copies()
            letters = server.letters()
            tries = server.tries()
    by_error = {copy.last_error: copy.standing for copy in copies}
    assert by_error == {
        None: CopyState.SENT,
        "550 5.1.1 … Recipient address rejected": CopyState.DEAD,
        "554 5.7.1 Message rejected": CopyState.DEAD,
    }
    assert sorted(to for to, _ in letters) == ["dropped@example.test"] * 2 + [
        "grey@example.test",
        "li@example.test",
    ]
    ids = {to: {letter["message-id"] for each, letter in letters if each == to} for to, _ in letters}
    sent = {f"<{copy.id}@zc.qinghai.test>" for copy in copies if copy.standing is CopyState.SENT}
    assert {only for (only,) in ids.values()} == sent
    assert tries == {
        "li@example.test": 1,
        "grey@example.test": 2,
        "dropped@example.test": 2,
        "refused@example.test": 1,
        "spam@example.test": 1,
    }
    assert len(scene.contacts.failed) == 1, "the server refuses the message to spam@, not the address"
    assert all("queued as 4D2F" in str(copy.receipt) for copy in copies if copy.sent_at)


async def test_a_letter_tells_the_same_in_text_and_html_and_how_to_switch_it_off(tmp_path):
    """Chinese through the wire whole; a digest lists all; what the law wants told offers no way to switch it off."""
    async with mail_server(tmp_path) as server, mail(server.port) as provider:
        await provider.send(message("li@example.test", "申报材料已提交", "证书已签发"))
        await provider.send(message("li@example.test", "申报材料被退回\r\nBcc: x@example.test", legal=True))
        await provider.send(message("li@example.test", "Returned", language=Language.EN))
        same = replace(message("", "致全体"), legal=True)
        for each in ("li@example.test", "李@例子.测试", "wang@example.test"):
            await provider.send(replace(same, id=uuid4(), address=each))
    digest, legal, english, *many = (letter for _, letter in server.letters())
    assert [each["to"] for each in many] == ["li@example.test", "李@例子.测试", "wang@example.test"]
    assert len({each["message-id"] for each in many}) == 3
    assert [each["subject"] for each in many] == ["致全体"] * 3
    assert {str(part.get_content()) for each in many for part in each.walk() if not part.is_multipart()} == {
        str(many[0].get_body((kind,)).get_content())  # type: ignore[union-attr]
        for kind in ("plain", "html")
    }
    assert (digest["subject"], digest["from"]) == ("您有 2 条消息", f"职称申报评审平台 <{SENDER}>")
    text, html = digest.get_body(("plain",)), digest.get_body(("html",))
    assert text is not None
    assert html is not None
    for title in ("申报材料已提交", "证书已签发"):
        assert f"{title}：<详情>" in text.get_content()
        assert f"{title}：&lt;详情&gt;" in html.get_content()
    assert "依据：三（一） 逐级审核" in text.get_content()
    assert "2023-11-20 10:00" in text.get_content()
    assert digest["list-unsubscribe"] == f"<{PREFERENCES}>"
    assert (legal["list-unsubscribe"], legal["bcc"]) == (None, None)
    assert PREFERENCES not in legal.as_string()
    assert english["content-language"] == "en"
    assert "Basis: 三（一）" in english.get_body(("plain",)).get_content()  # type: ignore[union-attr]


async def test_connections_are_kept_for_what_follows(tmp_path, monkeypatch):
    """Letters at once go side by side, those after them on the same connections; one that the server ended, or that is worn out, is followed by another."""
    made: list[aiosmtplib.SMTP] = []
    monkeypatch.setattr(Mail, "_connection", counted(Mail._connection, made))  # noqa: SLF001 - how many were made
    port = free_port()
    async with mail(port) as provider:
        for start in (1, 3):
            async with mail_server(tmp_path, port):
                for _ in range(2):
                    await asyncio.gather(*(provider.send(message("li@example.test")) for _ in range(2)))
            assert len(made) == start + 1
        monkeypatch.setattr(mail_connections, "MESSAGES", 1)
        monkeypatch.setattr(mail_connections, "FRESH_SECONDS", -1)
        async with mail_server(tmp_path, port):
            await asyncio.gather(*(provider.send(message("li@example.test")) for _ in range(2)))
            assert len(made) == 6
            await provider.send(message("li@example.test"))
            assert len(made) == 7
            with pytest.raises(Refused):
                await provider.send(message("refused@example.test"))
            await provider.send(message("li@example.test"))
            assert len(made) == 9


async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server whose connections are dead once they have brought a letter: nothing is answered there, nobody ends them."""
    writer.write(b"220 here\r\n")
    while line := await reader.readline():
        if line.startswith(b"DATA"):
            writer.write(b"354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"250 taken\r\n")
            await reader.read()
            break
        writer.write(b"250 yes\r\n")
    writer.close()


async def test_a_kept_connection_that_is_dead_costs_no_letter_its_time(monkeypatch):
    """What is left of it by a network that says nothing is given up long before the letter's own time is over, idle or worn out."""
    monkeypatch.setattr(mail_connections, "CHECK_SECONDS", 0.05)
    monkeypatch.setattr(mail_connections, "FRESH_SECONDS", -1)
    async with await asyncio.start_server(deaf, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with mail(port, patience=60) as provider, asyncio.timeout(40):
            await provider.send(message("li@example.test"))
            await provider.send(message("li@example.test"))
            monkeypatch.setattr(mail_connections, "IDLE_SECONDS", -1)
            await provider.send(message("li@example.test"))


@pytest.mark.parametrize(
    ("name", "kind", "address_failing"),
    [("refused", Refused, True), ("spam", Refused, False), ("full", NotNow, None), ("dropped", NotNow, None)],
)
async def test_failures_are_told_apart(tmp_path, name, kind, address_failing):
    """This address for good, this message for good, not now; and the address is not repeated."""
    async with mail_server(tmp_path) as server:
        with pytest.raises(kind) as failed:
            async with mail(server.port) as provider:
                await provider.send(message(f"{name}@example.test"))
    assert getattr(failed.value, "address_failing", None) is address_failing
    assert "@example" not in str(failed.value)


async def test_a_server_that_is_not_there_or_speaks_no_tls_is_away(tmp_path):
    """Nobody listens; the server offers no TLS and gets nothing without; an address that is none is refused."""
    with pytest.raises(Away):
        async with mail(free_port()) as provider:
            await provider.send(message("li@example.test"))
    async with mail_server(tmp_path) as server:
        with pytest.raises(Away):
            async with mail(server.port, tls="starttls") as provider:
                await provider.send(message("li@example.test"))
        with pytest.raises(Refused):
            async with mail(server.port) as provider:
                await provider.send(message("li@example.test\r\nRCPT TO:<x@example.test>"))
        assert server.letters() == []


def test_the_system_decides_whom_to_trust_unless_told_otherwise():
    """Certificates are asked for and judged, names too."""
    settings = MailSettings(host="mail.qinghai.test", sender=SENDER)
    context = Mail(settings, patience=5)._tls  # noqa: SLF001 - nothing of it is told otherwise
    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    letters = Letters(settings.sender, settings.sender_name, settings.preferences_url)
    assert letters.whole(message("li@example.test"))["list-unsubscribe"] is None


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("[]", "CHANNELS"),
        ('{"TELEX": {}}', "CHANNELS.TELEX"),
        ('{"EMAIL": {"host": "mail.test"}}', "CHANNELS.EMAIL.sender"),
        ('{"EMAIL": {"host": "mail.test", "sender": "no address"}}', "CHANNELS.EMAIL.sender"),
        ('{"EMAIL": {"host": "mail.test", "sender": "a@b.test", "tls": "none"}}', "without TLS only"),
        ('{"EMAIL": {"host": "mail.test", "sender": "a@b.test", "password": "hunter2"}}', "belong together"),
        ('{"EMAIL": {"host": "mail.test", "sender": "a@b.test", "ca_file": "/no/where"}}', "there is no"),
        (
            '{"EMAIL": {"host": "mail.test", "sender": "a@b.test", "preferences_url": "ftp://x"}}',
            "preferences",
        ),
    ],
)
def test_a_channel_that_could_not_work_stops_the_start(told, why):
    """With the setting's name and the reason; a secret is not repeated."""
    with pytest.raises(ValueError, match="CHANNELS") as refused:
        providers_of(told, patience=5)
    assert why in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_without_the_setting_there_is_no_channel():
    """Nothing is configured: no provider."""
    assert providers_of("{}", patience=5) == {}
    one = providers_of(json.dumps({"EMAIL": TOLD}), patience=5)
    assert list(one) == [ChannelKind.EMAIL]


async def test_addresses_are_unsealed_to_be_sent_to_and_marked_where_nothing_arrives(
    apps, session, database, tmp_path
):
    """Contacts as they are kept: sealed at rest, opened with an audit; one refusal switches nothing off, a legal notice taken mends."""
    async with mail_server(tmp_path) as server:
        told = {"channels": json.dumps({"EMAIL": TOLD | {"port": server.port}})}
        async with opened(apps, session, {}, kept=True, **told) as scene:
            keys = (scene.app.state.settings.field_keys, scene.app.state.settings.index_key)
            sealer = Sealer.from_settings(*(each.get_secret_value() for each in keys))
            async with session("notifications") as tx:
                for place, name in enumerate(("refused", "li")):
                    tx.add(contact(ACCOUNT, place, sealer, f"{name}@example.test"))
            scene.readers.by_audience[f"person/{PERSON}"] = [ACCOUNT]
            await scene.happens(declaration_moved(person_id=PERSON, action="SUBMIT", after="SUBMITTED"))
            await scene.work()
            await scene.work()
            assert await scene.standings() == ["EMAIL HANDED_ON", "EMAIL SENT"]
            async with session("notifications") as tx:
                failing = list(await tx.scalars(select(Contact.failing_at).order_by(Contact.place)))
                audited = select(func.count()).where(audit_log.c.action == "contact.OPEN")
                assert await tx.scalar(audited) == 2
            assert failing == [None, None], "one refusal is not the end of an address"
            async with session("notifications") as tx:
                await tx.execute(update(Contact).values(failing_at=datetime.now(UTC)))
            await scene.happens(
                declaration_moved(person_id=PERSON, action="SEND_BACK", after="RETURNED", note="缺页")
            )
            await scene.work()
            await scene.work()
            async with session("notifications") as tx:
                failing = list(await tx.scalars(select(Contact.failing_at).order_by(Contact.place)))
            assert [each is None for each in failing] == [False, True], "a legal notice was taken there again"
        assert [to for to, _ in server.letters()] == ["li@example.test"] * 2


def contact(account: UUID, place: int, sealer: Sealer, address: str) -> Contact:
    """A verified address of an account."""
    own = new_id()
    return Contact(
        id=own,
        province="qinghai",
        account_id=account,
        channel=ChannelKind.EMAIL,
        origin=Origin.OWNER,
        address_sealed=sealer.seal_text(address, context=context(own)),
        digest=own.bytes,
        masked="***",
        place=place,
        verified_at=datetime(2023, 11, 1, tzinfo=UTC),
    )
