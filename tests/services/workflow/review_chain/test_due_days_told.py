"""Events tell by when whoever has a declaration is to act, and when that day moves: reminders live by it (三（六）)."""

from __future__ import annotations

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
