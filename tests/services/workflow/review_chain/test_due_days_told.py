"""Events tell by when whoever has a declaration is to act, and when that day moves: reminders live by it (三（六）)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from services.kit.outbox import outbox
from tests.services.workflow.applicants import record

EXTENSION = {
    "window": "REVIEW",
    "closes": "2024-01-20",
    "document_number": "青人社厅函〔2023〕301号",
    "reason": "改革任务",
}


async def newest(session, type_: str, *fields: str) -> list[str | None]:
    """Those fields of the newest event of a type."""
    async with session("workflow") as tx:
        rows = select(outbox.c.data).where(outbox.c.type == f"titles.workflow.{type_}.v1")
        data = await tx.scalar(rows.order_by(outbox.c.seq.desc()).limit(1))
        return [data[each] for each in fields]


async def test_whoever_has_it_is_told_by_when(office, season, session, on):
    """The applicant of a recommendation, each reviewer, who is to mend; an extension moves the days of reviews."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    told = ("after", "due_on", "due_window")
    assert await newest(session, "declaration.moved", *told) == ["UNDER_REVIEW", "2023-11-27", None]
    assert (await office.read(declaration, person.token))["chain"][0]["due_on"] == "2023-11-27"
    items = [{"item": "education", "reason": "学校全称"}]
    back = record(await office.act(declaration, "SEND_BACK", person.line.token("REVIEWER", 3), items=items))
    assert await newest(session, "declaration.moved", *told) == ["RETURNED", "2023-12-31", "REVIEW"]
    await on("2023-12-28T10:00+08:00")
    content = (await office.read(back, person.token))["content"]
    mended = content | {"education": [content["education"][0] | {"school": "青海大学医学院"}]}
    record(await office.edit(person, back, mended))
    await office.confirm_anew(back, person.token)
    record(await office.act(await office.read(back, person.token), "SUBMIT", person.token))
    assert await newest(session, "declaration.moved", *told) == ["UNDER_REVIEW", "2023-12-31", None]
    officer = person.line.token("TITLE_OFFICER", 0)
    path = f"/v1/cycles/{season.cycle_id}/extensions"
    made = record(await office.call("POST", path, officer, json=EXTENSION), 201)
    record(await office.call("POST", f"/v1/extensions/{made['id']}/actions/PUBLISH", officer))
    due = (await office.read(back, person.token))["chain"][0]["due_on"]
    assert due > "2023-12-31"
    assert await newest(session, "declaration.rescheduled", "declaration_id", "due_on") == [back["id"], due]


@pytest.mark.clause("3.6.3")
async def test_no_day_runs_while_a_report_is_checked(office, season, session, on):
    """Taken up, the day rests whatever is done or extended meanwhile; all are decided, and all days of a review begin."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    reviewer, above = person.line.token("REVIEWER", 3), person.line.token("TITLE_OFFICER", 0)
    told = ("declaration.rescheduled", "declaration_id", "due_on", "suspended")
    reports = []
    for text in ("病案系伪造", "论文系代写"):
        body = {"number": declaration["number"], "text": text, "anonymous": True}
        reports.append(record(await office.http.post("/v1/reports", json=body), 201))
        await office.call("POST", f"/v1/reports/{reports[-1]['id']}/actions/TAKE_UP", above, json={})
        assert await newest(session, *told) == [declaration["id"], "2023-11-27", True]
    record(await office.act(declaration, "CLAIM", reviewer))
    assert await newest(session, "declaration.moved", "action", "due_on") == ["CLAIM", None]
    await on("2023-12-30T10:00+08:00")
    path, officer = f"/v1/cycles/{season.cycle_id}/extensions", person.line.token("TITLE_OFFICER", 0)
    made = record(await office.call("POST", path, officer, json=EXTENSION), 201)
    record(await office.call("POST", f"/v1/extensions/{made['id']}/actions/PUBLISH", officer))
    for report, decision, rests in zip(reports, ("DISMISS", "UPHOLD"), (True, False), strict=True):
        path = f"/v1/reports/{report['id']}/actions/{decision}"
        record(await office.call("POST", path, above, json={"reason": "经核查"}))
        assert await newest(session, *told) == [declaration["id"], "2024-01-08", rests]
    record(await office.act(declaration, "CLAIM", reviewer))
    assert await newest(session, "declaration.moved", "action", "due_on") == ["CLAIM", "2024-01-08"]
