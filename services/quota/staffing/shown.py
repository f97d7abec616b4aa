"""Movements as callers see them, in a few statements however many they are."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import Language
from services.quota.contract import StaffingCause as Cause
from services.quota.contract import TitleLevel
from services.quota.policy import Policies
from services.quota.staffing import store
from services.quota.staffing.exits import counting
from services.quota.staffing.model import StaffingMovement
from services.quota.staffing.schemas import (
    CountingOut,
    EntryOut,
    MemberOut,
    MovementOut,
    TargetedEmploymentOut,
    counting_out,
)
from services.quota.staffing.states import EXITS

TOLD = tuple(MovementOut.model_fields.keys() - {"member", "reversed_by", "entries", "counting"})
FILED = tuple(TargetedEmploymentOut.model_fields.keys() - {"member", "reversed_by"})


async def movements(
    tx: AsyncSession, rows: Sequence[StaffingMovement], policies: Policies, language: Language
) -> list[MovementOut]:
    """With their people, entries and reversals, and whether exits count."""
    ids = [row.id for row in rows]
    members = await store.members_by_id(tx, {row.member_id for row in rows if row.member_id})
    entries, reversals = await store.entries_of(tx, ids), await store.reversals_of(tx, ids)
    return [
        MovementOut(
            **{name: getattr(row, name) for name in TOLD},
            member=MemberOut.model_validate(members[row.member_id]) if row.member_id else None,
            reversed_by=reversals.get(row.id),
            entries=[EntryOut.model_validate(each) for each in entries[row.id]],
            counting=_counting(row, policies, language),
        )
        for row in rows
    ]


def _counting(row: StaffingMovement, policies: Policies, language: Language) -> CountingOut | None:
    if row.cause not in EXITS:
        return None
    policy = policies.counting_exits_on(row.on_date)
    level = TitleLevel(row.level) if row.level else None
    told = counting(Cause(row.cause), row.on_date, level, policy.staffing.exits_window)
    return counting_out(told, policy, language)


async def filed(tx: AsyncSession, rows: Sequence[StaffingMovement]) -> list[TargetedEmploymentOut]:
    """Employments on targeted posts with whom they are of."""
    members = await store.members_by_id(tx, {row.member_id for row in rows if row.member_id})
    reversals = await store.reversals_of(tx, [row.id for row in rows])
    return [
        TargetedEmploymentOut(
            **{name: getattr(row, name) for name in FILED},
            member=MemberOut.model_validate(members[row.member_id]),
            reversed_by=reversals.get(row.id),
        )
        for row in rows
        if row.member_id
    ]
