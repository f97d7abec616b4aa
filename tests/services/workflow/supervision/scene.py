"""What supervision is about: declarations at a department, several like one, and what its reviewer did with them."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import text

COPIES = """
    with made as (
        insert into declaration select (jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid(),
            'number', d.number || '-' || n, 'person_id', gen_random_uuid()))).*
        from declaration d, generate_series(1, :many) n returning id, number
    ), filed as (
        insert into material select (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(),
            'declaration_id', made.id))).*
        from material m, made
    )
    select id::text, number from made order by number
"""


async def submitted(office: Any, season: Any, session: Any, line: Any, many: int) -> list[dict[str, Any]]:
    """Declarations at the department: one sent by its applicant, and others like it."""
    found = [await office.submitted(await season.recommended(line))]
    async with session("workflow") as tx:
        copies = await tx.execute(text(COPIES), {"many": many - 1})
        return found + [{"id": each.id, "number": each.number} for each in copies]


async def flags(office: Any, token: str | None, **params: Any) -> list[dict[str, Any]]:
    """The flags that somebody sees."""
    answer = await office.call("GET", "/v1/supervision/flags", token, params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def told_above_once(on: Any, sweep: Any, in_time: str, late: str) -> None:
    """Nothing is told in time; late, of four sweeps at once one tells it, and none does again."""
    await on(in_time)
    assert await sweep.once() == 0
    await on(late)
    assert sum(await asyncio.gather(*(sweep.once() for _ in range(4)))) == 1
    assert await sweep.once() == 0
