"""Events leave with their transaction, and are handled once."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import func, select

from services.accounts import contract as accounts
from services.kit.clock import Moment
from services.kit.inbox import inbox
from services.kit.outbox import CHANNEL, Event, events_of, outbox, publish
from services.workflow import contract as workflow
from tests.kit import probe
from tests.kit.probe import Switched
from tests.platform.apps import over_asgi
from tests.platform.tokens import bearer, mint

NOW = Moment(datetime.now(UTC))


@pytest.fixture
async def relay(app):
    """HTTP as the relay."""
    async with over_asgi(app, bearer(mint(kind="service", name="relay"))) as client:
        yield client


def envelope(**changed):
    """A lamp's event on the wire."""
    lamp = str(uuid4())
    return {
        "specversion": "1.0", "id": str(uuid4()), "source": "urn:titles:probe", "type": Switched.type,
        "subject": f"lamp/{lamp}", "time": "2023-11-01T00:00:00Z", "datacontenttype": "application/json",
        "data": {"lamp_id": lamp, "after": "ON"},
    } | changed  # fmt: skip


async def test_an_event_is_there_when_its_transaction_is(db, probe_direct):
    """Committed: it is in the outbox and the relay is woken for that schema. Rolled back: neither."""
    heard: asyncio.Queue[str] = asyncio.Queue()
    listener = await asyncpg.connect(probe_direct)
    await listener.add_listener(CHANNEL, lambda _c, _p, _ch, payload: heard.put_nowait(payload))
    async with db.engine.connect() as connection:
        await publish(connection, Switched(lamp_id=uuid4(), after="ON"), NOW)
        await connection.rollback()
    event = Switched(lamp_id=uuid4(), after="OFF")
    async with db.begin() as tx:
        await publish(tx, event, NOW)
    assert await asyncio.wait_for(heard.get(), 5) == probe.SERVICE
    assert heard.empty()
    await listener.close()
    async with db.begin() as tx:
        [row] = (await tx.execute(select(outbox))).all()
    assert (row.type, row.subject, row.time, row.data["after"]) == (
        event.type,
        event.subject,
        NOW.instant,
        "OFF",
    )


async def test_an_event_is_handled_once_however_often_it_comes(relay, db):
    """Ten at the same moment: one is handled, all are answered as taken."""
    one = envelope()
    answers = await asyncio.gather(*(relay.post("/events", json=one) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {204}
    assert probe.HEARD == ["ON"]
    async with db.begin() as tx:
        assert await tx.scalar(select(func.count()).select_from(inbox)) == 1


async def test_an_event_whose_handler_breaks_is_not_remembered(relay, db):
    """The failure is answered as one, and the event is handled when it comes again."""
    broken = envelope()
    broken["data"]["after"] = "BREAK"
    for _ in range(2):
        assert (await relay.post("/events", json=broken)).status_code == 500
    assert probe.HEARD == ["BREAK", "BREAK"]
    async with db.begin() as tx:
        assert await tx.scalar(select(func.count()).select_from(inbox)) == 0


async def test_the_media_type_of_cloud_events_is_understood(relay):
    """What the relay sends is read as JSON."""
    content = {"content-type": "application/cloudevents+json; charset=utf-8"}
    one = envelope()

    assert (await relay.post("/events", content=json.dumps(one).encode(), headers=content)).status_code == 204
    assert probe.HEARD == ["ON"]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"type": "titles.probe.unknown.v1"}, 204, None),
        ({"data": {"lamp_id": "x", "after": "ON"}}, 422, "EVENT_UNREADABLE"),
        ({"data": {}}, 422, "EVENT_UNREADABLE"),
        ({"id": "x"}, 422, "REQUEST_MALFORMED"),
        ({"data": None}, 422, "REQUEST_MALFORMED"),
    ],
)
async def test_what_cannot_be_read_is_refused_and_the_unknown_ignored(relay, changed, status, code):
    """An unknown type is none of our business; a known one must fit its contract."""
    answer = await relay.post("/events", json=envelope(**changed))
    assert answer.status_code == status
    assert code is None or answer.json()["code"] == code
    assert probe.HEARD == []


async def test_newer_fields_do_no_harm(relay):
    """A newer publisher may say more than this consumer knows."""
    one = envelope(newer="attribute")
    one["data"]["newer"] = "field"
    assert (await relay.post("/events", json=one)).status_code == 204
    assert probe.HEARD == ["ON"]


def test_a_contract_lists_its_events_and_no_base():
    """Only what has a type of its own is an event."""
    assert accounts.OrganisationCreated in events_of(accounts)
    assert workflow.RecommendationEnded in events_of(workflow)
    assert workflow.RecommendationEvent not in events_of(workflow)
    assert Event not in events_of(workflow)
    types = [event.type for contract in (accounts, workflow) for event in events_of(contract)]
    assert len(types) == len(set(types))
