"""Every event of every contract, as the catalogue tells it: who reads it in the inbox, in both languages, and by a copy."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import yaml
from sqlalchemy import select

import services
from services.accounts.contract import Role
from services.kit.outbox import CloudEvent, Event
from services.notifications.contact.events import ContactCodeSent
from services.notifications.delivery.model import Copy, Dispatch
from services.notifications.inbox.model import Message
from services.notifications.template.events import EVENTS, OWN
from services.notifications.template.example import example_of
from services.notifications.template.policy import To, load_catalogue, names_ids
from tests.platform.tokens import bearer, mint, node, seat
from tests.services.notifications.sending import Scene, opened

ROOT = node("HRSS", "PROVINCE")
CATALOGUE = load_catalogue(EVENTS)
ROLES = frozenset(map(str, Role))
TO_MANY = frozenset(
    role for each in CATALOGUE.templates for to in each.to if to.everyone for role in to.roles
)
APART = ContactCodeSent.type
"""It goes to the one address that it proves, and into no inbox."""
SEATED = ("seats/", "within/", "everyone")
Readers = dict[str, frozenset[str] | None]
"""By key who reads, and by which roles there; None is whoever belongs there."""


@dataclass
class Happened:
    """An event that was brought, and who is to read which notice of it."""

    event: Event
    id: UUID = field(default_factory=uuid4)

    @property
    def expected(self) -> Mapping[str, Readers]:
        """By the key of the notice, as the catalogue reads."""
        data = self.event.model_dump(mode="json")
        told: dict[str, Readers] = defaultdict(dict)
        for template in CATALOGUE.templates:
            if template.event == self.event.type and template.fits(data):
                for key, roles in (each for to in template.to for each in readers_of(to, data)):
                    known = told[template.key].get(key, roles)
                    told[template.key][key] = None if known is None or roles is None else known | roles
        return told


def readers_of(to: To, data: Mapping[str, Any]) -> Iterator[tuple[str, frozenset[str] | None]]:
    """Whom a line of the catalogue means."""
    roles = frozenset(to.roles) or None
    if to.everyone:
        yield "everyone", roles
        return
    named = data[to.field]
    for each in named if isinstance(named, list) else [named]:
        yield f"{to.kind}/{each}", roles


def example(type_: str, template: Any) -> Event:
    """An event of which every id is another one, each list of them two, of the notice's own year."""
    kind = EVENTS[type_]
    data = example_of(kind, template)
    for name, info in kind.model_fields.items():
        if names_ids(info):
            data[name] = [uuid4(), uuid4()] if info.annotation == list[UUID] else uuid4()
    years = {name: 2023 for name in ("year", "cycle") if isinstance(data.get(name), int)}
    return kind.model_validate(data | years)


async def brought(scene: Scene, happened: Happened) -> None:
    """The relay brings it; what happens in notifications by itself is told there."""
    event = happened.event
    if event.type not in OWN:
        await scene.happens(event, happened.id)
        return
    envelope = CloudEvent(
        id=happened.id,
        source="urn:titles:notifications",
        type=event.type,
        subject=event.subject,
        time=scene.now.isoformat(),
        data=event.model_dump(mode="json"),
    )
    async with scene.session("notifications") as tx:
        await scene.app.state.sender._notify(tx, event, envelope)  # noqa: SLF001 - whoever gives up tells by it


def roles_of(message: Message) -> frozenset[str] | None:
    """Who reads it where it is told."""
    return frozenset(message.roles) if message.roles else None


def token_of(key: str, role: str) -> str:
    """A token of somebody who reads there, with as little else as can be."""
    kind, _, named = key.partition("/")
    match kind:
        case "person":
            return mint(person_id=UUID(named))
        case "account":
            return mint(sub=UUID(named))
        case "seats":
            return mint([seat(role, ROOT, node("EMPLOYER", "COUNTY", UUID(named)))])
        case "within":
            return mint([seat(role, ROOT, node("EMPLOYER", "COUNTY", UUID(named)), node("X", "COUNTY"))])
    return mint([seat(role, ROOT)])


async def test_every_event_reaches_its_readers(apps, session):
    """Told by exactly the notices and to exactly the readers that the catalogue says; silent ones to nobody."""
    told = [Happened(example(each.event, each)) for each in CATALOGUE.templates if each.event != APART]
    silent = [Happened(example(each, SimpleNamespace(when={}))) for each in CATALOGUE.silent]
    assert {each.event.type for each in (*told, *silent)} == set(EVENTS) - {APART}
    expected = {
        (each.id, template, key): roles
        for each in told
        for template, readers in each.expected.items()
        for key, roles in readers.items()
    }
    async with opened(apps, session) as scene:
        accounts = {key: uuid4() for _, _, key in expected}
        scene.readers.by_audience |= {key: [account] for key, account in accounts.items()}
        for account in accounts.values():
            scene.contacts.has(account, EMAIL="li@example.test")
        for happened in (*told, *silent):
            await brought(scene, happened)
        messages = await told_in_the_inbox(scene, expected)
        await read_by_whoever_is_told(scene, messages)
        await copied(scene, {(event, template, accounts[key]) for event, template, key in expected})


async def told_in_the_inbox(
    scene: Scene, expected: Mapping[tuple[UUID, str, str], frozenset[str] | None]
) -> list[Message]:
    """One message a notice and reader, with the roles, in Chinese and English; and none of anything else."""
    async with scene.session("notifications") as tx:
        rows = list(await tx.scalars(select(Message)))
    found = {(each.event_id, each.template, each.audience): roles_of(each) for each in rows}
    assert found == expected
    for row in rows:
        for words in (row.title_zh, row.body_zh, row.title_en, row.body_en):
            assert words.strip(), row.template
            assert not re.search("[{}]", words), row.template
        assert re.search("[\u4e00-\u9fff]", row.title_zh), row.template
        assert row.basis, row.template
    return rows


async def read_by_whoever_is_told(scene: Scene, messages: list[Message]) -> None:
    """Each reader finds just that, in either language; who holds other roles at the same places finds nothing of it."""
    to_all = [each for each in messages if each.audience == "everyone"]
    by_key: dict[str, list[Message]] = defaultdict(list)
    for each in messages:
        by_key[each.audience].append(each)
    elsewhere = []
    for place, (key, own) in enumerate(by_key.items()):
        roles = frozenset.intersection(*(roles_of(each) or ROLES for each in own))
        role, language = min(roles), ("zh", "en")[place % 2]
        heard = [each for each in to_all if role in (roles_of(each) or ROLES) and key.startswith(SEATED)]
        heard += [each for each in to_all if not each.roles]
        wanted = {str(each.id): getattr(each, f"title_{language}") for each in (*heard, *own)}
        assert await titles_by_id(scene, token_of(key, role), language) == wanted, key
        if key.startswith("seats/"):
            at = node("EMPLOYER", "COUNTY", UUID(key[6:]))
            elsewhere.append(seat(min(ROLES - roles - TO_MANY), ROOT, at))
    heard_by_all = {str(each.id): each.title_zh for each in to_all if not each.roles}
    assert await titles_by_id(scene, mint(elsewhere), "zh") == heard_by_all


async def titles_by_id(scene: Scene, token: str, language: str) -> dict[str, str]:
    """The inbox of a reader."""
    headers = bearer(token) | {"accept-language": language}
    answer = await scene.http.get("/v1/inbox", params={"first": 100}, headers=headers)
    return {each["id"]: each["title"] for each in answer.json()["items"]}


async def copied(scene: Scene, expected: set[tuple[UUID, str, UUID]]) -> None:
    """Each reader who has a contact gets one copy of each notice."""
    await scene.app.state.fan_out.once()
    joined = select(Dispatch.event_id, Dispatch.template, Copy.account_id).join(
        Copy, Copy.dispatch_id == Dispatch.id
    )
    async with scene.session("notifications") as tx:
        rows = [tuple(each) for each in await tx.execute(joined)]
    assert len(rows) == len(expected)
    assert set(rows) == expected


def test_no_event_is_left_out_of_the_contracts():
    """Whatever the services' code can publish is in a contract, so that the walk above meets it; and has its line in the documents."""
    for module in sorted(Path(services.__file__).parent.rglob("*.py")):
        named = module.relative_to(Path(services.__file__).parents[1]).with_suffix("").parts
        if "class " in (text := module.read_text(encoding="utf-8")) and "Event)" in text:
            import_module(".".join(named if named[-1] != "__init__" else named[:-1]))
    types = {
        vars(each)["type"]
        for each in heirs(Event)
        if each.__module__.startswith("services.") and "type" in vars(each)
    }
    assert types == set(EVENTS)
    documents = Path(services.__file__).parents[1] / "docs" / "events.yaml"
    assert set(yaml.safe_load(documents.read_text(encoding="utf-8"))) == types - set(OWN)


def heirs(kind: type[Event]) -> set[type[Event]]:
    """Every class of events."""
    return {each for heir in kind.__subclasses__() for each in {heir, *heirs(heir)}}
