"""After a whole season all invariants hold; whatever is broken by SQL is named, it and no other, and nothing is changed by looking."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from demo import season
from demo.api import Gateway
from demo.identities import Identities
from demo.stage import Stage
from deploy.local.births import Births
from deploy.local.bootstrap import SERVICES
from deploy.local.layout import PROJECT
from deploy.local.stack import Stack
from services.invariants.checking import CHAIN, Asked, Everything, check
from services.invariants.invariant import Invariant
from services.invariants.walking import Begin, Pace, Report
from services.kit.db import Database
from services.kit.settings import async_url
from tests.services.invariants.breaks import BREAKS, LANE, UNCHECKED, UNDELIVERED, Break, twin

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400), pytest.mark.xdist_group("invariants")]
HASTY = Asked(patience=0.0)
STATEMENTS = 1000
"""More than a look takes: each is prepared once and not again for every break."""
MACHINE = (".state", ".history", ".steps")
SETTLED = """
select (select count(*) from {0}.outbox where not routed)
    + (select count(*) from {0}.outbox_delivery where delivered_at is null) + (select count(*) from {0}.audit_log)
    - (select count(*) from {0}.audit_chain)
"""


async def no_scene(*_: object) -> None:
    """Nothing to show."""


@pytest.fixture(scope="module")
async def played(stack: Stack) -> AsyncIterator[Database]:
    """The administrator's door to the stack's database after a season, once every event is delivered and every line sealed."""
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        gateway = Gateway(f"{stack.url('gateway')}/graphql", client)
        stage = Stage(gateway, "000001", lambda _: None, Identities("season"))
        await season.play(stage, before_each=no_scene)
    url = f"{async_url(str(stack.layout.database_url))}?prepared_statement_cache_size={STATEMENTS}"
    async with Database(url, pool_size=1) as database:
        async with asyncio.timeout(60):
            while await _unsettled(database):
                await asyncio.sleep(0.2)
        yield database


async def _unsettled(database: Database) -> int:
    async with database.begin() as tx:
        return sum([await tx.scalar(text(SETTLED.format(each))) for each in SERVICES])


@pytest.fixture(scope="module")
def everything() -> Everything:
    """All invariants."""
    return Everything.by(PROJECT / "policies", "qinghai")


@pytest.fixture(scope="module")
async def lively(played: Database, everything: Everything) -> Everything:
    """Those of them that have something to look at, or will have: of tables without a row there is nothing to say."""
    named = {name for each in BREAKS for name in each.names}
    kept: dict[str, tuple[Invariant, ...]] = {}
    async with played.begin() as tx:
        for service, invariants in everything.invariants.items():
            tables = {each.table for each in invariants}
            has = {
                table: await tx.scalar(text(f"select exists (select from {service}.{table})"))
                for table in tables
            }
            kept[service] = tuple(each for each in invariants if has[each.table] or each.name in named)
    return Everything(kept, everything.agreements)


@pytest.fixture
async def admin(played: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction that will not have been."""
    async with played.engine.connect() as connection:
        await connection.begin()
        await connection.execute(text("select 1"))  # the driver begins with the first statement only
        yield connection
        await connection.rollback()


def begins(connection: AsyncConnection) -> Mapping[str, Begin]:
    """Each service's view of what the connection has changed."""
    at = [""]

    def of(service: str) -> Begin:
        @asynccontextmanager
        async def begin() -> AsyncIterator[AsyncSession]:
            if at != [service]:
                await connection.execute(text(f"set local search_path = {service}, extensions"))
                at[:] = [service]
            async with AsyncSession(connection, join_transaction_mode="rollback_only") as tx:
                yield tx

        return begin

    return {service: of(service) for service in SERVICES}


async def look(connection: AsyncConnection, everything: Everything, asked: Asked = HASTY) -> list[Report]:
    """Everything that was looked at."""
    return [each async for each in check(begins(connection), everything, asked, lambda _: None)]


async def run(connection: AsyncConnection, sql: str) -> None:
    """Run statements as they are."""
    raw = await connection.get_raw_connection()
    await raw.driver_connection.execute(sql)


def broken(reports: list[Report]) -> set[str]:
    """The names of what is broken."""
    return {each.name for each in reports if each.broken}


async def test_a_season_leaves_everything_whole(admin, everything):
    """Nothing is broken and nothing under way, in slices of two rows as well."""
    reports = await look(admin, everything, Asked(pace=Pace(rows=2), patience=0.0))
    assert [(each.name, each.broken) for each in reports if each.broken] == []
    assert [each.name for each in reports if each.under_way] == []


@pytest.mark.parametrize("break_", BREAKS, ids=str)
async def test_what_is_broken_is_named_and_nothing_else(admin, lively, break_: Break):
    """The invariant and what cannot hold without it."""
    await run(admin, break_.sql)
    reports = await look(admin, lively)
    assert broken(reports) == set(break_.names)
    assert all(each.subject for report in reports for each in report.broken)


def test_each_invariant_is_broken_once(everything):
    """None without its test; of what the machines say, and what is the same of every schema, one stands for all."""
    shown = {name for each in BREAKS for name in each.names}
    names = {CHAIN} | {each.name for those in everything.invariants.values() for each in those}
    names |= {each.name for each in everything.agreements}
    alike = {
        each for each in names if each.endswith(MACHINE) or ".heard_by_" in each or each.endswith(".told")
    }
    assert names - alike == shown - alike
    assert {each.rpartition(".")[2] for each in alike & shown} >= {"state", "history", "steps", "told"}


async def test_what_events_will_mend_is_under_way(admin, everything):
    """A place that is not yet given back is no fault while the event that says so is on its way."""
    await run(admin, "update workflow.recommendation set state = 'WITHDRAWN'")
    asked = Asked("recommendation.place", patience=0.0)
    assert broken(await look(admin, everything, asked)) == {"recommendation.place"}
    await run(admin, UNDELIVERED.format(dead="null") + LANE.format(parked="null"))
    [report] = await look(admin, everything, asked)
    assert (report.broken, report.under_way) == ([], 1)


async def test_a_hold_that_nobody_knows_yet_is_under_way_for_a_day(admin, everything):
    """Its recommendation may be about to come; whoever reconciles asks for it. A day later nobody has, and it is a lost place."""
    asked = Asked("reservation.recommendation", patience=0.0)
    unknown = "id = gen_random_uuid(), recommendation_id = gen_random_uuid(), state = 'HELD', known_at = null, created_at = now()"
    await run(admin, UNCHECKED + twin("quota.reservation", unknown))
    [report] = await look(admin, everything, asked)
    assert (report.broken, report.under_way) == ([], 1)
    await run(
        admin, "update quota.reservation set created_at = now() - interval '2 days' where known_at is null"
    )
    assert broken(await look(admin, everything, asked)) == {"reservation.recommendation"}


UNJUDGEABLE = {
    "reservation.within_numbers": "update quota.ledger set year = 1949",
    "tally.share": "update workflow.cycle set policy = 'nobody/1949'",
    "workflow.told": "update workflow.outbox set data = '{}' where type = 'titles.workflow.certificate.issued.v1'",
}
"""What nobody knows, in a row that a check reads."""


@pytest.mark.parametrize("name", UNJUDGEABLE)
async def test_what_cannot_be_judged_is_a_finding_and_the_check_goes_on(admin, everything, name: str):
    """Each row is named, by its key, and what comes behind it is looked at."""
    whole = await look(admin, everything, Asked(name, patience=0.0))
    await run(admin, UNJUDGEABLE[name])
    reports = await look(admin, everything, Asked(name, patience=0.0))
    assert [report.name for report in reports] == [report.name for report in whole]
    found = [each for report in reports for each in report.broken]
    assert found
    assert {each.why.partition(":")[0] for each in found} == {"cannot be judged"}
    assert len({each.subject for each in found}) == len(found)


@pytest.fixture
def command(stack: Stack, births: Births, tmp_path: Path) -> Callable[..., Awaitable[tuple[int, str]]]:
    """What the command answers and says, in a process of its own with the relay's environment."""

    async def run_it(*arguments: str, **changed: str) -> tuple[int, str]:
        env = stack.layout.environment("relay", stack.keys, str(stack.layout.database_url)) | changed
        said, complained = (tmp_path / f"{name}-{uuid4()}" for name in ("said", "complained"))
        asked = ["--patience", "0", *arguments]
        process = await births.spawn("services.invariants", asked, env, said, complained)
        code = await process.wait()
        return code, complained.read_text(encoding="utf-8") + said.read_text(encoding="utf-8")

    return run_it


async def test_the_command_says_so_by_its_exit_code(command, played):
    """0 whole, 1 broken and named, 2 where a schema cannot be read; each service's own role is enough."""
    code, said = await command()
    assert (code, said.splitlines()[-1].endswith("whole")) == (0, True), said
    broken_by = text("update workflow.cycle set state = :state")
    async with played.begin() as tx:
        cycle_id = await tx.scalar(text("select id from workflow.cycle"))
        await tx.execute(broken_by, {"state": "CLOSED"})
    code, said = await command("--only", "cycle.")
    async with played.begin() as tx:
        await tx.execute(broken_by, {"state": "OPEN"})
    assert (code, "BROKEN workflow cycle.state" in said, str(cycle_id) in said) == (1, True, True), said
    code, said = await command(QUOTA_DATABASE_URL="postgresql://nobody:x@127.0.0.1:1/none")
    assert (code, "cannot be read" in said) == (2, True), said
    code, said = await command("--only", "no.such.thing")
    assert code == 2, said
