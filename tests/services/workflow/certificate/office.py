"""What comes after the vote: publicity, objections, filing."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import httpx

from tests.services.workflow.meeting.hall import Hall

DOCUMENT = "青人社厅函〔2024〕12号"
LAST_DAY = "2024-01-17T23:59+08:00"
DAY_AFTER = "2024-01-18T00:01+08:00"


async def publicised(hall: Hall) -> None:
    """Hold the meeting, everything passes, and the results are public."""
    await hall.decide(in_favour=8)
    await hall.did("PUBLISH_RESULTS")


async def file(
    hall: Hall, declaration_id: UUID | None = None, *, token: str | None = None, document: str = DOCUMENT
) -> httpx.Response:
    """File a result, as the provincial HRSS unless told otherwise."""
    path = f"/v1/results/{declaration_id or hall.season.declarations[0]}/file"
    return await hall.ask(token or hall.season.officer, "POST", path, {"document_number": document})


async def certified(hall: Hall) -> dict[str, Any]:
    """Everything up to the first certificate."""
    await publicised(hall)
    await hall.at(DAY_AFTER, "workflow")
    answer = await file(hall)
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.json()["record"]
    return record


async def all_at_once(hall: Hall) -> list[httpx.Response]:
    """File every result at the same moment."""
    return list(await asyncio.gather(*(file(hall, each) for each in hall.season.declarations)))


async def object_to(hall: Hall, declaration_id: UUID) -> str:
    """Raise an objection to a result; its id."""
    public = (await hall.ask(None, "GET", "/v1/publicities")).json()["items"]
    [ours] = [each for each in public if each["subject_id"] == str(declaration_id)]
    body = {"text": "业绩材料存疑", "anonymous": True}
    assert (await hall.ask(None, "POST", f"/v1/publicities/{ours['id']}/objections", body)).is_success
    listed = await hall.ask(hall.season.officer, "GET", f"/v1/objections?publicity_id={ours['id']}")
    objection_id: str = listed.json()["items"][0]["id"]
    return objection_id


async def decide_on(hall: Hall, objection_id: str, *, upheld: bool) -> None:
    """Decide on an objection."""
    body = {"upheld": upheld, "reason": "经核查"}
    answer = await hall.ask(hall.season.officer, "POST", f"/v1/objections/{objection_id}/decide", body)
    assert answer.is_success, answer.text
