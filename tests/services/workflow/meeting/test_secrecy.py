"""A ballot cannot be traced to its expert: not over HTTP, not in the database, not in its row versions, not in the logs."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest

from tests.services.workflow.meeting.season import Season, seed_declaration

PRESENT = 11
IN_FAVOUR = [True, False] * 5 + [True]
WAITING = "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
TABLES = "select tablename from pg_tables where schemaname = 'workflow' order by tablename"


async def dump(admin: asyncpg.Connection) -> dict[str, list[str]]:
    """Every row of every table, as text, with the transaction that wrote it and its place, in the order of the transactions."""
    tables = [row["tablename"] for row in await admin.fetch(TABLES)]
    query = "select xmin::text || ' ' || ctid::text || ' ' || t::text as line from workflow.{} t order by xmin::text::bigint, ctid"
    return {each: [row["line"] for row in await admin.fetch(query.format(each))] for each in tables}


def shape(dumped: dict[str, list[str]]) -> dict[str, list[str]]:
    """A dump with everything random or of the moment replaced by the order in which it first appears."""
    known: dict[str, str] = {}

    def alias(found: re.Match[str]) -> str:
        return known.setdefault(found[0], f"#{len(known)}")

    random = re.compile(
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        r"|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d(:?\d\d)?|Z)?"
        r"|(?<=\\\\x)[0-9a-f]+|\b[0-9a-f]{64}\b"
    )
    by_length = re.compile(r"(?<=\\\\x)[0-9a-f]+")

    def plain(line: str) -> str:
        line = by_length.sub(lambda found: f"<{len(found[0])}>", line)
        return random.sub(alias, line)

    def transaction(line: str) -> str:
        return known.setdefault(f"transaction {line.split(maxsplit=1)[0]}", f"#{len(known)}")

    return {
        table: [f"{transaction(line)} {plain(line.partition(' ')[2])}" for line in lines]
        for table, lines in dumped.items()
    }


@pytest.mark.clause("3.3.3")
async def test_two_votes_with_opposite_ballots_leave_the_same_traces(hall, season, session, admin):
    """One declaration gets yes where the other gets no: what the database adds for both is alike to the byte's length."""
    async with session("workflow") as tx:
        await seed_declaration(tx, season)
    voters = await hall.open()
    grown: list[dict[str, list[str]]] = []
    for declaration_id, votes in zip(
        season.declarations, (IN_FAVOUR, [not each for each in IN_FAVOUR]), strict=True
    ):
        before = await dump(admin)
        for who, vote in zip(voters, votes, strict=True):
            answer = await hall.vote(
                who, declaration_id, vote, **{"idempotency-key": f"{declaration_id} {who.account_id}"}
            )
            assert answer.status_code == 201
        after = await dump(admin)
        new = {table: [line for line in lines if line not in before[table]] for table, lines in after.items()}
        grown.append({table: lines for table, lines in new.items() if lines})
    assert set(grown[0]) == set(grown[1]) == {"audit_log", "ballot_box", "ballot_roll"}
    assert [bare(each) for each in grown[:1]] == [bare(each) for each in grown[1:]]


def bare(grown: dict[str, list[str]]) -> dict[str, list[str]]:
    """The new rows without their place on disk, aliases for what is random."""
    stripped = {
        table: [re.sub(r"^(\d+) \(\d+,\d+\)", r"\1 ()", line) for line in lines]
        for table, lines in grown.items()
    }
    return shape(stripped)


@pytest.mark.clause("3.3.3")
async def test_while_the_vote_runs_no_row_holds_a_ballot(hall, season, admin):
    """The roll has three columns; one box a declaration, rewritten at each vote; no key of a request is remembered."""
    voters = await hall.open()
    [empty] = await boxes(admin)
    for who, vote in zip(voters, IN_FAVOUR, strict=True):
        await hall.vote(who, season.declarations[0], vote, **{"idempotency-key": str(who.account_id)})
    assert await columns(admin, "ballot_roll") == {"meeting_id", "declaration_id", "expert_id"}
    [full] = await boxes(admin)
    assert full["sealed"] != empty["sealed"]
    assert len(full["sealed"]) == len(empty["sealed"])
    assert full["xmin"] == (await rows(admin, "ballot_roll"))[-1]["xmin"]
    for nothing in ("ballot", "ballot_tally"):
        assert await rows(admin, nothing) == []
    kept = await admin.fetch("select key from workflow.idempotency_key")
    assert not {row["key"] for row in kept} & {str(who.account_id) for who in voters}


@pytest.mark.clause("3.3.3")
async def test_once_counted_ballots_tell_no_order_and_no_time(hall, season, session, admin):
    """All ballots come from one transaction under random ids, in an order that is not the order of the votes."""
    async with session("workflow") as tx:
        for _ in range(5):
            await seed_declaration(tx, season)
    voters = await hall.open()
    for declaration_id in season.declarations:
        for who, vote in zip(voters, IN_FAVOUR, strict=True):
            await hall.vote(who, declaration_id, vote)
    await hall.did("CLOSE_VOTE")
    found = await rows(admin, "ballot")
    assert len(found) == len(season.declarations) * PRESENT
    assert len({row["xmin"] for row in found}) == 1
    assert {row["id"].version for row in found} == {4}
    assert await columns(admin, "ballot") == {"id", "meeting_id", "declaration_id", "in_favour"}
    for order in (found, sorted(found, key=lambda row: row["id"])):
        assert guessed(order, season) < 1
    for gone in ("ballot_key", "ballot_box"):
        assert await rows(admin, gone) == []


def guessed(order: Sequence[Any], season: Season) -> float:
    """The share of declarations whose ballots, read in `order`, are the votes in the order they were cast."""
    read = {
        each: [row["in_favour"] for row in order if row["declaration_id"] == each]
        for each in season.declarations
    }
    return sum(votes == IN_FAVOUR for votes in read.values()) / len(read)


@pytest.mark.clause("3.3.3")
async def test_answers_audit_history_events_and_logs_never_say_how(hall, season, admin, capsys):
    """Whichever way a ballot goes, its answer and its traces in words are the same."""
    voters = await hall.open()
    capsys.readouterr()
    yes = await hall.vote(voters[0], season.declarations[0], True)
    no = await hall.vote(voters[1], season.declarations[0], False)
    assert yes.json() == no.json()
    assert without_id(yes.headers) == without_id(no.headers)
    again = [
        await hall.vote(voters[n], season.declarations[0], vote) for n in (0, 1) for vote in (True, False)
    ]
    told = [{key: value for key, value in each.json().items() if key != "request_id"} for each in again]
    assert told == [told[0]] * 4
    logged = capsys.readouterr().out
    assert logged.count("/ballots") == 6
    assert "in_favour" not in logged
    for table in ("audit_log", "history", "outbox", "idempotency_key", "publicity"):
        assert "in_favour" not in " ".join((await dump(admin))[table])
    cast = await admin.fetch("select detail, subject from workflow.audit_log where action = 'ballot.CAST'")
    assert [row["detail"] for row in cast] == [f'{{"declaration_id": "{season.declarations[0]}"}}'] * 2


@pytest.mark.clause("3.3.3")
async def test_a_vote_that_breaks_leaves_neither_ballot_nor_roll(hall, season, admin):
    """When the box cannot be written the roll is not written either, and the expert simply votes again."""
    voters = await hall.open()
    await admin.execute(
        "alter table workflow.ballot_box add constraint broken check (sealed is null) not valid"
    )
    try:
        answer = await hall.vote(voters[0], season.declarations[0], True)
    finally:
        await admin.execute("alter table workflow.ballot_box drop constraint broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")
    assert await rows(admin, "ballot_roll") == []
    assert (await hall.vote(voters[0], season.declarations[0], True)).status_code == 201


@pytest.mark.clause("3.3.3")
async def test_a_server_lost_under_a_vote_leaves_neither_ballot_nor_roll(hall, season, admin):
    """The connection is killed after the roll and before the box: nothing of the vote stays, and a retry counts once."""
    voters = await hall.open()
    [empty] = await boxes(admin)
    async with admin.transaction():
        await admin.execute("select 1 from workflow.ballot_box for update")
        voting = asyncio.create_task(hall.vote(voters[0], season.declarations[0], True))
        while not (pids := await admin.fetch(WAITING)):
            await asyncio.sleep(0.01)
        await admin.execute("select pg_terminate_backend($1)", pids[0]["pid"])
        assert (await voting).status_code == 503
    assert await rows(admin, "ballot_roll") == []
    assert [row["sealed"] for row in await boxes(admin)] == [empty["sealed"]]
    await hall.vote_all([True] * 8 + [False] * 3, voters, season.declarations[0])
    [result] = (await hall.did("CLOSE_VOTE"))["results"]
    assert (result["in_favour"], result["against"]) == (8, 3)


@pytest.mark.clause("3.3.3")
async def test_a_traceback_is_logged_without_values():
    """What a failing request held in its variables - a ballot, a key - is not in the log line of its failure."""
    program = (
        "import structlog; from services.kit import logging; logging.configure('INFO', 'workflow')\n"
        "try:\n    in_favour = 'BALLOT'; raise ValueError\n"
        "except ValueError as error: structlog.get_logger().error('failed', exc_info=error)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert '"event": "failed"' in told.stdout
    assert "BALLOT" not in told.stdout + told.stderr


async def test_a_tampered_box_stops_the_count(hall, season, admin):
    """A box put back to an earlier state disagrees with the roll, an altered one does not open: nothing is counted."""
    voters = await hall.open()
    [empty] = await boxes(admin)
    await hall.vote_all(IN_FAVOUR, voters, season.declarations[0])
    [full] = await boxes(admin)
    for wrong in (empty["sealed"], full["sealed"][:-1] + bytes([full["sealed"][-1] ^ 1])):
        await admin.execute("update workflow.ballot_box set sealed = $1", wrong)
        answer = await hall.act("CLOSE_VOTE")
        assert (answer.status_code, answer.json()["code"]) == (409, "BALLOT_BOX_DISAGREES")
    await admin.execute("update workflow.ballot_box set sealed = $1", full["sealed"])
    [result] = (await hall.did("CLOSE_VOTE"))["results"]
    assert (result["in_favour"], result["against"]) == (6, 5)


async def test_the_tally_is_signed_and_can_be_counted_again(hall, season, admin):
    """The recount of the ballots agrees, the signature holds; a tally altered in the database is found out."""
    await hall.decide(in_favour=8)
    counted = {"declaration_id": str(season.declarations[0]), "in_favour": 8, "against": 3}
    assert (await hall.get(season.supervisor, "/recount")).json() == [
        counted | {"agrees": True, "signature_valid": True}
    ]
    await admin.execute("update workflow.ballot_tally set in_favour = 3, against = 8")
    assert (await hall.get(season.supervisor, "/recount")).json() == [
        counted | {"agrees": False, "signature_valid": False}
    ]


@pytest.mark.parametrize(
    "table", ["ballot", "ballot_tally", "meeting_draw", "expert_pledge", "expert_training"]
)
@pytest.mark.parametrize(
    "statement", ["delete from {}", "update {} set meeting_id = meeting_id", "truncate {}"]
)
async def test_the_service_itself_cannot_rewrite_a_count(direct_url, table, statement):
    """Ballots, tallies, draws, training and pledges are append-only for the service's own role."""
    service = await asyncpg.connect(direct_url("workflow"))
    statement = statement.replace("meeting_id", "expert_id") if table == "expert_pledge" else statement
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await service.execute(statement.format(table))
    await service.close()


async def boxes(admin: asyncpg.Connection) -> list[Any]:
    """The boxes as they are."""
    return await rows(admin, "ballot_box")


async def rows(admin: asyncpg.Connection, table: str) -> list[Any]:
    """The rows of a table in the order on disk, with the transaction that wrote each."""
    return list(
        await admin.fetch(f"select xmin::text, * from workflow.{table} order by xmin::text::bigint, ctid")
    )


async def columns(admin: asyncpg.Connection, table: str) -> set[str]:
    """The columns of a table."""
    query = "select column_name from information_schema.columns where table_schema = 'workflow' and table_name = $1"
    return {row["column_name"] for row in await admin.fetch(query, table)}


def without_id(headers: Any) -> dict[str, str]:
    """Headers without the request's id."""
    return {key: value for key, value in headers.items() if key != "x-request-id"}
