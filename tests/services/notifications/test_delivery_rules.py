"""Steps, waits and what goes first, without a database; and every notice of the catalogue as a copy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args, get_origin
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from services.accounts.contract import Role
from services.kit.auth import Actor
from services.kit.outbox import CloudEvent
from services.kit.steps import ActionNotAvailable, NotYourStep, decide
from services.notifications.delivery.dispatch import OuterChannels
from services.notifications.delivery.policy import jittered
from services.notifications.delivery.states import CopyAction, CopyState
from services.notifications.delivery.steps import STEPS, SYSTEM, CopyCase
from services.notifications.policy import load_delivery, load_policies
from services.notifications.template.events import EVENTS
from services.notifications.template.policy import load_catalogue
from services.notifications.template.service import notices
from tests.platform.tokens import node, seat
from tests.services.notifications.sending import START, opened

POLICIES = Path("policies")
ROOT = node("HRSS", "PROVINCE")
CATALOGUE = load_catalogue(EVENTS)


def somebody(role: str) -> Actor:
    """Who holds a role at the province."""
    return Actor(id=uuid4(), kind="person", name="x", seats=(seat(role, ROOT),))


def test_every_state_action_and_role():
    """The platform takes its steps, an operator redrives what is dead; nothing else is possible for anybody."""
    _, articles = load_delivery(POLICIES, "qinghai")
    actors = {"SERVICE": SYSTEM} | {role: somebody(role) for role in Role}
    taken = set()
    for state in CopyState:
        for action in CopyAction:
            for name, actor in actors.items():
                case = CopyCase(uuid4(), state, 1)
                try:
                    move = decide(STEPS, case, action, actor, articles)
                except (ActionNotAvailable, NotYourStep):
                    continue
                taken.add((state, action, move.after, name))
    assert taken == {
        (CopyState.WAITING, CopyAction.SEND, CopyState.SENT, "SERVICE"),
        (CopyState.WAITING, CopyAction.HAND_ON, CopyState.HANDED_ON, "SERVICE"),
        (CopyState.WAITING, CopyAction.GIVE_UP, CopyState.DEAD, "SERVICE"),
        (CopyState.WAITING, CopyAction.WITHDRAW, CopyState.WITHDRAWN, "SERVICE"),
        (CopyState.WITHDRAWN, CopyAction.SEND, CopyState.SENT, "SERVICE"),
        (CopyState.DEAD, CopyAction.REDRIVE, CopyState.WAITING, Role.OPERATOR),
    }


@given(
    times=st.integers(1, 10_000),
    first=st.floats(0.1, 1000),
    longest=st.floats(0.1, 100_000),
)
def test_a_wait_is_never_longer_than_its_doubling_nor_than_the_longest(times, first, longest):
    """Full jitter: from nothing to the first wait doubled each time, up to the longest."""
    most = min(longest, first * 2.0 ** min(times - 1, 60))
    wait = jittered(times, first, longest)
    assert timedelta() <= wait <= timedelta(seconds=most) + timedelta(microseconds=1)


def test_waits_are_drawn_over_the_whole_of_their_range():
    """Many that failed together do not come back together."""
    drawn = sorted(jittered(4, 10, 3600) / timedelta(seconds=80) for _ in range(400))
    assert drawn[0] < 0.1
    assert drawn[-1] > 0.9
    assert 0.3 < drawn[200] < 0.7


def filled(kind: type[Any], chosen: dict[str, list[str]]) -> Any:
    """An event of a kind: what a template waits for, and anything that fits for the rest."""
    values = {
        name: _any(field.annotation) for name, field in kind.model_fields.items() if field.is_required()
    }
    named = {
        name: _any(kind.model_fields[name].annotation) for name in kind.model_fields if name not in values
    }
    told = {name: value for name, value in named.items() if value is not None}
    return kind.model_validate(told | values | {name: first for name, (first, *_) in chosen.items()})


def _any(kind: Any) -> Any:
    """A value of a type; of a union the first that is no None."""
    origin, of = get_origin(kind), get_args(kind)
    if origin is Literal:
        return of[0]
    if isinstance(kind, UnionType):
        return _any(next(each for each in of if each is not type(None)))
    if origin is not None:
        return {} if origin is dict else [_any(of[0])]
    if issubclass(kind, BaseModel):
        return filled(kind, {})
    return next(iter(kind)) if issubclass(kind, Enum) else MADE[kind]()


MADE: dict[Any, Callable[[], Any]] = {
    UUID: uuid4,
    str: lambda: "甲",
    int: lambda: 1,
    bool: lambda: True,
    float: lambda: 0.5,
    date: lambda: date(2023, 11, 20),
    datetime: lambda: datetime(2023, 11, 20, tzinfo=UTC),
}


async def test_every_notice_of_the_catalogue_becomes_a_copy(apps, session, database):
    """Each template's event ends with a copy for the readers of each of its audiences."""
    articles = load_policies(POLICIES, "qinghai", CATALOGUE.articles)
    made = []
    for template in CATALOGUE.templates:
        event = filled(EVENTS[template.event], template.when)
        envelope = CloudEvent(
            id=uuid4(),
            source="urn:titles:test",
            type=event.type,
            subject=event.subject,
            time=START.isoformat(),
            data={},
        )
        told = notices(CATALOGUE, articles, event, envelope)
        assert template.key in {each.template for each in told}
        made += told
    async with opened(apps, session) as scene:
        async with session("notifications") as tx:
            await OuterChannels("qinghai", simulated=True).deliver(tx, made)
        for notice in made:
            account = uuid4()
            scene.readers.by_audience[notice.audience.key] = [account]
            scene.contacts.has(account, EMAIL="li@example.test")
        await scene.app.state.fan_out.once()
        copied = {each.dispatch_id for each in await scene.copies()}
    assert len(copied) == len({(each.event_id, each.template, each.audience.key) for each in made})
