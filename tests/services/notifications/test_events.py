"""What the service takes at its door for events."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import func, select

from services.notifications.inbox.model import Message
from services.workflow.contract import CycleOpened
from tests.services.notifications.events import declaration_moved


async def test_only_services_bring_events(client, token):
    """A person's token is refused; so is none at all."""
    body = {
        "id": str(uuid4()),
        "source": "x",
        "type": "x",
        "subject": "x",
        "time": "2023-11-01T00:00:00Z",
        "data": {},
    }
    answer = await (await client("notifications", token=token())).post("/events", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "SERVICE_ONLY")
    assert (await (await client("notifications")).post("/events", json=body)).status_code == 401


async def test_an_event_of_an_unknown_type_is_taken_and_ignored(bring, reader, titles):
    """A newer release's event does no harm."""
    person = uuid4()
    answer = await bring(declaration_moved(person_id=person), type="titles.workflow.declaration.moved.v9")
    assert answer.status_code == 204
    assert await titles(await reader(person_id=person)) == []


async def test_data_that_do_not_fit_the_contract_are_refused_and_leave_nothing(bring, reader, titles):
    """The refusal names the fields, and the event may come again, mended."""
    person, event_id = uuid4(), uuid4()
    event = declaration_moved(person_id=person)
    broken = event.model_dump(mode="json") | {"person_id": "nobody"}
    answer = await bring(event, id=event_id, data=broken)
    assert (answer.status_code, answer.json()["code"]) == (422, "EVENT_UNREADABLE")
    assert [found["field"] for found in answer.json()["findings"]] == ["person_id"]
    assert (await bring(event, id=event_id)).status_code == 204
    assert await titles(await reader(person_id=person)) == ["申报材料已提交"]


async def test_what_is_said_to_everyone_is_one_message(bring, reader, titles, session, seat, node):
    """The opening of a cycle is one row, read by every account."""
    await bring(CycleOpened(cycle_id=uuid4(), year=2023, policy="qinghai/2023"))
    for seats in ([], [seat("APPLICANT", node("HRSS", "PROVINCE"))]):
        assert await titles(await reader(seats)) == ["2023 年度职称评审工作启动"]
    async with session("notifications") as tx:
        assert await tx.scalar(select(func.count()).select_from(Message)) == 1


async def test_the_service_says_whether_it_is_ready(client):
    """Database, migrations and catalogue are checked by name."""
    answer = await (await client("notifications")).get("/readyz")
    assert answer.json()["checks"] == {"database": "ok", "migrations": "ok", "policy": "ok"}
