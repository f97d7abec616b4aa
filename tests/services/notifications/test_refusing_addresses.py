"""An address that refuses is switched off after refusals of several days, not after one; its owner hears what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from services.ciphers import Keyed
from services.kit.sealing import Sealer
from services.notifications.contact.events import ContactSwitchedOff
from services.notifications.contact.model import Contact
from services.notifications.delivery.contacts import KeptContacts
from services.notifications.policy import load_delivery
from tests.platform.tokens import bearer, mint
from tests.services.notifications.events import declaration_moved
from tests.services.notifications.sending import Scene, opened
from tests.services.notifications.test_mail import contact

BEGIN = datetime(2024, 1, 1, 1, tzinfo=UTC)
TAKEN = "taken"


@pytest.mark.parametrize(
    ("hours", "off_after"),
    [
        ((0, 0.1, 1, 23), None),
        ((0, 24, 47), None),
        ((0, 24, 48), 3),
        ((0, 200, 400), 3),
        ((0, 24, 24 + 14 * 24, 24 + 15 * 24), None),
        ((0, 24, 40 * 24, 41 * 24, 42 * 24), 5),
        ((0, 24, TAKEN, 48, 72), None),
        ((0, 24, TAKEN, 48, 72, 96), 6),
    ],
)
async def test_refusals_of_so_many_days_switch_off_once(database, session, hours, off_after):
    """Those of one day count once, old ones are forgotten, one message taken begins anew; it is told the once it happens."""
    policy, _ = load_delivery(Path("policies"), "qinghai")
    assert (policy.refusing_days, policy.refusals_forgotten_days) == (3, 14)
    sealer = Sealer({"k": AESGCM(bytes(32))}, Keyed(bytes(32)))
    kept, told = KeptContacts(sealer, policy), []
    async with session("notifications") as tx:
        row = contact(uuid4(), 1, sealer, "li@example.test")
        tx.add(row)
        await tx.flush()
        for number, each in enumerate((*hours, 5000), start=1):
            if each == TAKEN:
                await kept.arrived(tx, [row.id])
            elif number <= len(hours) or off_after is not None:
                event = await kept.refused(tx, row.id, BEGIN + timedelta(hours=each))
                told += [(number, event)] if event else []
        await tx.refresh(row)
    assert [number for number, _ in told] == ([off_after] if off_after else [])
    assert (row.failing_at is not None) == (off_after is not None)
    for _, event in told:
        assert event == ContactSwitchedOff(
            contact_id=row.id, account_id=row.account_id, channel="EMAIL", masked="***", refusals=3
        )


async def refuses(scene: Scene, session, person, times: int = 1) -> datetime | None:
    """News for somebody whose server refuses the address so often now; since when it counts as failing."""
    for _ in range(times):
        scene.mail.behaviour = ["refused"]
        await scene.happens(declaration_moved(person_id=person, action="SUBMIT", after="SUBMITTED"))
        await scene.work()
        await scene.work()
    async with session("notifications") as tx:
        return await tx.scalar(select(Contact.failing_at).where(Contact.place == 1))


async def test_one_bad_hour_switches_nothing_off_and_bad_days_are_told_to_the_owner(apps, session, database):
    """Meanwhile everything goes by the next way; then no more than legal notices go there, and the inbox says what to do."""
    async with opened(apps, session, kept=True) as scene:
        keys = (scene.app.state.settings.field_keys, scene.app.state.settings.index_key)
        sealer = Sealer.from_settings(*(each.get_secret_value() for each in keys))
        person, account = uuid4(), uuid4()
        async with session("notifications") as tx:
            tx.add_all(contact(account, place, sealer, f"{place}@example.test") for place in (1, 2))
        scene.readers.by_audience |= {f"person/{person}": [account], f"account/{account}": [account]}
        assert await refuses(scene, session, person, 2) is None
        await scene.passes(hours=25)
        assert await refuses(scene, session, person) is None
        owner = bearer(mint(sub=account))
        assert (await scene.http.get("/v1/inbox", headers=owner)).json()["items"] == []
        await scene.passes(hours=25)
        assert await refuses(scene, session, person) is not None
        (notice,) = (await scene.http.get("/v1/inbox", headers=owner)).json()["items"]
        assert notice["title"] == "您的一个联系方式已停止接收消息"
        assert "电子邮件 *** 先后在 3 天" in notice["body"]
        assert "重新获取验证码" in notice["body"]
        async with session("notifications") as tx:
            second = await tx.scalar(select(Contact.id).where(Contact.place == 2))
        count = len(await scene.copies())
        await scene.happens(declaration_moved(person_id=person, action="SUBMIT", after="SUBMITTED"))
        await scene.work()
        later = (await scene.copies())[count:]
        assert [(each.contact_id, str(each.standing)) for each in later] == [(second, "SENT")]
        assert len((await scene.http.get("/v1/inbox", headers=owner)).json()["items"]) == 1
