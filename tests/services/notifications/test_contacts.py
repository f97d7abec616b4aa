"""Where somebody is reached, shown by a code to be the own address, and how he or she wishes it."""

from __future__ import annotations

import asyncio
import json
import re
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.accounts.contract import PersonContactChanged, PersonCreated
from services.notifications.contact.states import ChannelKind
from tests.gateway.fakes import Call
from tests.platform.tokens import bearer, mint
from tests.services.notifications.events import declaration_moved
from tests.services.notifications.sending import Scene, opened

MAIL = {"channel": "EMAIL", "address": "Li.Hua@Example.test"}
CONTACTS, WISHES = "/v1/contacts", "/v1/contact-preferences"


@pytest.fixture
async def scene(database, apps, session):
    """A service with e-mail and SMS, and the contacts that people keep there."""
    async with opened(apps, session, kept=True) as open_scene:
        yield open_scene


def asking(scene: Scene, account: UUID, **who: Any) -> Any:
    """`await ask(method, path, body)` as that account."""
    token = mint(sub=account, **who)

    async def ask(method: str, path: str, body: Any = None, **headers: str) -> Any:
        return await scene.http.request(method, path, json=body, headers={**bearer(token), **headers})

    return ask


async def code_of(scene: Scene, provider: Any) -> str:
    """The code that went out last."""
    await scene.work()
    found = re.search(r"\d{6}", list(provider.has.values())[-1].items[0].body)
    assert found
    return found[0]


async def verified(scene: Scene, ask: Any, told: dict[str, str], provider: Any) -> dict[str, Any]:
    """A contact that its owner has verified."""
    added = (await ask("POST", CONTACTS, told)).json()["record"]
    done = await ask("POST", f"{CONTACTS}/{added['id']}/verify", {"code": await code_of(scene, provider)})
    assert done.status_code == 200, done.text
    return done.json()["record"]


async def test_a_contact_is_proved_by_the_code_that_went_there(scene: Scene, session):
    """The code goes to that address alone, as it is kept; a wrong one is refused, the right one counts once."""
    account = uuid4()
    ask = asking(scene, account)
    answer = await ask("POST", CONTACTS, MAIL)
    added = answer.json()["record"]
    assert (answer.status_code, added["masked"], added["verified_at"]) == (201, "l***@example.test", None)
    code = await code_of(scene, scene.mail)
    (message,) = scene.mail.has.values()
    assert (message.address, message.legal) == ("li.hua@example.test", True)
    assert (await ask("GET", "/v1/inbox")).json()["items"] == []
    path = f"{CONTACTS}/{added['id']}/verify"
    wrong = await ask("POST", path, {"code": f"{(int(code) + 1) % 10**6:06}"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "CODE_WRONG")
    done = await ask("POST", path, {"code": code})
    assert done.json()["record"]["verified_at"] is not None
    assert done.json()["basis"][0]["cite"] == "本省参数"
    assert (await ask("POST", path, {"code": code})).json()["code"] == "CONTACT_VERIFIED"
    assert (await ask("POST", f"{CONTACTS}/{added['id']}/code")).json()["code"] == "CONTACT_VERIFIED"
    async with session("notifications") as tx:
        rows = "select row_to_json(t)::text from {} t"
        tables = ("contact", "contact_code", "dispatch", "delivery_copy")
        kept = [row for table in tables for row in await tx.scalars(text(rows.format(table)))]
        audited = list(await tx.scalars(text("select action from audit_log order by id")))
    assert not any("li.hua" in row or code in row for row in kept)
    assert [each for each in audited if each != "contact.OPEN"] == ["contact.ADD", "contact.VERIFY"]


@pytest.mark.parametrize("how", ["refused", "busy"])
async def test_a_code_goes_to_the_address_that_it_proves_or_nowhere(scene: Scene, session, how: str):
    """Refused there, or tried too often, it does not go on to an address of the account that works: it would prove nothing."""
    ask = asking(scene, uuid4())
    await verified(scene, ask, {"channel": "SMS", "address": "13800000000"}, scene.sms)
    await later(session)
    scene.mail.always = how
    sent = len(scene.sms.has)
    assert (await ask("POST", CONTACTS, MAIL)).status_code == 201
    for _ in range(9):
        await scene.work()
        await scene.passes(seconds=4000)
    assert scene.mail.asked
    assert len(scene.sms.has) == sent
    assert await scene.standings() == ["SMS SENT", "EMAIL DEAD"]


async def test_a_code_that_is_void_by_now_is_not_sent(scene: Scene, session):
    """The provider was away for so long, or another code was asked for: nobody is told a code that is no use."""
    ask = asking(scene, uuid4())
    scene.mail.always = "away"
    added = (await ask("POST", CONTACTS, MAIL)).json()["record"]
    await scene.work()
    await later(session)
    assert (await ask("POST", f"{CONTACTS}/{added['id']}/code")).status_code == 200
    scene.mail.always = "take"
    for _ in range(2):
        await scene.passes(seconds=400)
        await scene.work()
    (newest,) = scene.mail.has.values()
    assert sorted(await scene.standings()) == ["EMAIL SENT", "EMAIL WITHDRAWN"]
    code = re.search(r"\d{6}", newest.items[0].body)
    assert code
    done = await ask("POST", f"{CONTACTS}/{added['id']}/verify", {"code": code[0]})
    assert done.status_code == 200


async def test_a_code_is_not_guessed(scene: Scene, session):
    """Forty guesses at once: five are looked at, and then not even the right code counts; the next code comes later."""
    ask = asking(scene, uuid4())
    added = (await ask("POST", CONTACTS, MAIL)).json()["record"]
    code, path = await code_of(scene, scene.mail), f"{CONTACTS}/{added['id']}"
    guesses = [f"{(int(code) + 1 + each) % 10**6:06}" for each in range(40)]
    answers = await asyncio.gather(*(ask("POST", f"{path}/verify", {"code": each}) for each in guesses))
    assert {each.json()["code"] for each in answers} == {"CODE_WRONG"}
    async with session("notifications") as tx:
        assert await tx.scalar(text("select tries from contact_code")) == 5
    assert (await ask("POST", f"{path}/verify", {"code": code})).json()["code"] == "CODE_WRONG"
    again = await asyncio.gather(*(ask("POST", f"{path}/code") for _ in range(3)))
    assert {(each.status_code, each.json()["code"]) for each in again} == {(429, "TOO_MANY_CODES")}
    await later(session)
    assert (await ask("POST", f"{path}/code")).status_code == 200
    assert (await ask("POST", f"{path}/verify", {"code": code})).json()["code"] == "CODE_WRONG"
    fresh = await code_of(scene, scene.mail)
    async with session("notifications") as tx:
        await tx.execute(text("update contact_code set expires_at = now() - interval '1 second'"))
    assert (await ask("POST", f"{path}/verify", {"code": fresh})).json()["code"] == "CODE_WRONG"


async def later(session: Any) -> None:
    """What codes were sent was sent some minutes before."""
    async with session("notifications") as tx:
        await tx.execute(text("update contact_code set sent_at = sent_at - interval '2 minutes'"))


async def test_nobody_is_pestered_with_codes(scene: Scene, session):
    """An address gets so many codes a day, whoever asks; an account asks for so many, wherever they go."""
    for one_account in (False, True):
        account = uuid4()
        refused = []
        for number in range(12):
            ask = asking(scene, account if one_account else uuid4())
            to = f"a{number}@example.test" if one_account else "victim@example.test"
            answer = await ask("POST", CONTACTS, {"channel": "EMAIL", "address": to})
            refused.append(answer.json().get("code"))
            contact = answer.json().get("record")
            if one_account and contact:
                assert (await ask("DELETE", f"{CONTACTS}/{contact['id']}")).status_code == 200
            await later(session)
        assert refused == [None] * 10 + ["TOO_MANY_CODES"] * 2


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("EMAIL", "li@"),
        ("EMAIL", "li@x.test\nbcc: a@b.test"),
        ("SMS", "12345"),
        ("SMS", "+8513800000000"),
        ("WEB_PUSH", "https://push.example/x"),
        ("WEB_PUSH", '{"endpoint": "http://push.example/x", "keys": {"p256dh": "a", "auth": "b"}}'),
        ("WEB_PUSH", "[" * 1000),
    ],
)
async def test_what_is_no_address_is_refused(scene: Scene, monkeypatch, channel, address):
    """With channel and basis; and nothing is kept or sent."""
    monkeypatch.setattr(scene.app.state, "delivery", Everything())
    ask = asking(scene, uuid4())
    answer = await ask("POST", CONTACTS, {"channel": channel, "address": address})
    assert (answer.status_code, answer.json()["code"]) == (422, "ADDRESS_WRONG")
    assert (await ask("GET", CONTACTS)).json()["items"] == []


class Everything:
    """A platform that has every channel."""

    providers = frozenset(ChannelKind)


async def test_a_browser_is_a_contact(scene: Scene, monkeypatch):
    """Its subscription is kept with its two keys and nothing else, and shown by its host."""
    monkeypatch.setattr(scene.app.state, "delivery", Everything())
    keys = {"p256dh": "B" * 87, "auth": "a" * 22}
    told = {"endpoint": "https://push.example/secret", "keys": keys, "expirationTime": None}
    answer = await asking(scene, uuid4())(
        "POST", CONTACTS, {"channel": "WEB_PUSH", "address": json.dumps(told)}
    )
    assert answer.json()["record"]["masked"] == "push.example/***"


async def test_contacts_are_tried_in_their_order(scene: Scene):
    """The first that is verified; another order, another contact; removed, the next one; known ones are refused."""
    account, person = uuid4(), uuid4()
    ask = asking(scene, account)
    scene.readers.by_audience[f"person/{person}"] = [account]
    mail = await verified(scene, ask, MAIL, scene.mail)
    known = await ask("POST", CONTACTS, {**MAIL, "address": "LI.HUA@example.test "})
    assert (known.status_code, known.json()["code"]) == (409, "CONTACT_KNOWN")
    assert (await ask("POST", CONTACTS, {"channel": "FEISHU", "address": "x"})).json()[
        "code"
    ] == "CHANNEL_ABSENT"
    await later(scene.session)
    sms = await verified(scene, ask, {"channel": "SMS", "address": "+86 138 0000 0000"}, scene.sms)
    assert (await ask("PUT", f"{CONTACTS}/order", {"ids": [sms["id"]]})).json()["code"] == "ORDER_WRONG"
    turned = await ask("PUT", f"{CONTACTS}/order", {"ids": [sms["id"], mail["id"]]})
    assert [each["channel"] for each in turned.json()["record"]["items"]] == ["SMS", "EMAIL"]
    await scene.happens(declaration_moved(person_id=person))
    await scene.work()
    assert scene.sms.titles[-1] == "申报材料已提交"
    assert list(scene.sms.has.values())[-1].address == "13800000000"
    await ask("DELETE", f"{CONTACTS}/{sms['id']}")
    await scene.happens(declaration_moved(person_id=person))
    await scene.work()
    assert scene.mail.titles[-1] == "申报材料已提交"


async def test_what_the_law_wants_told_comes_whatever_is_wished(scene: Scene):
    """Switched off, what is ordinary stays in the inbox; what is legal goes out. Legal notices are not switched off."""
    account, person = uuid4(), uuid4()
    ask = asking(scene, account)
    scene.readers.by_audience[f"person/{person}"] = [account]
    await verified(scene, ask, MAIL, scene.mail)
    assert (await ask("GET", WISHES)).json()["language"] == "zh"
    off = [{"topic": "DECLARATION", "channel": "EMAIL"}]
    told = {"language": "en", "time_zone": "Asia/Urumqi", "off": off}
    told |= {"quiet_from": "00:00:00", "quiet_until": "23:59:00", "digest": "WEEKLY"}
    done = await ask("PUT", WISHES, told)
    assert done.status_code == 200, done.text
    assert done.json()["record"] == {**told, "digest_hour": 8, "digest_weekday": 1, "legal": True}
    assert (await ask("GET", WISHES)).json() == done.json()["record"]
    await scene.happens(declaration_moved(person_id=person))
    await scene.happens(
        declaration_moved(person_id=person, action="SEND_BACK", after="RETURNED", note="缺页")
    )
    await scene.work()
    assert scene.mail.titles[1:] == ["Your declaration was returned"]
    for language, word in (("zh", "法定告知"), ("en", "the law")):
        refused = await ask("PUT", WISHES, {**told, "legal": False}, **{"accept-language": language})
        assert (refused.status_code, refused.json()["code"]) == (422, "LEGAL_NOTICES_STAY")
        assert word in refused.json()["message"]
        assert refused.json()["basis"][0]["cite"] == "三（六）2"
    for wrong in (
        {"time_zone": "Mars/Base"},
        {"quiet_until": None},
        {"quiet_until": "00:00:00"},
        {"digest_hour": 24},
    ):
        assert (await ask("PUT", WISHES, told | wrong)).status_code == 422


async def test_contacts_are_nobody_elses(scene: Scene):
    """Another finds none of them, whatever is asked; a system and a third party's client are turned away."""
    owner, other = asking(scene, uuid4()), asking(scene, uuid4())
    contact = (await owner("POST", CONTACTS, MAIL)).json()["record"]
    path = f"{CONTACTS}/{contact['id']}"
    operations = [
        ("POST", f"{path}/verify", {"code": "1"}, 404),
        ("POST", f"{path}/code", None, 404),
        ("DELETE", path, None, 404),
        ("PUT", f"{CONTACTS}/order", {"ids": [contact["id"]]}, 422),
        ("GET", CONTACTS, None, 200),
        ("POST", CONTACTS, MAIL, 429),
        ("GET", WISHES, None, 200),
        ("PUT", WISHES, {"language": "en"}, 200),
    ]
    system = asking(scene, uuid4(), kind="service")
    client = asking(scene, uuid4(), scope="openid titles.read titles.write", client_id="a")
    for method, where, body, status in operations:
        answer = await other(method, where, body)
        assert answer.status_code == status, (method, where, answer.text)
        assert contact["id"] not in answer.text
        assert (await system(method, where, body)).json()["code"] == "PEOPLE_ONLY"
        assert (await client(method, where, body)).json()["code"] == "INSUFFICIENT_SCOPE"
    assert len((await owner("GET", CONTACTS)).json()["items"]) == 1
    assert (await owner("GET", WISHES)).json()["language"] == "zh"


async def test_who_has_verified_nothing_is_reached_by_what_accounts_knows(scene: Scene, session):
    """Legal notices alone go there; its owner may verify it; another number takes the place of one that nobody proved."""
    account, person = uuid4(), uuid4()
    ask = asking(scene, account)
    scene.readers.by_audience[f"person/{person}"] = [account]
    known = {"person_id": str(person), "account_id": str(account), "phone": "13800000001", "email": None}
    scene.readers.tell("POST", "/v1/readers/contacts", {"items": [known]})
    await asyncio.gather(
        *(scene.happens(PersonCreated(person_id=person, employer_id=uuid4())) for _ in range(3))
    )
    assert await scene.app.state.contact_copier.once() == 1
    assert await scene.app.state.contact_copier.once() == 0
    (offered,) = (await ask("GET", CONTACTS)).json()["items"]
    assert (offered["masked"], offered["origin"], offered["verified_at"]) == ("138****0001", "ACCOUNTS", None)
    await scene.happens(declaration_moved(person_id=person))
    await scene.happens(
        declaration_moved(person_id=person, action="SEND_BACK", after="RETURNED", note="缺页")
    )
    await scene.work()
    assert scene.sms.titles == ["申报材料被退回，请修改"]
    scene.readers.tell("POST", "/v1/readers/contacts", {"items": [known | {"phone": "13800000002"}]})
    await scene.happens(PersonContactChanged(person_id=person))
    assert await scene.app.state.contact_copier.once() == 1
    (offered,) = (await ask("GET", CONTACTS)).json()["items"]
    assert offered["masked"] == "138****0002"
    assert (await ask("POST", f"{CONTACTS}/{offered['id']}/code")).status_code == 200
    code = await code_of(scene, scene.sms)
    assert (await ask("POST", f"{CONTACTS}/{offered['id']}/verify", {"code": code})).status_code == 200
    scene.readers.tell("POST", "/v1/readers/contacts", {"items": [known]})
    await scene.happens(PersonContactChanged(person_id=person))
    await scene.app.state.contact_copier.once()
    items = (await ask("GET", CONTACTS)).json()["items"]
    assert {(each["masked"], each["verified_at"] is None) for each in items} == {
        ("138****0001", True),
        ("138****0002", False),
    }
    await scene.happens(declaration_moved(person_id=person))
    await scene.work()
    assert list(scene.sms.has.values())[-1].address == "13800000002"


async def test_contacts_are_copied_however_often_somebody_dies(scene: Scene, session):
    """While accounts is away, or a worker dies between asking and keeping, everybody stays due."""
    people = [uuid4() for _ in range(3)]
    for person in people:
        await scene.happens(PersonCreated(person_id=person, employer_id=uuid4()))
    assert await scene.app.state.contact_copier.once() == 0
    known = [
        {"person_id": str(each), "account_id": str(each), "phone": None, "email": "a@example.test"}
        for each in people
    ]
    scene.readers.tell("POST", "/v1/readers/contacts", {"items": known})
    assert await scene.app.state.contact_copier.once() == 0
    async with session("notifications") as tx:
        await tx.execute(text("update contact_to_copy set due_at = now()"))
    assert sum(await asyncio.gather(*(scene.app.state.contact_copier.once() for _ in range(3)))) == 3
    async with session("notifications") as tx:
        assert await tx.scalar(text("select count(*) from contact where origin = 'ACCOUNTS'")) == 3
        assert await tx.scalar(text("select count(*) from contact_to_copy")) == 0


def told_of(readers: list[dict[str, Any]], call: Call) -> dict[str, Any]:
    """A page of accounts, as the real one tells it."""
    start = int(call.query.get("after", 0))
    behind = start + int(call.query["first"])
    return {"items": readers[start:behind], "next_cursor": str(behind) if behind < len(readers) else None}


def reached_at(call: Call) -> dict[str, Any]:
    """Everybody who is asked for, with one address."""
    known = {"phone": None, "email": "a@example.test"}
    return {"items": [{"person_id": each, "account_id": each, **known} for each in call.body["person_ids"]]}


async def test_whoever_was_there_before_is_copied_once(scene: Scene, session, monkeypatch):
    """Page by page, while nobody else waits; accounts away, or two at once, lose nobody and audit each page once."""
    monkeypatch.setattr("services.notifications.contact.backfill.PEOPLE", 2)
    people = [uuid4() for _ in range(5)]
    readers = [{"account_id": str(each), "person_id": str(each)} for each in people]
    readers.insert(1, {"account_id": str(uuid4()), "person_id": None})
    backfill, copier = scene.app.state.contact_backfill, scene.app.state.contact_copier
    assert await backfill.once() == 0, "there is nobody from before"
    async with session("notifications") as tx:
        await tx.execute(text("insert into contact_backfill (id) values (1)"))
    scene.readers.tell("GET", "/v1/readers", {"code": "DOWN"}, 503)
    assert await backfill.once() == 0
    scene.readers.tell("GET", "/v1/readers", partial(told_of, readers))
    await asyncio.gather(*(backfill.once() for _ in range(4)))
    assert await backfill.once() == 0, "who was put in line comes first"
    scene.readers.tell("POST", "/v1/readers/contacts", reached_at)
    for _ in range(4):
        await copier.once()
        await backfill.once()
    async with session("notifications") as tx:
        reached = set(await tx.scalars(text("select account_id from contact where origin = 'ACCOUNTS'")))
        audited = "select detail from audit_log where action = 'contact.BACKFILL' order by id"
        lines = [(each["people"], each["so_far"], each["done"]) for each in await tx.scalars(text(audited))]
    assert reached == set(people)
    assert lines == [(1, 1, False), (2, 3, False), (2, 5, True)]
