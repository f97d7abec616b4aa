"""The season, hall and neighbour of meetings serve reports too; of three committees there are results."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.services.workflow.meeting.conftest import accounts, hall, season
from tests.services.workflow.meeting.season import seed_declaration
from tests.services.workflow.spot_check.scene import with_results

__all__ = ["accounts", "hall", "season"]

STEPS = """insert into history (id, subject_kind, subject_id, action, before, after, actor_name, at, basis)
    values (gen_random_uuid(), 'declaration', :id, :action, null, :after, '某人', cast(:at as text)::timestamptz, '[]')"""
RETURN = """insert into review_return (id, province, declaration_id, turn, round, from_organisation_id, account_id,
        reviewer_name, items, returned_at)
    values (gen_random_uuid(), 'qinghai', :id, 1, 1, gen_random_uuid(), gen_random_uuid(), '某人',
        cast(:items as text)::jsonb, now())"""
STAYS = (
    ("SUBMIT", "UNDER_REVIEW", "2023-11-01T00:00Z"),
    ("CLAIM", "UNDER_REVIEW", "2023-11-02T00:00Z"),
    ("SEND_BACK", "RETURNED", "2023-11-03T00:00Z"),
    ("SUBMIT", "UNDER_REVIEW", "2023-11-05T00:00Z"),
)


@pytest.fixture
async def reported(session, season):
    """Twelve results in the province's own hospital, one declaration under way in a prefecture; its returns and steps."""
    async with session("workflow") as tx:
        clinic = await seed_declaration(tx, season, unit=season.clinic, above=season.prefecture)
    await with_results(session, season, 6, 4, 2)
    async with session("workflow") as tx:
        for n, (action, after, at) in enumerate((*STAYS, ("PASS", "ACCEPTED", "2023-11-07T12:00Z"))):
            await tx.execute(text(STEPS), {"id": clinic, "action": action, "after": after, "at": at, "n": n})
        for reason in ("不清晰", "缺页", "不清晰", "不清晰"):
            items = f'[{{"item": "basic", "reason": "{reason}"}}]'
            await tx.execute(text(RETURN), {"id": clinic, "items": items})
        for reason in ("赵某的论文", "赵某的论文", "钱某的合同"):
            items = f'[{{"item": "works", "reason": "{reason}"}}]'
            await tx.execute(text(RETURN), {"id": clinic, "items": items})
    return clinic
