"""By which ways somebody is reached: wishes for what may wait, every way that works for what the law wants known."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from services.kit.errors import Language
from services.kit.ids import new_id
from services.notifications.contact.model import Contact, Preference
from services.notifications.contact.reach import contacts_of, quiet, ways
from services.notifications.contact.states import ChannelKind, Digest, Origin
from services.notifications.template.states import Topic
from tests.services.accounts.many import plan

EVENING = datetime(2023, 11, 20, 15, 0, tzinfo=UTC)
MORNING = datetime(2023, 11, 20, 23, 0, tzinfo=UTC)


def contact(account: UUID, channel: ChannelKind, place: int, **told: Any) -> Contact:
    """A verified contact of an account unless told otherwise."""
    values = {
        "id": new_id(),
        "province": "qinghai",
        "origin": Origin.OWNER,
        "address_sealed": b"x",
        "digest": new_id().bytes,
        "masked": "***",
        "verified_at": EVENING,
    }
    return Contact(account_id=account, channel=channel, place=place, **values | told)


def wishes(account: UUID, **told: Any) -> Preference:
    """What an account wishes: quiet nights, English, nothing else unless told."""
    values = {"language": "en", "zone": "Asia/Shanghai", "quiet_from": time(22), "quiet_until": time(7)}
    values |= {"digest": Digest.NONE, "digest_hour": 8, "digest_weekday": 1, "off": []}
    return Preference(account_id=account, province="qinghai", **values | told)


async def test_wishes_hold_for_everything_but_the_law(session: Any):
    """Every topic by every channel, switched off one by one: what is off comes only if it is legal, and then at once."""
    account, other = uuid4(), uuid4()
    async with session("notifications") as tx:
        rows = [contact(account, channel, place) for place, channel in enumerate(ChannelKind)]
        preference = wishes(account, digest=Digest.DAILY)
        tx.add_all([*rows, preference])
        for topic, off in product(Topic, ChannelKind):
            preference.off = [f"{topic}/{off}"]
            await tx.flush()
            reached = await ways(tx, [account, other], topic, legal=False, now=EVENING)
            assert [way.channel for way in reached[account].ways] == [
                each for each in ChannelKind if each != off
            ]
            assert reached[account].not_before == MORNING
            assert reached[account].digest_at == MORNING + timedelta(hours=1)
            legal = (await ways(tx, [account], topic, legal=True, now=EVENING))[account]
            assert [way.contact_id for way in legal.ways] == [row.id for row in rows]
            assert (legal.language, legal.not_before, legal.digest_at) == (Language.EN, None, None)
        assert (reached[other].ways, reached[other].language) == ((), Language.ZH)


async def test_what_is_gathered_keeps_the_quiet_hours_too(session: Any):
    """A digest at six, quiet until seven: it comes at seven."""
    account = uuid4()
    async with session("notifications") as tx:
        tx.add_all(
            [contact(account, ChannelKind.SMS, 1), wishes(account, digest=Digest.DAILY, digest_hour=6)]
        )
        await tx.flush()
        found = await ways(tx, [account], Topic.RESULT, legal=False, now=EVENING - timedelta(hours=9))
        assert (found[account].not_before, found[account].digest_at) == (None, MORNING)
        assert await quiet(tx, {account, uuid4()}, EVENING) == {account: MORNING}
        assert await quiet(tx, {account}, MORNING) == {}


async def test_what_does_not_arrive_is_tried_last(session: Any):
    """A failing contact gets legal notices alone, after what the employer told; an unverified one of the owner nothing."""
    account = uuid4()
    failing = contact(account, ChannelKind.EMAIL, 1, failing_at=EVENING)
    told = contact(account, ChannelKind.SMS, 9, origin=Origin.ACCOUNTS, verified_at=None)
    unverified = contact(account, ChannelKind.SMS, 2, verified_at=None)
    works = contact(account, ChannelKind.FEISHU, 3)

    async def reached(tx: Any, *, legal: bool) -> list[UUID]:
        found = await ways(tx, [account], Topic.RESULT, legal=legal, now=EVENING)
        return [way.contact_id for way in found[account].ways]

    async with session("notifications") as tx:
        tx.add_all([failing, told, unverified])
        await tx.flush()
        assert await reached(tx, legal=False) == []
        assert await reached(tx, legal=True) == [told.id, failing.id]
        tx.add(works)
        await tx.flush()
        assert await reached(tx, legal=False) == [works.id]
        assert await reached(tx, legal=True) == [works.id, failing.id]


async def test_contacts_of_a_page_are_found_by_their_index(session: Any):
    """However many contacts there are: by account, in their order."""
    async with session("notifications") as tx:
        await tx.execute(text("set local enable_seqscan = off"))
        assert "ix_contact_account_id_place" in await plan(tx, contacts_of([uuid4(), uuid4()]))
