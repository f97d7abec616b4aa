"""A move is one statement: state, history, audit and outbox together, or nothing at all."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from services.kit import transition
from services.kit.audit import audit_log
from services.kit.auth import Actor
from services.kit.clock import Moment
from services.kit.outbox import outbox
from services.kit.steps import StaleVersion, decide
from services.kit.transition import history, history_of
from tests.kit.probe import ARTICLES, STEPS, Action, Case, Lamp, State, Switched

NOW = Moment(datetime.now(UTC))


async def test_a_move_writes_everything_once(lamp, janitor, db):
    """One line each in history, audit and outbox, telling the same."""
    made = await lamp()
    answer = await janitor.post(f"/v1/lamps/{made['id']}/actions/SWITCH_ON", json={"version": 1})
    assert answer.json()["record"] | {"id": 0} == {
        "id": 0, "name": "a", "state": "ON", "version": 2, "available_actions": ["SWITCH_OFF"],
    }  # fmt: skip
    async with db.begin() as tx:
        first, second = await history_of(tx, UUID(made["id"]))
        assert (first["action"], first["before"], first["after"]) == ("CREATE", None, "OFF")
        assert (second["action"], second["before"], second["after"]) == ("SWITCH_ON", "OFF", "ON")
        assert second["role"] == "JANITOR"
        assert [each["cite"] for each in second["basis"]] == ["一（一）", "一（二）"]
        lines = (await tx.execute(select(audit_log).order_by(audit_log.c.id))).all()
        assert [line.action for line in lines] == ["lamp.CREATE", "lamp.SWITCH_ON"]
        assert lines[1].detail == {"before": "OFF", "after": "ON"}
        [event] = (await tx.execute(select(outbox))).all()
        assert (event.type, event.subject, event.routed) == (Switched.type, f"lamp/{made['id']}", False)
        assert event.data == {"lamp_id": made["id"], "after": "ON"}


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("actions/SWITCH_OFF", {}, "ACTION_NOT_AVAILABLE"),
        ("actions/SWITCH_ON", {"version": 7}, "STALE_VERSION"),
        ("actions/EXPLODE", {}, "REQUEST_MALFORMED"),
    ],
)
async def test_a_refused_move_writes_nothing(lamp, janitor, db, path, body, code):
    """The lamp and every table are as before."""
    made = await lamp()
    answer = await janitor.post(f"/v1/lamps/{made['id']}/{path}", json=body)
    assert answer.json()["code"] == code
    async with db.begin() as tx:
        assert (await tx.get_one(Lamp, UUID(made["id"]))).version == 1
        assert await tx.scalar(select(func.count()).select_from(history)) == 1
        assert await tx.scalar(select(func.count()).select_from(outbox)) == 0


async def test_of_twenty_at_once_one_wins(lamp, janitor, db):
    """The others are told that somebody was faster, and leave no trace."""
    made = await lamp()
    path = f"/v1/lamps/{made['id']}/actions/SWITCH_ON"
    answers = await asyncio.gather(*(janitor.post(path, json={}) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {
        "STALE_VERSION",
        "ACTION_NOT_AVAILABLE",
    }
    async with db.begin() as tx:
        assert (await tx.get_one(Lamp, UUID(made["id"]))).version == 2
        assert await tx.scalar(select(func.count()).select_from(history)) == 2
        assert await tx.scalar(select(func.count()).select_from(audit_log)) == 2
        assert await tx.scalar(select(func.count()).select_from(outbox)) == 1


async def test_a_move_judged_on_an_old_state_is_refused(lamp, db, building, seat):
    """Between judging and writing somebody else moved: nothing is written."""
    made = await lamp()
    actor = Actor(id=UUID(int=1), kind="person", name="x", seats=(seat("JANITOR", building),))
    case = Case(UUID(made["id"]), State.OFF, 1, (building.id,), 10)
    move = decide(STEPS, case, Action.SWITCH_ON, actor, ARTICLES)
    event = Switched(lamp_id=case.id, after="ON")
    for number in range(2):
        async with db.begin() as tx:
            if number == 0:
                version = await transition.take(
                    tx,
                    Lamp.__table__,
                    move,
                    actor=actor,
                    moment=NOW,
                    event=event,
                    changes={"brightness": 20},
                    note="注",
                )
                assert version == 2
            else:
                with pytest.raises(StaleVersion):
                    await transition.take(tx, Lamp.__table__, move, actor=actor, moment=NOW, event=event)
    async with db.begin() as tx:
        assert (await tx.get_one(Lamp, case.id)).brightness == 20
        assert [each["note"] for each in await history_of(tx, case.id)] == [None, "注"]


async def test_history_and_audit_can_only_grow(lamp, db):
    """The service's own role may neither change nor remove what was written."""
    await lamp()
    for statement in (
        "update history set after = 'ON'", "delete from history", "update audit_log set subject = 'x'",
        "delete from audit_log", "truncate audit_log", "delete from audit_chain", "update audit_chain set no = 5",
    ):  # fmt: skip
        async with db.engine.connect() as connection:
            with pytest.raises(Exception, match="permission denied"):
                await connection.execute(text(statement))
