"""Copies of notices reach their readers by outer channels, whatever fails or dies in between."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
import structlog
from sqlalchemy import event as listening
from sqlalchemy import func, select, update

from services.notifications.contact.states import ChannelKind
from services.notifications.delivery.fan_out import READERS
from services.notifications.delivery.model import Copy, Dispatch
from services.notifications.delivery.states import CopyState
from tests.platform.tokens import bearer, mint, seat
from tests.services.notifications.events import declaration_moved, recommendation_publicised
from tests.services.notifications.outer import FakeProvider, Killed
from tests.services.notifications.sending import ROOT, Scene, opened, operator

ATTEMPTS = 8
PATIENCE = 900


@pytest.fixture
async def scene(database, apps, session):
    """A service with e-mail and SMS."""
    async with opened(apps, session) as open_scene:
        yield open_scene


async def test_a_notice_becomes_one_copy_however_often_it_comes(scene: Scene):
    """Brought three times at once, copied and sent by many at once: one message, by the first way of its reader."""
    person, account, (mail, _) = scene.person(EMAIL="li@example.test", SMS="13800000000")
    moved, event_id = declaration_moved(person_id=person, action="SUBMIT", after="SUBMITTED"), uuid4()
    await asyncio.gather(*(scene.happens(moved, event_id) for _ in range(3)))
    await asyncio.gather(*(scene.work() for _ in range(4)))
    await scene.work()
    (copy,) = await scene.copies()
    assert (copy.account_id, copy.contact_id, copy.standing) == (account, mail, CopyState.SENT)
    assert scene.mail.asked == {copy.id: 1}
    (message,) = scene.mail.has.values()
    assert (message.id, message.address, message.title) == (copy.id, "li@example.test", "申报材料已提交")
    assert message.items[0].basis[0].cite
    assert copy.receipt == f"R-{copy.id}"
    assert not scene.sms.has


async def test_who_has_no_way_out_or_none_that_there_is_keeps_the_inbox_alone(scene: Scene):
    """No contact, or one of a channel without a provider: no copy."""
    await scene.submitted()
    await scene.submitted(WECOM="key")
    await scene.work()
    assert await scene.copies() == []


async def test_an_outage_delays_and_loses_nothing(scene: Scene):
    """While a provider is away it is asked with one message now and then; afterwards everything goes, no try counted."""
    scene.mail.always = "away"
    for _ in range(10):
        await scene.submitted(EMAIL="li@example.test")
    await scene.work()
    asked = scene.mail.asked.total()
    assert asked == 10
    circuit = await scene.circuit("EMAIL")
    assert circuit is not None
    assert circuit.opened_at is not None
    await scene.work()
    for _ in range(3):
        await scene.passes(seconds=PATIENCE)
        await scene.work()
    assert asked < scene.mail.asked.total() <= asked + 3
    scene.mail.always = "take"
    await scene.until(lambda: len(scene.mail.has) == 10)
    assert {copy.standing for copy in await scene.copies()} == {CopyState.SENT}
    assert max(copy.attempts for copy in await scene.copies()) == 1
    circuit = await scene.circuit("EMAIL")
    assert circuit is not None
    assert circuit.opened_at is None


async def test_a_provider_away_for_too_long_lets_the_next_channel_have_its_turn(scene: Scene):
    """Not before the patience is over; who has no other way waits for the provider; what comes meanwhile goes on too."""
    scene.mail.always = "away"
    for _ in range(6):
        await scene.submitted(EMAIL="li@example.test", SMS="13800000000")
    await scene.submitted(EMAIL="wang@example.test")
    await scene.work()
    await scene.passes(seconds=PATIENCE / 2)
    await scene.work()
    assert not scene.sms.has
    await scene.until(lambda: len(scene.sms.has) == 6, seconds=PATIENCE)
    stand = await scene.standings()
    assert stand.count("EMAIL HANDED_ON") == stand.count("SMS SENT") == 6
    assert stand.count("EMAIL WAITING") == 1
    scene.mail.always = "take"
    await scene.until(lambda: len(scene.mail.has) == 1)
    assert next(iter(scene.mail.has.values())).address == "wang@example.test"


async def test_what_is_refused_for_good_goes_on_at_once_and_the_address_is_known_to_fail(scene: Scene):
    """The provider says that there is no such address: by SMS in the same minute, and by SMS from then on."""
    scene.mail.behaviour = ["refused"]
    person, _, (mail, _) = scene.person(EMAIL="nobody@example.test", SMS="13800000000")
    await scene.happens(declaration_moved(person_id=person, action="SUBMIT", after="SUBMITTED"))
    await scene.work()
    await scene.work()
    assert await scene.standings() == ["EMAIL HANDED_ON", "SMS SENT"]
    assert scene.contacts.failed == {mail}
    await scene.happens(declaration_moved(person_id=person, action="SUBMIT", after="SUBMITTED"))
    await scene.work()
    assert await scene.standings() == ["EMAIL HANDED_ON", "SMS SENT", "SMS SENT"]


@pytest.mark.parametrize("how", ["busy", "strange"])
async def test_after_so_many_tries_it_is_given_up_and_sent_again_by_hand(scene: Scene, how: str):
    """Dead it waits for an operator, and goes out under the id that it has; nobody else sees or sends it."""
    scene.mail.always = how
    await scene.submitted(EMAIL="li@example.test")
    await scene.work()
    for _ in range(ATTEMPTS - 1):
        assert await scene.standings() == ["EMAIL WAITING"]
        await scene.passes(seconds=4000)
        await scene.work()
    (copy,) = await scene.copies()
    assert (copy.standing, copy.attempts) == (CopyState.DEAD, ATTEMPTS)
    assert "li@example.test" not in str(copy.last_error)
    await scene.passes(seconds=4000)
    await scene.work()
    assert scene.mail.asked == {copy.id: ATTEMPTS}
    scene.mail.always = "take"
    path = f"/v1/delivery-copies/{copy.id}/redrive"
    for token, code in ((mint([seat("TITLE_OFFICER", ROOT)]), "ROLE_MISSING"), (operator(), None)):
        answer = await scene.http.post(path, headers=bearer(token))
        assert answer.json().get("code") == code, answer.text
    assert (await scene.http.post(path, headers=bearer(operator()))).json()["code"] == "ACTION_NOT_AVAILABLE"
    absent = f"/v1/delivery-copies/{uuid4()}/redrive"
    assert (await scene.http.post(absent, headers=bearer(operator()))).json()["code"] == "COPY_NOT_FOUND"
    await scene.work()
    assert set(scene.mail.has) == {copy.id}
    assert await scene.standings() == ["EMAIL SENT"]


@pytest.mark.parametrize("how", ["die", "die after"])
async def test_a_worker_killed_at_the_provider_is_followed_by_another_under_the_same_id(
    scene: Scene, how: str
):
    """Before the provider has it or after, between its answer and the commit: tried again as the same message."""
    scene.mail.behaviour = [how]
    await scene.submitted(EMAIL="li@example.test")
    with pytest.raises(Killed):
        await scene.work()
    await scene.work()
    assert scene.mail.asked.total() == 1, "the claim keeps others away while it lasts"
    await scene.passes(seconds=60)
    await scene.work()
    (copy,) = await scene.copies()
    assert (copy.standing, copy.attempts) == (CopyState.SENT, 2)
    assert scene.mail.asked == {copy.id: 2}
    assert set(scene.mail.has) == {copy.id}


async def test_legal_notices_go_first_and_news_to_many_last(scene: Scene):
    """However long something waits: what the law wants told, then one's own, then what everybody hears, which has a lane."""
    unit, everybody = uuid4(), [uuid4() for _ in range(3)]
    scene.readers.by_audience[f"within/{unit}"] = everybody
    for each in everybody:
        scene.contacts.has(each, EMAIL="unit@example.test")
    await scene.happens(recommendation_publicised(unit_id=unit))
    await scene.submitted(EMAIL="li@example.test")
    await scene.returned(EMAIL="wang@example.test")
    await scene.app.state.fan_out.once()
    assert [copy.priority for copy in await scene.copies()] == [0, 1, 2, 2, 2]
    await scene.app.state.copies.work("EMAIL", "one's own")
    assert scene.mail.titles == ["申报材料被退回，请修改", "申报材料已提交"]
    await scene.app.state.copies.work("EMAIL", "to many")
    assert len(scene.mail.has) == 5


async def test_quiet_hours_and_digests_are_kept_but_for_legal_notices(scene: Scene):
    """Three notices gathered go out as one message at their time, under one id however often it is tried; a legal one at once."""
    tomorrow = scene.now + timedelta(hours=22)
    person, account, _ = scene.person(EMAIL="li@example.test", SMS="13800000000")
    scene.contacts.digest_at = tomorrow
    for _ in range(3):
        await scene.happens(declaration_moved(person_id=person, action="SUBMIT", after="SUBMITTED"))
    await scene.happens(
        declaration_moved(person_id=person, action="SEND_BACK", after="RETURNED", note="缺页")
    )
    await scene.work()
    assert scene.mail.titles == ["申报材料被退回，请修改"]
    await scene.passes(hours=22)
    scene.mail.behaviour = ["die after"]
    with pytest.raises(Killed):
        await scene.work()
    scene.contacts.digest_at = None
    await scene.happens(declaration_moved(person_id=person, action="SUBMIT", after="SUBMITTED"))
    await scene.passes(minutes=5)
    await scene.work()
    assert scene.mail.titles == ["申报材料被退回，请修改", "您有 3 条消息", "申报材料已提交"]
    scene.contacts.not_before = scene.now + timedelta(hours=8)
    scene.mail.behaviour = ["unwanted"]
    await scene.happens(declaration_moved(person_id=person, action="SUBMIT", after="SUBMITTED"))
    await scene.work()
    assert len(scene.mail.has) == 3
    await scene.passes(hours=8)
    scene.contacts.not_before = None
    await scene.work()
    await scene.work()
    assert scene.sms.titles == ["申报材料已提交"]
    assert {copy.account_id for copy in await scene.copies()} == {account}


async def test_nothing_is_carried_into_quiet_hours(scene: Scene):
    """Tried in the evening and again at night, it waits for the morning, no try counted; a legal one goes on through the night."""
    scene.mail.behaviour = ["busy", "busy"]
    await scene.submitted(EMAIL="li@example.test")
    await scene.returned(EMAIL="wang@example.test")
    await scene.work()
    assert not scene.mail.has
    morning = scene.contacts.not_before = scene.now + timedelta(hours=9)
    await scene.passes(hours=2)
    await scene.work()
    assert scene.mail.titles == ["申报材料被退回，请修改"]
    (waits,) = [each for each in await scene.copies() if each.standing is CopyState.WAITING]
    assert (waits.due_at, waits.attempts) == (morning, 1)
    await scene.passes(hours=7)
    await scene.work()
    assert scene.mail.titles == ["申报材料被退回，请修改", "申报材料已提交"]


async def test_what_was_gathered_goes_on_together(scene: Scene):
    """A digest that is refused is one message by the next channel too."""
    person, _, _ = scene.person(EMAIL="nobody@example.test", SMS="13800000000")
    scene.contacts.digest_at = scene.now + timedelta(hours=1)
    for _ in range(3):
        await scene.happens(declaration_moved(person_id=person, action="SUBMIT", after="SUBMITTED"))
    await scene.work()
    await scene.passes(hours=1)
    scene.mail.behaviour = ["refused"]
    await scene.work()
    await scene.work()
    assert scene.sms.titles == ["您有 3 条消息"]
    assert await scene.standings() == ["EMAIL HANDED_ON"] * 3 + ["SMS SENT"] * 3


async def test_what_waits_for_a_channel_that_is_gone_goes_on_or_is_given_up(apps, session, database):
    """E-mail is taken out of `CHANNELS`: by SMS, gathered ones too; without another way an operator sees it; nothing waits for ever."""
    async with opened(apps, session) as before:
        before.mail.always = "away"
        for _ in range(3):
            await before.returned(EMAIL="li@example.test", SMS="13800000000")
        before.contacts.digest_at = before.now
        await before.submitted(EMAIL="li@example.test", SMS="13800000000")
        await before.returned(EMAIL="wang@example.test")
        await before.work()
        contacts = before.contacts
    assert {each.split()[1] for each in await before.standings()} == {"WAITING"}
    sms = FakeProvider()
    async with opened(apps, session, {ChannelKind.SMS: sms}) as after:
        after.contacts.by_account, after.contacts.known = contacts.by_account, contacts.known
        await after.passes(seconds=4000)
        assert sum(await asyncio.gather(*(after.app.state.copies.hand_on_stranded() for _ in range(3)))) == 5
        await after.work()
        assert Counter(await after.standings()) == {"EMAIL HANDED_ON": 4, "EMAIL DEAD": 1, "SMS SENT": 4}
        assert len(sms.has) == 4
        headers = bearer(operator())
        channels = (await after.http.get("/v1/delivery-channels", headers=headers)).json()
    assert [(each["channel"], each["provided"], each["dead"]) for each in channels] == [
        ("EMAIL", False, 1),
        ("SMS", True, 0),
    ]


async def test_a_removed_contact_is_no_way_any_more(scene: Scene):
    """Removed between copy and sending: by the next way, and the provider is not asked."""
    person, _, (mail, _) = scene.person(EMAIL="li@example.test", SMS="13800000000")
    await scene.happens(declaration_moved(person_id=person, action="SUBMIT", after="SUBMITTED"))
    await scene.app.state.fan_out.once()
    del scene.contacts.known[mail]
    await scene.work()
    await scene.work()
    assert not scene.mail.asked
    assert await scene.standings() == ["EMAIL HANDED_ON", "SMS SENT"]


async def test_what_nobody_can_send_any_more_is_not_given_up(scene: Scene, session):
    """Its only contact removed, or its notice withdrawn after it was given up: no operator finds it among the dead."""
    person, _, (mail,) = scene.person(EMAIL="li@example.test")
    other, _, _ = scene.person(EMAIL="wang@example.test")
    for each in (person, other):
        await scene.happens(declaration_moved(person_id=each, action="SUBMIT", after="SUBMITTED"))
    await scene.app.state.fan_out.once()
    del scene.contacts.known[mail]
    scene.mail.always = "refused"
    await scene.work()
    assert sorted(await scene.standings()) == ["EMAIL DEAD", "EMAIL WITHDRAWN"]
    asked = {"params": {"standing": "DEAD"}, "headers": bearer(operator())}
    assert len((await scene.http.get("/v1/delivery-copies", **asked)).json()["items"]) == 1
    async with session("notifications") as tx:
        await tx.execute(update(Dispatch).values(withdrawn_at=func.now()))
    assert (await scene.http.get("/v1/delivery-copies", **asked)).json()["items"] == []


async def test_ten_thousand_copies_cost_few_statements_and_go_on_where_they_stopped(scene: Scene):
    """Page by page with the cursor; a page that accounts does not answer is asked for again; nobody is copied twice."""
    unit, every = uuid4(), [uuid4() for _ in range(10 * READERS)]
    scene.readers.by_audience[f"within/{unit}"] = every
    for each in every:
        scene.contacts.has(each, EMAIL="li@example.test")
    await scene.happens(recommendation_publicised(unit_id=unit))
    scene.readers.fails_once_at = str(4 * READERS)
    statements: list[str] = []
    engine = scene.app.state.db.engine.sync_engine
    listening.listen(engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    await scene.app.state.fan_out.once()
    assert await _counted(scene) == (4 * READERS, 4 * READERS)
    await scene.passes(seconds=60)
    await asyncio.gather(*(scene.app.state.fan_out.once() for _ in range(3)))
    assert await _counted(scene) == (len(every), len(every))
    assert len(statements) < 120, len(statements)


async def _counted(scene: Scene) -> tuple[int, int]:
    """How many copies there are, and of how many accounts."""
    async with scene.session("notifications") as tx:
        counted = select(func.count(), func.count(Copy.account_id.distinct()))
        return tuple((await tx.execute(counted)).one())  # type: ignore[return-value]


async def test_nothing_that_is_logged_tells_an_address(scene: Scene):
    """Sent, refused, given up, away, unforeseen: the log names messages by their ids."""
    with structlog.testing.capture_logs() as logs:
        scene.mail.behaviour = ["strange", "refused", "busy", "away", "take"]
        for _ in range(5):
            await scene.submitted(EMAIL="li@example.test", SMS="13800000000")
        await scene.work()
    assert len(logs) >= 5
    assert not any(secret in str(logs) for secret in ("li@example.test", "13800000000"))


async def test_the_operator_sees_channels_and_copies(scene: Scene):
    """What waits, what was given up, since when a provider is away; by channel, standing and subject; nobody else sees it."""
    scene.mail.always = "away"
    for _ in range(6):
        await scene.submitted(EMAIL="li@example.test")
    await scene.submitted(SMS="13800000000")
    await scene.work()
    headers = bearer(operator())
    channels = (await scene.http.get("/v1/delivery-channels", headers=headers)).json()
    assert [(each["channel"], each["waiting"], each["away_since"] is None) for each in channels] == [
        ("EMAIL", 6, False),
        ("SMS", 0, True),
    ]
    (sent,) = (await scene.http.get("/v1/delivery-copies?standing=SENT", headers=headers)).json()["items"]
    assert (sent["channel"], sent["template"]) == ("SMS", "declaration_submitted")
    assert not {"address", "account_id", "contact_id", "title"} & set(sent)
    one = {"subject": sent["subject"], "channel": "SMS"}
    assert (
        len((await scene.http.get("/v1/delivery-copies", params=one, headers=headers)).json()["items"]) == 1
    )
    seen: list[str] = []
    cursor = None
    while True:
        asked = {"first": 3, "channel": "EMAIL"} | ({"after": cursor} if cursor else {})
        page = (await scene.http.get("/v1/delivery-copies", params=asked, headers=headers)).json()
        seen += [each["id"] for each in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert len(set(seen)) == len(seen) == 6
    for path in ("/v1/delivery-copies", "/v1/delivery-channels"):
        for token in (mint([seat("TITLE_OFFICER", ROOT)]), mint()):
            assert (await scene.http.get(path, headers=bearer(token))).json()["code"] == "ROLE_MISSING"
        assert (await scene.http.get(path)).status_code == 401
