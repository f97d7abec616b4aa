"""An announcement reaches everybody below in one request, is seen to progress, is withdrawn, and holds up nothing urgent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import product
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from services.kit.steps import ActionNotAvailable, NotYourStep, decide
from services.notifications.announcement.states import (
    AnnouncementAction,
    AnnouncementCase,
    AnnouncementState,
)
from services.notifications.announcement.steps import ANNOUNCERS, STEPS
from services.notifications.contact.states import ChannelKind
from services.notifications.delivery import claiming, fan_out, withdrawal
from services.notifications.delivery.model import Copy, Dispatch
from services.notifications.delivery.priority import LANES, OWN, TO_MANY
from services.notifications.delivery.sending import AT_ONCE
from services.notifications.delivery.withdrawal import COPIES
from services.notifications.inbox.model import Message
from services.notifications.system import SYSTEM
from tests.platform.tokens import bearer, mint, node, seat
from tests.services.notifications.outer import Killed
from tests.services.notifications.sending import ROOT, Scene, opened

PATH = "/v1/announcements"
CITY, HOSPITAL = node("HRSS", "PREFECTURE"), node("EMPLOYER", "COUNTY")
OTHER = node("HRSS", "PREFECTURE")
PAGE = 10
WORDS = {"title": "系统停机维护", "body": "本周六零时至六时停机。", "topic": "SEASON"}
ROLES = (*ANNOUNCERS, "REVIEWER", "SUPERVISOR", "OPERATOR", "APPLICANT", "INTEGRATION")


def officer(*lineage, role: str = "TITLE_OFFICER", **who) -> str:
    """A token of who works for titles at the last of a line."""
    return mint([seat(role, *(lineage or (ROOT, CITY)))], **who)


@pytest.fixture
async def scene(database, apps, session, monkeypatch):
    """A service with e-mail and SMS whose fan-out takes few readers a page."""
    monkeypatch.setattr(fan_out, "READERS", PAGE)
    async with opened(apps, session) as open_scene:
        yield open_scene


def readers(scene: Scene, number: int, audience: str = f"within/{CITY.id}") -> list[UUID]:
    """So many readers of an audience, each with an address."""
    every = [uuid4() for _ in range(number)]
    scene.readers.by_audience[audience] = every
    for each in every:
        scene.contacts.has(each, EMAIL="li@example.test")
    return every


async def ask(scene: Scene, method: str, path: str = PATH, token: str | None = None, **body):
    """What is answered."""
    headers = bearer(token or officer()) | body.pop("headers", {})
    return await scene.http.request(method, path, json=body or None, headers=headers)


async def announced(scene: Scene, token: str | None = None, **given) -> dict:
    """An announcement that was made."""
    answer = await ask(scene, "POST", token=token, **({"organisation_id": str(CITY.id)} | WORDS | given))
    assert answer.status_code == 201, answer.text
    return answer.json()["record"]


async def cancel(scene: Scene, made: dict, token: str | None = None, **given):
    """An answer to withdrawing it."""
    return await ask(
        scene, "POST", f"{PATH}/{made['id']}/actions/CANCEL", token, **({"note": "时间有误"} | given)
    )


async def seen(scene: Scene, made: dict) -> dict:
    """It as it stands now."""
    return (await ask(scene, "GET", f"{PATH}/{made['id']}")).json()


async def counted(scene: Scene, *tables: str) -> list[int]:
    """How many rows there are."""
    async with scene.session("notifications") as tx:
        return [await tx.scalar(text(f"select count(*) from {each}")) for each in tables]


async def test_one_request_tells_everybody_below_and_progress_is_seen(scene: Scene):
    """One message and one row of fan-out at once; readers grow page by page; sent, it finishes by itself; the key tells it once."""
    readers(scene, 25)
    body = {"organisation_id": str(CITY.id)} | WORDS | {"headers": {"Idempotency-Key": "k1"}}
    first, again = [await ask(scene, "POST", **body | {"token": officer(sub=CITY.id)}) for _ in range(2)]
    made = first.json()["record"]
    assert again.json()["record"] == made
    assert (made["state"], made["readers"], made["copies"]["waiting"]) == ("ANNOUNCED", 0, 0)
    assert await counted(scene, "message", "dispatch", "outbox", "history") == [1, 1, 1, 1]
    page, scene.readers.fails_once_at = scene.readers.by_audience, str(2 * PAGE)
    assert page
    await scene.app.state.fan_out.once()
    await scene.app.state.announcing.once()
    half = await seen(scene, made)
    assert (half["state"], half["readers"], half["copies"]["waiting"]) == ("ANNOUNCED", 20, 20)
    await scene.passes(minutes=2)
    scene.mail.behaviour = ["refused"]
    await scene.work()
    await scene.app.state.announcing.once()
    whole = await seen(scene, made)
    assert (whole["state"], whole["readers"]) == ("FINISHED", 25)
    assert whole["copies"] == {"waiting": 0, "sent": 24, "dead": 1, "withdrawn": 0}
    (listed,) = (await ask(scene, "GET")).json()["items"]
    assert (listed["id"], listed["readers"], listed["copies"]) == (made["id"], 25, None)
    assert await counted(scene, "outbox", "history") == [2, 2]
    inbox = await ask(scene, "GET", "/v1/inbox", mint([seat("REVIEWER", ROOT, CITY, HOSPITAL)]))
    assert [each["title"] for each in inbox.json()["items"]] == ["系统停机维护"]


async def test_the_root_tells_everybody_and_roles_narrow_it(scene: Scene):
    """`everyone` from the province, who holds no seat too; roles are asked for; a legal one goes with its document, in English too."""
    readers(scene, 3, "everyone")
    english = {"title_en": "Maintenance", "body_en": "Down on Saturday."}
    legal = {"organisation_id": str(ROOT.id), "legal": True, "document_no": "青人社厅函〔2023〕7号"}
    answer = await ask(scene, "POST", token=officer(ROOT), **WORDS | english | legal)
    assert answer.json()["basis"][0] == {"cite": "青人社厅函〔2023〕7号", "summary": "系统停机维护"}
    await announced(scene, roles=["REVIEWER", "REVIEWER"])
    await scene.app.state.fan_out.once()
    assert [copy.priority for copy in await scene.copies()] == [2, 2, 2]
    asked = [call.query for call in scene.readers.calls if call.path == "/v1/readers"]
    assert [(each["audience"], each.get("roles")) for each in asked] == [
        ("everyone", None),
        (f"within/{CITY.id}", "REVIEWER"),
    ]
    nobody, elsewhere = mint(), mint([seat("REVIEWER", ROOT, OTHER)])
    for token in (nobody, elsewhere):
        inbox = await scene.http.get("/v1/inbox", headers=bearer(token) | {"accept-language": "en"})
        assert [each["title"] for each in inbox.json()["items"]] == ["Maintenance"]


async def test_withdrawn_it_goes_no_further_and_says_so(scene: Scene):
    """No reader is copied any more, what waits is not sent, what was sent stays sent; the message says why; an operator sends none again."""
    readers(scene, 3 * PAGE)
    made = await announced(scene)
    scene.readers.fails_once_at = str(2 * PAGE)
    await scene.app.state.fan_out.once()
    scene.mail.behaviour = ["take"] * 5 + ["refused"] * 2
    scene.mail.always = "busy"
    await scene.app.state.copies.once()
    answer = (await cancel(scene, made)).json()["record"]
    assert (answer["state"], answer["cancelled_for"], answer["readers"]) == ("CANCELLED", "时间有误", 20)
    assert (answer["copies"]["sent"], answer["copies"]["dead"], answer["copies"]["waiting"]) == (5, 2, 13)
    scene.mail.always = "take"
    await scene.passes(hours=2)
    await scene.app.state.copies.once()
    assert len(scene.mail.has) == 5, "before the page of withdrawing too"
    await scene.work()
    assert (await seen(scene, made))["copies"] == {"waiting": 0, "sent": 5, "dead": 2, "withdrawn": 13}
    assert len(scene.mail.has) == 5
    inbox = (await ask(scene, "GET", "/v1/inbox", mint([seat("REVIEWER", ROOT, CITY)]))).json()["items"]
    assert inbox[0]["title"] == "（已撤回）系统停机维护"
    assert inbox[0]["body"].startswith("本消息已撤回：时间有误")
    dead = next(each for each in await scene.copies() if each.standing == "DEAD")
    again = await ask(scene, "POST", f"/v1/delivery-copies/{dead.id}/redrive", mint([seat("OPERATOR", ROOT)]))
    assert (again.status_code, again.json()["code"]) == (409, "NOTICE_WITHDRAWN")
    assert (await cancel(scene, made)).json()["code"] == "ACTION_NOT_AVAILABLE"


AS_COUNTED = """
select c.waiting = t.waiting and c.sent = t.sent and c.dead = t.dead and c.withdrawn = t.withdrawn from (
    select count(*) filter (where sent_at is null and dead_at is null and withdrawn_at is null) as waiting,
        count(sent_at) as sent, count(dead_at) as dead, count(withdrawn_at) as withdrawn from delivery_copy
) c, (
    select coalesce(sum(waiting), 0) as waiting, coalesce(sum(sent), 0) as sent, coalesce(sum(dead), 0) as dead,
        coalesce(sum(withdrawn), 0) as withdrawn from delivery_tally
) t
"""


@asynccontextmanager
async def at_work(*works: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """Keep these going at the same time."""

    async def again(work: Callable[[], Awaitable[object]]) -> None:
        while not ended.is_set():
            await work()
            await asyncio.sleep(0)

    ended, tasks = asyncio.Event(), [asyncio.create_task(again(each)) for each in works]
    try:
        yield
    finally:
        ended.set()
        await asyncio.gather(*tasks)


@pytest.mark.parametrize("after", [1, 60])
async def test_nothing_is_handed_over_once_it_is_withdrawn(scene: Scene, after: int):
    """Amid pages of readers and several senders: from the answer on nothing begins; each copy is sent or withdrawn, once; what is told is so at every moment."""
    readers(scene, 12 * PAGE)
    made = await announced(scene)
    reached, take, state = asyncio.Event(), scene.mail.send, scene.app.state

    async def send(message):
        if len(scene.mail.asked) + 1 >= after:
            reached.set()
        answer = await take(message)
        await asyncio.sleep(0.01)
        return answer

    async def look() -> None:
        told = await seen(scene, made)
        assert sum(told["copies"].values()) == told["readers"]
        async with scene.session("notifications") as tx:
            assert await tx.scalar(text(AS_COUNTED))

    scene.mail.send = send
    async with at_work(look, *[state.fan_out.once] * 2, *[state.copies.once] * 3):
        await reached.wait()
        assert (await cancel(scene, made)).status_code == 200
        handed_over = dict(scene.mail.asked)
        while (await seen(scene, made))["copies"]["waiting"]:
            await asyncio.sleep(0.01)
    assert scene.mail.asked == handed_over
    assert set(handed_over.values()) == {1}
    told = await seen(scene, made)
    assert (told["copies"]["sent"], told["copies"]["waiting"]) == (len(handed_over), 0)
    assert told["readers"] < 12 * PAGE or told["copies"]["withdrawn"]


async def test_a_copy_with_the_provider_meanwhile_is_sent(scene: Scene):
    """Withdrawn while the provider has it in hand: taken, it is sent, and counted so."""
    readers(scene, 1)
    made = await announced(scene)
    await scene.app.state.fan_out.once()
    reached, go = asyncio.Event(), asyncio.Event()
    send = scene.mail.send

    async def slowly(message):
        reached.set()
        await go.wait()
        return await send(message)

    scene.mail.send = slowly
    sending = asyncio.create_task(scene.app.state.copies.once())
    await reached.wait()
    await cancel(scene, made)
    await scene.app.state.fan_out.once()
    assert (await seen(scene, made))["copies"]["withdrawn"] == 1
    go.set()
    await sending
    assert (await seen(scene, made))["copies"] == {"waiting": 0, "sent": 1, "dead": 0, "withdrawn": 0}


async def test_what_was_gathered_with_it_still_goes_out(scene: Scene):
    """A digest whose first notice is withdrawn goes out with the others."""
    (account,) = readers(scene, 1)
    person = uuid4()
    scene.readers.by_audience[f"person/{person}"] = [account]
    scene.contacts.digest_at = scene.now
    made = await announced(scene)
    await scene.app.state.fan_out.once()
    scene.readers.by_audience[f"within/{CITY.id}"] = [account]
    await announced(scene, title="第二条")
    scene.mail.behaviour = ["busy"]
    await scene.work()
    await cancel(scene, made)
    await scene.passes(hours=2)
    await scene.work()
    assert scene.mail.titles == ["第二条"]


async def test_what_somebody_settles_meanwhile_is_waited_for_by_nobody(scene: Scene):
    """Of a digest one copy is held, as whoever settles it holds it: withdrawing leaves the message whole, and comes again."""
    (account,) = readers(scene, 1)
    scene.contacts.digest_at = scene.now
    await announced(scene)
    await scene.app.state.fan_out.once()
    scene.readers.by_audience[f"within/{CITY.id}"] = [account]
    made = await announced(scene, title="第二条")
    scene.mail.behaviour = ["busy"]
    await scene.work()
    lead, follower = await scene.copies()
    assert follower.bundle_id == lead.id
    await cancel(scene, made)

    async def page() -> None:
        async with scene.session("notifications") as tx:
            await tx.execute(text("set local lock_timeout = '30s'"))
            claimed = await tx.scalar(select(Dispatch).where(Dispatch.event_id == UUID(made["id"])))
            await withdrawal.page(tx, claimed, scene.now)

    async with scene.session("notifications") as tx:
        await tx.execute(select(Copy.id).where(Copy.id == lead.id).with_for_update())
        await page()
    assert [each.bundle_id for each in await scene.copies()] == [lead.id, lead.id]
    assert await scene.standings() == ["EMAIL WAITING"] * 2
    await page()
    await page()
    assert [each.bundle_id for each in await scene.copies()] == [None, lead.id]
    assert await scene.standings() == ["EMAIL WAITING", "EMAIL WITHDRAWN"]


async def test_a_worker_that_dies_in_the_middle_is_followed_without_doubles(scene: Scene, monkeypatch):
    """Killed between two pages and within one: whoever comes next goes on from the cursor; withdrawing is followed likewise."""
    readers(scene, 4 * PAGE)
    made = await announced(scene)
    asked, ways = [], scene.contacts.ways

    async def dying(*given, **named):
        asked.append(1)
        if len(asked) in {2, 4}:
            raise Killed
        return await ways(*given, **named)

    scene.contacts.ways = dying
    for _ in range(2):
        with pytest.raises(Killed):
            await scene.app.state.fan_out.once()
        await scene.passes(minutes=1)
    await scene.app.state.fan_out.once()
    told = await seen(scene, made)
    assert (told["readers"], told["copies"]["waiting"]) == (40, 40)
    assert len({copy.account_id for copy in await scene.copies()}) == 40
    await cancel(scene, made)
    monkeypatch.setattr("services.notifications.delivery.withdrawal.COPIES", 15)
    assert await scene.app.state.fan_out.once() == 3
    assert (await seen(scene, made))["copies"]["withdrawn"] == 40
    assert COPIES > PAGE


async def test_nothing_urgent_waits_for_digests_that_are_gathered(scene: Scene):
    """While messages are made of very many digests one's own message goes out."""
    await scene.submitted(EMAIL="li@example.test")
    await scene.app.state.fan_out.once()
    async with scene.session("notifications") as tx, asyncio.timeout(60):
        await tx.execute(claiming.TURN)
        assert await scene.app.state.copies.work(ChannelKind.EMAIL, OWN) == 1


async def test_urgent_overtakes(scene: Scene):
    """A page for somebody's own is claimed before the next of many; its copy before theirs, in a lane that they never enter."""
    readers(scene, 5 * PAGE)
    await announced(scene, legal=True, document_no="青人社厅函〔2023〕8号")
    asked, ways = [], scene.contacts.ways

    async def meanwhile(*given, **named):
        asked.append(1)
        if len(asked) == 2:
            await scene.submitted(EMAIL="wang@example.test")
        return await ways(*given, **named)

    scene.contacts.ways = meanwhile
    await scene.app.state.fan_out.once()
    own = [call.query["audience"].split("/")[0] for call in scene.readers.calls if "audience" in call.query]
    assert own == ["within", "within", "person", "within", "within", "within"]
    await scene.app.state.copies.work("EMAIL", "one's own")
    assert scene.mail.titles == ["申报材料已提交"]


async def test_urgent_goes_out_while_what_many_hear_stands_still(scene: Scene):
    """A provider that hangs with letters to many takes what is somebody's own; nothing is lost of either."""
    readers(scene, 3 * PAGE)
    await announced(scene)
    state, take = scene.app.state, scene.mail.send
    await state.fan_out.once()
    reached, go = asyncio.Event(), asyncio.Event()

    async def slowly(message):
        if message.title == WORDS["title"]:
            reached.set()
            await go.wait()
        return await take(message)

    scene.mail.send = slowly
    sending = asyncio.create_task(state.copies.work("EMAIL", TO_MANY))
    await reached.wait()
    await scene.submitted(EMAIL="wang@example.test")
    await state.fan_out.once(LANES[OWN], 10)
    await state.copies.work("EMAIL", OWN)
    assert scene.mail.titles == ["申报材料已提交"]
    go.set()
    assert await sending == 3 * PAGE
    assert len(scene.mail.has) == 3 * PAGE + 1


async def test_a_provider_that_goes_away_is_not_asked_with_all_that_was_claimed(scene: Scene):
    """Once it is left alone, what was claimed and not tried waits as before; back, it takes each once."""
    readers(scene, 3 * AT_ONCE)
    made = await announced(scene)
    scene.mail.always = "away"
    await scene.work()
    assert sum(scene.mail.asked.values()) == AT_ONCE
    assert {copy.attempts for copy in await scene.copies()} == {0}
    scene.mail.always = "take"
    await scene.until(lambda: len(scene.mail.has) == 3 * AT_ONCE, seconds=600)
    assert (await seen(scene, made))["copies"]["sent"] == 3 * AT_ONCE


async def test_who_may_announce_see_and_withdraw(scene: Scene):
    """Who works for titles or manages, at the very organisation; above it sees and withdraws; beside and below see nothing; no client announces."""
    whole = {"organisation_id": str(CITY.id)} | WORDS
    for role in ROLES:
        answer = await ask(scene, "POST", token=officer(ROOT, CITY, role=role), **whole)
        assert (answer.status_code == 201) == (role in ANNOUNCERS), role
    for token in (officer(ROOT), officer(ROOT, CITY, HOSPITAL), officer(ROOT, OTHER), mint()):
        assert (await ask(scene, "POST", token=token, **whole)).json()["code"] == "ROLE_MISSING"
    scoped = officer(scope="titles.read titles.write", client_id="x")
    assert (await ask(scene, "POST", token=scoped, **whole)).json()["code"] == "INSUFFICIENT_SCOPE"
    made = (await ask(scene, "GET")).json()["items"][0]
    assert made["available_actions"] == ["CANCEL"]
    finish = await ask(scene, "POST", f"{PATH}/{made['id']}/actions/FINISH", note="完")
    assert finish.json()["code"] == "NOT_YOUR_STEP"
    for token in (officer(ROOT, CITY, HOSPITAL), officer(ROOT, OTHER), mint([seat("REVIEWER", ROOT)])):
        assert (await ask(scene, "GET", f"{PATH}/{made['id']}", token)).status_code == 404
        assert (await cancel(scene, made, token)).json()["code"] == "ANNOUNCEMENT_NOT_FOUND"
    assert (await ask(scene, "GET", token=officer(ROOT, OTHER))).json()["items"] == []
    assert (await ask(scene, "GET", token=mint())).json()["code"] == "ROLE_MISSING"
    assert (await scene.http.get(PATH)).status_code == 401
    assert (await cancel(scene, made, version=7)).json()["code"] == "STALE_VERSION"
    assert (await cancel(scene, made, officer(ROOT))).json()["record"]["state"] == "CANCELLED"


def test_every_state_action_and_role():
    """The platform finishes, who announced or stands above withdraws; nothing else is possible for anybody."""
    actors = {"SERVICE": SYSTEM} | {
        role: type(SYSTEM)(uuid4(), "person", "x", (seat(role, ROOT),)) for role in ROLES
    }
    taken = set()
    for state, action, (name, actor) in product(AnnouncementState, AnnouncementAction, actors.items()):
        case = AnnouncementCase(uuid4(), state, 1, (ROOT.id,))
        try:
            move = decide(STEPS, case, action, actor, {"announcements": None})
        except (ActionNotAvailable, NotYourStep):
            continue
        taken.add((state.value, move.after.value, name))
    withdrawn = {(state, "CANCELLED", role) for state in ("ANNOUNCED", "FINISHED") for role in ANNOUNCERS}
    assert taken == {("ANNOUNCED", "FINISHED", "SERVICE")} | withdrawn


WRONG = (
    ({"title": " "}, "REQUEST_MALFORMED"),
    ({"title": "长" * 121}, "REQUEST_MALFORMED"),
    ({"title": "a\u0000b"}, "VALUE_UNFIT"),
    ({"body": ""}, "REQUEST_MALFORMED"),
    ({"topic": "WEATHER"}, "REQUEST_MALFORMED"),
    ({"roles": ["KING"]}, "REQUEST_MALFORMED"),
    ({"organisation_id": "x"}, "REQUEST_MALFORMED"),
    ({"legal": True}, "ANNOUNCEMENT_DOCUMENT_MISSING"),
    ({"title_en": "Only a title"}, "ANNOUNCEMENT_ENGLISH_INCOMPLETE"),
    ({"body_en": "Only a text"}, "ANNOUNCEMENT_ENGLISH_INCOMPLETE"),
)


async def test_what_could_not_be_told_is_refused_and_too_many_are(scene: Scene):
    """Nothing is kept of what is refused; of eight at once five are made, and tomorrow one may again."""
    tables = ("announcement", "message", "dispatch", "history", "audit_log", "outbox")
    before = await counted(scene, *tables)
    for changed, code in WRONG:
        answer = await ask(scene, "POST", **{"organisation_id": str(CITY.id)} | WORDS | changed)
        assert (answer.status_code, answer.json()["code"]) == (422, code), changed
    assert await counted(scene, *tables) == before
    for path in (f"{PATH}/{uuid4()}/actions/CANCEL", f"{PATH}/{uuid4()}/actions/EXPLODE"):
        assert (await ask(scene, "POST", path, note="x")).status_code in {404, 422}
    whole = {"organisation_id": str(CITY.id)} | WORDS
    answers = await asyncio.gather(*(ask(scene, "POST", **whole) for _ in range(8)))
    assert sorted(each.status_code for each in answers) == [201] * 5 + [422] * 3
    assert {each.json()["code"] for each in answers if each.status_code == 422} == {"ANNOUNCEMENTS_EXCEEDED"}
    await scene.passes(days=1)
    await announced(scene)
    async with scene.session("notifications") as tx:
        assert len(list(await tx.scalars(select(Message.id)))) == 6


async def test_without_outer_channels_it_is_told_by_the_inbox_alone(database, apps, session):
    """It finishes at once, says that nobody was copied for, and is withdrawn all the same."""
    async with opened(apps, session, {}) as scene:
        made = await announced(scene)
        assert made["readers"] is None
        assert await scene.app.state.announcing.once() == 1
        assert (await seen(scene, made))["state"] == "FINISHED"
        assert (await cancel(scene, made)).json()["record"]["state"] == "CANCELLED"
