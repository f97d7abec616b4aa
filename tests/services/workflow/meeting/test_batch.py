"""What is in a batch is put on the agenda by batch, and heard in the batch's own window (一（四）2)."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import update

from services.workflow.batch.model import Batch
from services.workflow.declaration.model import Declaration
from tests.services.workflow.meeting.hall import DAY, PLAN
from tests.services.workflow.meeting.season import MOVED, seed_declaration

LATE = {"cite": "一（四）2", "summary": "各地区组织实施"}
OPENS, HELD = "2024-01-16", "2024-01-17"


@pytest.fixture
async def batch(session, season) -> str:
    """A batch of the prefecture that is heard later than others, with the season's one declaration in it."""
    row = Batch(
        id=uuid4(),
        province="qinghai",
        cycle_id=season.cycle_id,
        route="FARMER",
        title="第二批农牧民职称评审",
        document_number="西人社〔2023〕45号",
        windows=[{"name": "MEET", "title": "评审会议", "opens": OPENS, "closes": "2024-01-25", **LATE}],
        state="PUBLISHED",
        published_at=MOVED,
        organisation_id=season.prefecture.id,
        lineage=[season.province.id, season.prefecture.id],
    )
    async with session("workflow") as tx:
        tx.add(row)
        await tx.flush()
        await tx.execute(update(Declaration).values(batch_id=row.id, route="FARMER"))
    return str(row.id)


@pytest.mark.clause("1.4.2")
async def test_a_meeting_is_held_in_the_window_of_the_batch(hall, season, batch):
    """In the year's window and before the batch's own it does not open, on the batch's article; then it does."""
    await hall.gather()
    refused = await hall.act("OPEN")
    assert (refused.status_code, refused.json()["code"]) == (422, "OUTSIDE_WINDOW")
    assert [each["cite"] for each in refused.json()["basis"]] == ["一（四）2"]
    await hall.did("POSTPONE", held_on=HELD)
    await hall.at(f"{HELD}T09:00+08:00", "workflow")
    assert (await hall.did("OPEN"))["state"] == "OPEN"


@pytest.mark.clause("1.4.2")
async def test_the_agenda_is_of_one_batch(hall, season, batch, session):
    """TABLE with a batch takes what is in it, and nothing else that waits."""
    async with session("workflow") as tx:
        await seed_declaration(tx, season)
    ours, other = (str(each) for each in season.declarations)
    body = {"committee_id": str(season.committee_id), "held_on": DAY, "plan": PLAN}
    hall.id = (await hall.ask(season.office, "POST", "/v1/meetings", body)).json()["record"]["id"]
    assert (await hall.did("TABLE", batch_id=str(uuid4())))["agenda"] == []
    refused = await hall.act("TABLE", batch_id=batch, declaration_ids=[other])
    assert (refused.status_code, refused.json()["code"]) == (422, "DECLARATION_NOT_ACCEPTED")
    assert (await hall.did("TABLE", batch_id=batch))["agenda"] == [ours]
