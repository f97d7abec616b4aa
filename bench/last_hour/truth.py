"""Afterwards: whether what was acknowledged is there exactly once, nobody got a place that there was not, and all invariants hold."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from bench.last_hour.generator import Answer
from bench.last_hour.mix import PASS_ON, RECOMMEND, SAVE, SAVED, SUBMIT
from bench.last_hour.season import Season, settled
from deploy.local.layout import PROJECT, RELAY

OK = 200
NO_PLACE = "NO_PLACE_LEFT"
MEANT = {RECOMMEND: frozenset({NO_PLACE})}
"""Refusals of the domain that belong to a kind: two want one place."""
THERE = {
    SUBMIT: """
select d.id::text, count(h.id) from workflow.declaration d
left join workflow.history h on h.subject_id = d.id and h.action = 'SUBMIT' where d.id = any($1::uuid[]) group by d.id
""",
    PASS_ON: """
select d.id::text, count(h.id) from workflow.declaration d
left join workflow.history h on h.subject_id = d.id and h.action = 'PASS' and h.after = 'AT_COMMITTEE_OFFICE'
where d.id = any($1::uuid[]) group by d.id
""",
    RECOMMEND: "select person_id::text, count(*) from workflow.recommendation where person_id = any($1::uuid[]) group by person_id",
    SAVE: f"""
select id::text, 1 from workflow.declaration where id = any($1::uuid[]) and content -> 'basic' ->> 'post' = '{SAVED["post"]}'
""",  # noqa: S608 - our own words
}
"""How often each is there that was asked for, by what it is about."""
OVERGRANTED = """
select count(*) from (
    select r.unit_id from quota.reservation r where r.state in ('HELD', 'CONFIRMED') group by r.unit_id, r.year, r.level
    having count(*) > coalesce((
        select c.declarable from quota.ledger l join quota.annual_form_column c on c.form_id = l.form_id
        where l.unit_id = r.unit_id and l.year = r.year and l.pool = 'GENERAL' and c.level = r.level
    ), 0)
) too_many
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What was looked for afterwards."""

    acknowledged: Mapping[str, int]
    """Of each kind; links for files leave nothing to look for."""
    lost: int
    """Acknowledged, and not there."""
    doubled: int
    """There more than once, acknowledged or not."""
    rivals: int
    """Refused because the other one had the place."""
    overgranted: int
    settled: float
    """Seconds until every event was heard."""
    invariants: str
    """What the check of invariants said at last."""


def wrong(answer: Answer) -> str:
    """What is wrong with an answer; nothing where it is as it should be."""
    if answer.seconds is None:
        return "no answer"
    if answer.sent_away:
        return (
            "" if answer.polite else f"sent away by {answer.code or answer.status}, untold when to come again"
        )
    if answer.code in MEANT.get(answer.request.kind, ()):
        return ""
    return (
        ""
        if answer.status == OK and answer.code is None
        else f"{answer.request.kind}: {answer.code or answer.status}"
    )


async def look(season: Season, answers: Sequence[Answer]) -> Found:
    """Wait until all is at rest, then compare what people heard with what is there."""
    rested = await settled(season.admin_url)
    connection = await asyncpg.connect(season.admin_url)
    try:
        heard = {
            kind: {each.request.about for each in _of(answers, kind) if acknowledged(each)} for kind in THERE
        }
        lost = doubled = 0
        for kind, question in THERE.items():
            asked = list({each.request.about for each in _of(answers, kind)})
            times = dict(await connection.fetch(question, asked))
            lost += sum(not times.get(each) for each in heard[kind])
            doubled += sum(each > 1 for each in times.values())
        return Found(
            acknowledged={kind: len(those) for kind, those in heard.items()},
            lost=lost,
            doubled=doubled,
            rivals=sum(each.code == NO_PLACE for each in answers),
            overgranted=await connection.fetchval(OVERGRANTED),
            settled=rested,
            invariants=await _invariants(season),
        )
    finally:
        await connection.close()


def acknowledged(answer: Answer) -> bool:
    """Whether somebody was told that it is done."""
    return answer.status == OK and answer.code is None


def _of(answers: Sequence[Answer], kind: str) -> list[Answer]:
    return [each for each in answers if each.request.kind == kind]


async def _invariants(season: Season) -> str:
    """The last line of `python -m services.invariants`, and those that name what is broken."""
    environment = season.stack.layout.environment(RELAY, season.stack.keys, season.admin_url)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.invariants", "--rows", "5000"),
        cwd=PROJECT,
        env=os.environ | environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    said, _ = await process.communicate()
    lines = said.decode().splitlines()
    return "; ".join([*(each for each in lines if "BROKEN" in each), lines[-1]][:6]) if lines else "nothing"
