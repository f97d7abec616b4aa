"""Every step of a case has its last day; late, it is told above once a step."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from services.kit.outbox import outbox
from services.workflow.contract import IntegrityCaseMoved
from tests.services.workflow.applicants import record
from tests.services.workflow.integrity.inquiry import Inquiry
from tests.services.workflow.supervision.scene import told_above_once


@pytest.mark.clause("1.8", "3.6.3")
async def test_a_case_has_its_last_days(office, season, session, neighbours, on, workflow_app):
    """To take up, to investigate, to decide after the hearing, and on the appeal; what nobody has to act on is never late."""
    person = await season.recommended()
    neighbours.know(person.line.path)
    declaration = await office.submitted(person)
    inquiry = Inquiry(office.http, season.root, person.person_id, person.token)
    below, late = person.line.token("SUPERVISOR", 1), workflow_app.state.undecided
    body = {"number": declaration["number"], "text": "剽窃", "anonymous": True}
    inquiry.id = record(await inquiry.ask(None, "POST", "/v1/complaints", body), 201)["id"]
    await told_above_once(on, late, "2023-12-11T23:59+08:00", "2023-12-12T00:01+08:00")
    assert (await inquiry.did(below, "actions/TAKE_UP"))["due_on"] == "2024-06-09"
    await told_above_once(on, late, "2024-06-09T23:59+08:00", "2024-06-10T00:01+08:00")
    told = await inquiry.did(below, "notify", charge="剽窃")
    assert (told["answer_by"], told["due_on"]) == ("2024-06-17", "2024-07-08")
    assert (await inquiry.did(inquiry.person, "statement", statement="有异议"))["due_on"] == "2024-07-01"
    await told_above_once(on, late, "2024-07-01T23:59+08:00", "2024-07-02T00:01+08:00")
    assert (await inquiry.found(bar_to="2025-12-31"))["due_on"] is None
    assert (await inquiry.did(inquiry.person, "appeal", appeal="不服"))["due_on"] == "2024-09-30"
    await told_above_once(on, late, "2024-09-30T23:59+08:00", "2024-10-01T00:01+08:00")
    assert (await inquiry.settle(upheld=True)).json()["record"]["due_on"] is None
    await on("2026-01-01T00:01+08:00")
    assert await late.once() == 0
    async with session("workflow") as tx:
        rows = select(outbox.c.data).where(outbox.c.type == IntegrityCaseMoved.type).order_by(outbox.c.seq)
        events = [
            (each["action"], each["superior_id"], each["handling_ids"]) for each in await tx.scalars(rows)
        ]
    authority, root = str(person.line.ids[1]), str(season.root.id)
    assert {each[1] for each in events} == {root}
    assert [(action, *bodies) for action, _, bodies in events if bodies] == [
        ("STATE", authority),
        ("APPEAL", authority),
    ]
    assert [each[0] for each in events].count("ESCALATE") == 4
