"""A meeting on its day with its experts seated, written straight into the tables: for what comes after the draw."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.committee.model import Expert
from services.workflow.declaration.model import Declaration
from services.workflow.meeting.model import AgendaItem, Meeting, Member, Pledge, Training
from services.workflow.meeting.states import State
from tests.services.workflow.meeting.hall import PLAN
from tests.services.workflow.meeting.season import CREATED, Season

DAY = date(2024, 1, 10)
FILED = date(2023, 12, 20)
SEED = b"\0" * 32


async def seat(
    tx: AsyncSession, season: Season, *, unready: int = 0, filed: date = FILED, kind: str = "ORDINARY"
) -> UUID:
    """A meeting whose experts, all of the season's, are drawn; all but the last `unready` are trained, pledged and present."""
    meeting_id = uuid4()
    tx.add(
        Meeting(
            id=meeting_id,
            committee_id=season.committee_id,
            cycle_id=season.cycle_id,
            office_id=season.authority.id,
            kind=kind,
            held_on=DAY,
            plan=PLAN,
            plan_filed_on=filed,
            size=len(season.experts),
            seed=SEED,
            seed_commitment="0" * 64,
            state=State.DRAWN,
            lineage=[season.province.id],
            **CREATED,
        )
    )
    await tx.flush()
    agenda = [{"meeting_id": meeting_id, "declaration_id": each} for each in season.declarations]
    await tx.execute(insert(AgendaItem), agenda)
    tabled = Declaration.id.in_(season.declarations)
    known = Expert.account_id.in_([each.account_id for each in season.experts])
    await tx.execute(update(Declaration).where(tabled).values(state="IN_MEETING"))
    experts = list(await tx.scalars(select(Expert).where(known).order_by(Expert.name)))
    for number, each in enumerate(experts):
        ready = number < len(experts) - unready
        seated = {"meeting_id": meeting_id, "expert_id": each.id, "account_id": each.account_id}
        tx.add(Member(**seated, name=each.name, stratum="甲", present=ready))
        if ready:
            _prepare(tx, season, meeting_id, each)
    await tx.flush()
    return meeting_id


def _prepare(tx: AsyncSession, season: Season, meeting_id: UUID, expert: Expert) -> None:
    of_cycle = {"expert_id": expert.id, "cycle_id": season.cycle_id}
    trained = {"meeting_id": meeting_id, "trained_on": DAY, "recorded_by": season.authority.id}
    tx.add(Training(**of_cycle, **trained))
    signed = {"text": "承诺", "text_sha256": "0" * 64, "signed_at": datetime(2024, 1, 2, tzinfo=UTC)}
    tx.add(Pledge(**of_cycle, account_id=expert.account_id, **signed))
