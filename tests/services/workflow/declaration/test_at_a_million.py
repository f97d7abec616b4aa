"""A million declarations: whoever asks, a list, a worklist or a sweep reads a few pages of an index and no more."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Select, select, text
from sqlalchemy.dialects import postgresql

from services.kit.auth import Actor
from services.kit.clock import Moment
from services.workflow.declaration import hindrance, store
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import State
from services.workflow.review_chain import escalation
from services.workflow.review_chain.states import Claimed, Due
from services.workflow.review_chain.worklist import Worklist
from tests.platform.tokens import node, seat

MANY = 1_000_000
LAST_YEARS = 125_000
"""Declarations of the present cycle, which are under way; all older ones have come to an end."""
UNITS, OFFICES, COMMITTEES = 10_000, 60, 300
MOMENT = Moment(datetime(2023, 12, 1, tzinfo=UTC))
PAGES = 500
"""Pages of 8 KiB that a question may touch: what it tells of, and the way there."""


def key(kind: int, number: int) -> UUID:
    """The id of something by its kind and number."""
    return UUID(f"0{kind}000000-0000-7000-8000-{number:012x}")


def keyed(kind: int, number: str) -> str:
    """The same in SQL."""
    return f"('0{kind}000000-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


DECLARATION, PREFECTURE, COUNTY, UNIT, OFFICE, COMMITTEE, CYCLE, BATCH = range(1, 9)
UNDER_WAY = f"n > {MANY - LAST_YEARS}"
MADE = {
    "id": keyed(DECLARATION, "n"),
    "number": "'N' || n",
    "person_id": "gen_random_uuid()",
    "account_id": "gen_random_uuid()",
    "cycle_id": keyed(CYCLE, f"(n - 1) / {LAST_YEARS}"),
    "unit_id": keyed(UNIT, f"n % {UNITS}"),
    "office_id": keyed(OFFICE, f"n % {OFFICES}"),
    "committee_id": keyed(COMMITTEE, f"n % {COMMITTEES}"),
    "state": f"case when {UNDER_WAY} then (array['DRAFT', 'UNDER_REVIEW', 'UNDER_REVIEW', 'AT_COMMITTEE_OFFICE', "
    "'ACCEPTED', 'RETURNED', 'UNDER_REVIEW'])[1 + n % 7] else 'CERTIFIED' end",
    "at_organisation_id": f"case when not {UNDER_WAY} then null when n % 7 = 3 then {keyed(OFFICE, f'n % {OFFICES}')} "
    f"when n % 7 in (1, 2) then {keyed(UNIT, f'n % {UNITS}')} when n % 7 = 6 then {keyed(COUNTY, '3')} end",
    "due_on": f"case when {UNDER_WAY} and n % 7 in (1, 2, 3, 6) then date '2023-11-29' + n % 40 end",
    "submitted_at": "case when n % 7 > 0 then now() end",
    "escalated_on": "null::date",
    "batch_id": f"case when n % 200 = 3 then {keyed(BATCH, 'n / 200 % 60')} end",
    "chain": "'[]'::jsonb",
    "content": "'{}'::jsonb",
    "path": "'[]'::jsonb",
    "lineage": f"array[lineage[1], {keyed(PREFECTURE, 'n % 8')}, {keyed(COUNTY, 'n % 50')}, {keyed(UNIT, f'n % {UNITS}')}]",
}
REST = [column.name for column in Declaration.__table__.columns if column.name not in MADE]
FILL = f"""
insert into million.declaration ({", ".join([*MADE, *REST])})
select {", ".join(MADE.values())}, {", ".join(f"declaration.{name}" for name in REST)}
from workflow.declaration, generate_series(1, {MANY}) n
"""
"""Copies of the one declaration there is, spread over years, units and bodies."""
TWIN = """
create schema million;
create unlogged table million.declaration (like workflow.declaration);
grant usage on schema million to workflow;
grant select on million.declaration to workflow;
"""
"""A table of the same columns; its indexes are made when it is full, which is several times as fast."""
INDEXES = """
select replace(indexdef, ' ON workflow.', ' ON million.') from pg_indexes
where schemaname = 'workflow' and tablename = 'declaration'
"""


@pytest.fixture
async def a_million(office, season, resetter) -> AsyncIterator[None]:
    """Beside the table its twin with a million rows, for as long as the test lasts."""
    await office.draft(await season.recommended())
    await resetter.execute(TWIN)
    await resetter.execute(FILL)
    for row in await resetter.fetch(INDEXES):
        await resetter.execute(row[0])
    await resetter.execute("vacuum analyze million.declaration")
    yield
    await resetter.execute("drop schema million cascade")


def actor(role: str, *lineage: UUID) -> Actor:
    """Somebody with a seat at the last of these organisations."""
    nodes = [node("HRSS", "PROVINCE", each) for each in lineage]
    return Actor(uuid4(), "person", "某人", (seat(role, *nodes),))


def listing(who: Actor, **narrowed: Any) -> Select[Any]:
    """A page of what somebody may read, newest first, as the API asks for it."""
    query = select(Declaration).where(store.visible(who)).filter_by(**narrowed)
    return query.order_by(Declaration.id.desc()).limit(21)


def awaiting(who: Actor) -> Select[Any]:
    """A page of what waits for somebody, newest first."""
    return select(Declaration).where(store.awaiting(who)).order_by(Declaration.id.desc()).limit(21)


def sweeps() -> Iterator[tuple[str, Any]]:
    """What is asked by what the service does by itself, portion by portion, and at each step."""
    first = UUID(int=0)
    yield "overdue", escalation.untold(MOMENT.today, (date.min, first), 100)
    yield "lapsing", store.unfinished(key(CYCLE, 7), first, 100)
    yield "what holds some", hindrance.every([key(DECLARATION, n) for n in range(1, 21)], MOMENT.today)


def questions(root: UUID, policies: Any) -> Iterator[tuple[str, Select[Any]]]:
    """What is asked of declarations all day, by those with the most and the fewest of them in sight."""
    readers = {
        "province": actor("TITLE_OFFICER", root),
        "prefecture": actor("REVIEWER", root, key(PREFECTURE, 3)),
        "county": actor("REVIEWER", root, key(PREFECTURE, 3), key(COUNTY, 3)),
        "unit": actor("RECOMMENDER", root, key(PREFECTURE, 3), key(COUNTY, 3), key(UNIT, 3)),
        "office": actor("COMMITTEE_OFFICE", root, key(OFFICE, 3)),
        "nobody": actor("REVIEWER", uuid4()),
    }
    for name, who in readers.items():
        yield f"list of the {name}", listing(who)
        yield f"list of the {name}, deep", listing(who).where(Declaration.id < key(DECLARATION, 400_000))
        yield f"list of the {name}, old cycle", listing(who, cycle_id=key(CYCLE, 1))
        yield f"list of the {name}, accepted", listing(who, state=State.ACCEPTED)
        yield f"list of the {name}, a unit", listing(who, unit_id=key(UNIT, 4))
        yield f"list of the {name}, a committee", listing(who, committee_id=key(COMMITTEE, 4))
        yield f"list of the {name}, a batch", listing(who, batch_id=key(BATCH, 4))
        worklist = Worklist(who, MOMENT, policies)
        yield f"worklist of the {name}", worklist.page(None, None, 20, None)
        yield (
            f"worklist of the {name}, next page",
            worklist.page(None, None, 20, (date(2023, 12, 5), uuid4())),
        )
        yield f"worklist of the {name}, overdue", worklist.page(Due.OVERDUE, Claimed.NOBODY, 20, None)
        yield f"worklist of the {name}, a batch", worklist.page(None, None, 20, None, key(BATCH, 4))
        yield f"counts of the {name}", worklist.counts()
        yield f"what waits for the {name}", awaiting(who)
    person = Actor(uuid4(), "person", "申报人", (), uuid4())
    yield "what waits for a person", awaiting(person)
    yield "a person's own", listing(person)


@pytest.mark.timeout(600)
async def test_every_question_reads_a_few_pages(a_million, season, session, workflow_app):
    """None reads the table through, however much of it the asker may see, and none sorts what it does not tell."""
    async with session("workflow") as tx:
        await tx.execute(text("set local search_path = million, workflow"))
        asked = [*sweeps(), *questions(season.root.id, workflow_app.state.policies)]
        costly = {name: found for name, query in asked if (found := await pages(tx, query)) > PAGES}
    assert costly == {}


async def pages(tx: Any, query: Select[Any]) -> int:
    """The pages that answering touches, as the database counts them."""
    sql = str(query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
    sql = re.sub(r"(ARRAY\[[^]]*\])", r"\1::uuid[]", sql)  # a literal array does not tell its type
    told = await tx.scalar(text("explain (analyze, buffers, format json) " + sql.replace(":", r"\:")))
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
