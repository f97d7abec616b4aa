"""What the other concepts ask of review criteria."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Seat
from services.kit.steps import Broken
from services.quota.contract import TitleLevel
from services.workflow.criteria import store
from services.workflow.criteria.comparison import lower
from services.workflow.criteria.errors import NoCriteriaInForce, ServedElsewhere
from services.workflow.criteria.model import Criteria
from services.workflow.cycle.service import require_series
from services.workflow.policy import NoticePolicy


async def require_in_force(
    tx: AsyncSession,
    series: str,
    specialty_id: UUID | None,
    level: TitleLevel,
    on: date,
    policy: NoticePolicy,
    lineage: Sequence[UUID] = (),
) -> Criteria:
    """The criteria in force for what somebody under `lineage` is to declare (三（四）).

    Those of a unit that newer provincial ones have overtaken give way to the region's, and those to the province's
    (一（三）1).

    Raises:
        NoCriteriaInForce: none are published, or none are in force yet.
    """
    found = await store.in_force(tx, series, specialty_id, level, on, lineage)
    provincial = next((each for each in found if each.serves_id is None), None)
    for each in found:
        if each.serves_id is None or provincial is None or not lower(each, provincial):
            return each
    raise NoCriteriaInForce(
        series=require_series(policy, series).name,
        level=policy.series.level_names[level],
        code=series,
        level_code=level.value,
        field="series",
        basis=[policy.articles["arrangement_public"]],
    )


async def lower_than_provincial(tx: AsyncSession, asked: Criteria, today: date) -> tuple[Broken, ...]:
    """The items in which criteria of a region or unit fall short of the provincial ones of their first day.

    None of the province's own, and none where the province has set nothing to compare with.
    """
    if asked.serves_id is None:
        return ()
    on = max(asked.effective_from, today)
    provincial = await store.in_force(tx, asked.series, asked.specialty_id, asked.level, on)
    return lower(asked, provincial[0]) if provincial else ()


def served_by(seat: Seat, place_id: UUID | None, policy: NoticePolicy) -> UUID | None:
    """The region or unit that a body's criteria are for; None: the whole province, also where its root is named.

    Raises:
        ServedElsewhere: neither the body's own organisation nor one above it.
    """
    line = [node.id for node in seat.lineage]
    if place_id is None or place_id == line[0]:
        return None
    if place_id not in line:
        raise ServedElsewhere(field="serves_id", basis=[policy.articles["criteria_not_lower"]])
    return place_id
