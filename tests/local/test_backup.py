"""An installation under writes is copied, a moment noted, harm done, and all of it brought back as it was at the moment."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.backup import base, changes, check, drill, files, retention, segments
from deploy.backup.__main__ import main
from deploy.backup.installation import OWNER, SLOT, Installation
from deploy.backup.keeper import Keeper
from deploy.backup.repository import NotOurs
from deploy.backup.settings import Settings
from deploy.local.births import Births
from deploy.local.bootstrap import SERVICES
from deploy.local.layout import PROJECT, RELAY, Layout, Ports
from deploy.local.stack import Stack, running
from services.accounts.installation import ARTICLES_USED, Policies
from tests.platform import clusters
from tests.platform.writers import Writers, Written, province
from tests.services.accounts.records import new_staff
from tests.services.accounts.scans import SCAN, Scans
from tests.services.accounts.world import World
from tests.services.relay.processes import Process

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900)]
PATIENCE, PAUSE = 120, 0.1
HARM = "truncate accounts.person cascade; delete from accounts.audit_chain; update accounts.account set name = 'x'"
OPEN = "select count(*) from {}.outbox where not routed"
UNDELIVERED = "select count(*) from {}.outbox_delivery where delivered_at is null"
HANDLED = "select event_id, handled_at from notifications.inbox"
SEALED = b"age-encryption.org/v1\n"
BROUGHT_BACK_BEFORE = b"1\t0/1000000\tbefore 2020-01-01 00:00:00+00\n"
TIMELINE = "select timeline_id from pg_control_checkpoint()"
LOSE = "select pg_logical_emit_message(false, 'filler', repeat('x', 1000000)), pg_switch_wal()"
LOST = f"select wal_status = 'lost' from pg_replication_slots where slot_name = '{SLOT}'"


@dataclass
class Story:
    """What happened to an installation before it was lost."""

    run: Path
    copies: Path
    written: dict[Any, Written] = field(default_factory=dict)
    moment: datetime = datetime.now(UTC)  # noqa: RUF009 - replaced by the one that is noted
    owner: Any = None
    record: dict[str, Any] = field(default_factory=dict)

    def of(self, copies: Path | None = None) -> Installation:
        """Its copies, or those of another place, as whoever brings them back sees them."""
        url = (copies or self.copies).as_uri()
        return Installation.of(Layout(self.run, Ports.free()), "", Settings(backup_url=url))


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """Where the installations of this file lie."""
    with clusters.place() as folder:
        yield folder


@pytest.fixture(scope="module")
async def story(place, births) -> Story:
    """A stack whose copies are kept: a file is sent, people are put on record, a moment is noted, then harm is done."""
    told = Story(place / "run", place / "copies")
    told.run.mkdir()
    (told.run / "secrets.json").write_text(clusters.keys().model_dump_json(), encoding="utf-8")
    async with clusters.cluster(place / "cluster") as postgres:
        admin_url = clusters.database(postgres)
        layout = Layout(
            told.run, Ports.free(), admin_url, backup_url=told.copies.as_uri(), second_factor=False
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("BACKUP_SECONDS", "0.3")
            async with running(layout, spawner=births) as stack, province(stack, admin_url) as world:
                await live(told, world)
        admin = await asyncpg.connect(admin_url)
        await admin.execute(HARM)
        await admin.close()
    shutil.rmtree(told.run / "evidence")
    told.of().repository.put(changes.kept_name("00000002.history"), gzip.compress(BROUGHT_BACK_BEFORE))
    return told


async def live(told: Story, world: World) -> None:
    """What the installation goes through; everything but its first seconds is newer than the copy."""
    unit = await world.hospital()
    writers = Writers(world, unit)
    async with writers.at_work(2):
        await until(lambda: bool(base.copies(told.of().repository)))
        staff = await new_staff(world, unit, right_answers)
        scans = Scans(staff, told.run / "evidence", None)
        told.owner, told.record = staff, await scans.declared()
        await scans.sent(told.record)
        await writers.until(10)
        told.moment = datetime.now(UTC)
        await writers.until(10)
    told.written = writers.acknowledged


def right_answers(attempt: dict[str, Any]) -> dict[str, str]:
    """What passes the online test."""
    questions = Policies(PROJECT / "policies", "qinghai", used=ARTICLES_USED).of(2023).learning.questions
    known = {question.id: question.answer[0] for question in questions}
    return {question["id"]: known[question["id"]] for question in attempt["questions"]}


async def until(holds: Any) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(PAUSE)


@pytest.fixture
def command(story, monkeypatch):
    """`await command("restore", ...)`: the command line on the lost installation; its exit code."""
    monkeypatch.setenv("RUN_DIR", str(story.run))
    monkeypatch.setenv("BACKUP_URL", story.copies.as_uri())

    async def run(*words: str) -> int:
        return await asyncio.to_thread(main, list(words))

    return run


async def test_it_is_brought_back_to_the_moment(story, command, place, births, capsys):
    """What was acknowledged before is there, what was asked for after is not; audit whole, nothing done twice, files there."""
    into = place / "back"
    assert await command("restore", "--into", str(into), "--to", story.moment.isoformat()) == 0, (
        capsys.readouterr()
    )
    assert "1 files named by rows are there" in capsys.readouterr().out
    handled = await as_it_lies(into, HANDLED)
    assert handled
    layout = Layout(into, Ports.free())
    admin_url = f"postgresql://postgres:{clusters.PASSWORD}@127.0.0.1:{layout.ports.postgres}/titles"
    async with running(layout, spawner=births) as stack, province(stack, admin_url) as world:
        admin = await asyncpg.connect(admin_url)
        there = {row["id"] for row in await admin.fetch("select id from accounts.person")}
        before = {each for each, written in story.written.items() if written.answered_at <= story.moment}
        after = {each for each, written in story.written.items() if written.asked_at > story.moment}
        assert before
        assert after
        assert (before - there, after & there) == (set(), set())
        assert await admin.fetchval(TIMELINE) == 3, "it writes over what an earlier one has written"
        await assert_the_file_opens(story, world)
        await everything_delivered(admin)
        assert set(handled) <= set(await admin.fetch(HANDLED))
        await assert_the_audit_is_whole(stack, admin_url, place, births)
        await assert_a_file_less_is_found(into, admin)
        await admin.close()


async def as_it_lies(run: Path, query: str) -> list[Any]:
    """What an installation answers before anything of it runs but its server."""
    postgres = clusters.at(run / "postgres")
    postgres.start()
    admin = await asyncpg.connect(clusters.database(postgres))
    found: list[Any] = await admin.fetch(query)
    await admin.close()
    postgres.stop()
    return found


async def assert_the_file_opens(story: Story, world: World) -> None:
    """The scan comes back as it was sent."""
    scans = Scans(story.owner, story.run, None)
    scans.staff.world = world
    assert (await scans.opened(story.record)).content == SCAN


async def assert_a_file_less_is_found(run: Path, admin: asyncpg.Connection) -> None:
    """What looks at a copy that was brought back names the file that is missing, or altered."""
    assert await drill.read_named(admin, run) == 1
    [file] = [path for path in (run / "evidence").rglob("*") if path.is_file()]
    file.write_bytes(file.read_bytes() + b".")
    with pytest.raises(drill.DrillFailed, match="was altered"):
        await drill.read_named(admin, run)
    file.unlink()
    with pytest.raises(drill.DrillFailed, match="is missing"):
        await drill.read_named(admin, run)


async def everything_delivered(admin: asyncpg.Connection) -> None:
    """Wait until no event is on its way."""
    async with asyncio.timeout(PATIENCE):
        for schema in SERVICES:
            for query in (OPEN, UNDELIVERED):
                while await admin.fetchval(query.format(schema)):
                    await asyncio.sleep(PAUSE)


async def assert_the_audit_is_whole(stack: Stack, admin_url: str, place: Path, births: Births) -> None:
    """The relay's own walk finds every chain whole."""
    log = place / "verify.log"
    environment = stack.layout.environment(RELAY, stack.keys, admin_url)
    walk = Process("services.relay", "verify-audit", env=environment, log=log, spawner=births)
    assert await walk.done() == 0, log.read_text()
    assert [line.split(",")[0] for line in log.read_text().splitlines()] == [
        f"{name}: whole" for name in SERVICES
    ]


async def test_what_cannot_be_brought_back_says_why(story, command, place, capsys):
    """A moment after all that is kept, one before the first copy, one without a zone, a folder with something in it."""
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    cases = {
        (str(place / "later"), later): "what is kept ends before",
        (
            str(place / "early"),
            "2020-01-01T00:00:00+08:00",
        ): "there is no copy that was complete at 2020-01-01",
        (str(place / "zone"), "2026-11-02T15:04:05"): "give a moment with its zone",
        (str(story.run), story.moment.isoformat()): "is not empty",
    }
    for (into, to), reason in cases.items():
        assert await command("restore", "--into", into, "--to", to) == 2
        assert reason in capsys.readouterr().err


async def test_nothing_of_it_can_be_read_where_it_is_kept(story):
    """Every object is sealed; another identity opens none."""
    kept = [path for path in story.copies.rglob("*") if path.is_file()]
    assert kept
    assert {path.read_bytes()[: len(SEALED)] for path in kept} == {SEALED}
    stranger = Settings(backup_url=story.copies.as_uri(), backup_identity=story.run / "another.txt")
    with pytest.raises(NotOurs):
        base.copies(Installation.of(Layout(story.run, Ports.free()), "", stranger).repository)


async def test_a_drill_finds_what_is_wrong(story, command, place, capsys, monkeypatch):
    """The copies are whole, which the check knows from then on; a segment less or a byte altered is found and named."""
    left = left_by_a_killed_drill()
    assert await command("drill") == 0
    assert not left.exists()
    assert await command("check") == 0, capsys.readouterr()
    broken = place / "broken"
    shutil.copytree(story.copies, broken)
    monkeypatch.setenv("BACKUP_URL", broken.as_uri())
    segment = base.newest(story.of().repository).first_segment
    (broken / changes.kept_name(segment)).unlink()
    assert await command("check") == 1
    assert f"segment {segment} is missing" in capsys.readouterr().out
    [sealed] = broken.glob("base/*/base.tar.gz.age")
    content = bytearray(sealed.read_bytes())
    content[len(content) // 2] ^= 1
    sealed.write_bytes(content)
    assert await command("drill") == 1
    assert "does not open" in capsys.readouterr().err


def left_by_a_killed_drill() -> Path:
    """A folder as a drill makes one, whose process is gone."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = drill.SCRATCHES / f"{drill.SCRATCH}{gone.pid}-left"
    left.mkdir()
    return left


async def test_what_no_moment_needs_goes(story, place):
    """Copies before the one that opens the kept time go with their changes, and files that are in no copy that is kept."""
    shutil.copytree(story.copies, place / "old")
    told = story.of(place / "old")
    first = base.newest(told.repository)
    later = first.ended_at + timedelta(days=20)
    second = replace(first, id="later", started=later.isoformat(), ended=later.isoformat())
    told.repository.put_json(second.folder + base.RECORD, asdict(second))
    told.repository.put_json(second.folder + base.FILES, [])
    told.repository.put("base/broken off/base.tar.gz.age", b"of no copy")
    assert retention.prune(told, first.ended_at + timedelta(days=29)) == 0
    assert retention.prune(told, later + timedelta(days=29)) == 0
    assert retention.prune(told, later + timedelta(days=31)) > 0
    assert [each.id for each in base.copies(told.repository)] == ["later"]
    assert [each for each in changes.segment_names(told) if not segments.HISTORY.match(each)] == []
    assert {each.name.split("/")[1] for each in told.repository.kept(base.FOLDER)} == {"later"}
    assert told.repository.kept(files.FOLDER) == []


@pytest.fixture(scope="module")
async def small(place: Path) -> AsyncIterator[Installation]:
    """An installation of nothing but a database, which keeps few changes for whoever is away."""
    few = {"wal_keep_size": "0", "max_slot_wal_keep_size": "1MB"}
    run = place / "small-run"
    async with clusters.cluster(place / "small", few) as postgres:
        url = clusters.database(postgres)
        settings = Settings(
            backup_url=(place / "small-copies").as_uri(), backup_seconds=0.1, backup_drill_days=100_000
        )
        yield Installation.of(Layout(run, Ports.free(), url), url, settings)


@pytest.fixture
async def admin(small: Installation) -> AsyncIterator[asyncpg.Connection]:
    """Its administrator."""
    connection = await asyncpg.connect(small.admin_url)
    yield connection
    await connection.close()


@pytest.fixture
def by_hand(small, command, monkeypatch):
    """The command line on the small one."""
    monkeypatch.setenv("RUN_DIR", str(small.run))
    monkeypatch.setenv("BACKUP_URL", small.settings.backup_url)
    monkeypatch.setenv("DATABASE_URL", small.admin_url)
    return command


async def test_a_copy_is_taken_by_hand(small, by_hand, capsys):
    """It is in the list; nothing of it is old."""
    assert await by_hand("take") == 0
    [copy] = base.copies(small.repository)
    assert copy.id in capsys.readouterr().out
    assert await by_hand("list") == 0
    assert capsys.readouterr().out.startswith(f"{copy.id}  complete {copy.ended}")
    assert await by_hand("prune") == 0
    assert capsys.readouterr().out == "0 objects let go\n"
    assert await by_hand("check") == 1
    assert "nobody carries changes away" in capsys.readouterr().out


async def test_changes_that_were_lost_are_followed_by_a_copy(small, admin):
    """The server gave up the slot of a keeper that was away: the next one begins anew, by itself."""
    before = base.copies(small.repository)
    await admin.execute("select pg_create_physical_replication_slot($1, true)", SLOT)
    async with asyncio.timeout(PATIENCE):
        while not await admin.fetchval(LOST):
            await admin.execute(LOSE)
            await admin.execute("checkpoint")
    stop = asyncio.Event()
    keeping = asyncio.create_task(Keeper(small).keep(stop))
    await until(lambda: len(base.copies(small.repository)) > len(before))
    after = base.newest(small.repository)
    await until(lambda: gap_after(small, after) is None)
    stop.set()
    await keeping
    assert [each for each in check.problems(small) if after.id in each] == []


def gap_after(installation: Installation, copy: base.Copy) -> str | None:
    """The first segment that is missing behind a copy."""
    return segments.missing(changes.segment_names(installation), copy.first_segment, copy.segment_bytes)


async def test_no_installation_writes_over_another_ones_copies(small, by_hand, place, monkeypatch, capsys):
    """A place that another has is refused, by the command and by the keeper, and nothing in it changes."""
    taken = Installation.of(
        Layout(small.run, Ports.free()),
        small.admin_url,
        small.settings.model_copy(update={"backup_url": (place / "taken").as_uri()}),
    )
    taken.repository.put_json(OWNER, {"system": "another"})
    monkeypatch.setenv("BACKUP_URL", taken.settings.backup_url)
    assert await by_hand("take") == 2
    assert "holds the copies of another installation" in capsys.readouterr().err
    small.spool.mkdir(exist_ok=True)
    (small.spool / "000000010000000000000001").write_bytes(b"ours")
    stop = asyncio.Event()
    keeping = asyncio.create_task(Keeper(taken).keep(stop))
    await until(lambda: "another installation" in capsys.readouterr().out)
    stop.set()
    await keeping
    assert [each.name for each in taken.repository.kept("")] == [OWNER]


async def test_nothing_waits_for_a_copy(small, monkeypatch):
    """While the server sends one, whatever else there is to do goes on."""
    sending, goes_on = threading.Event(), threading.Event()

    def slow(*_: object) -> str:
        sending.set()
        assert goes_on.wait(PAUSE * 50)
        return "start point: 0/2000028 on timeline 1, end point: 0/2000100"

    monkeypatch.setattr(base, "_stream", slow)
    taking = asyncio.create_task(base.take(small))
    await until(sending.is_set)
    goes_on.set()
    await taking
