"""An installation under writes is copied, a moment noted, harm done, and all of it brought back as it was at the moment."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.backup import base, changes, files, retention
from deploy.backup.__main__ import main
from deploy.backup.installation import Installation
from deploy.backup.repository import NotOurs
from deploy.backup.settings import Settings
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
        await assert_the_file_opens(story, world)
        await everything_delivered(admin)
        assert set(handled) <= set(await admin.fetch(HANDLED))
        await admin.close()
        await assert_the_audit_is_whole(stack, admin_url, place)


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


async def everything_delivered(admin: asyncpg.Connection) -> None:
    """Wait until no event is on its way."""
    async with asyncio.timeout(PATIENCE):
        for schema in SERVICES:
            for query in (OPEN, UNDELIVERED):
                while await admin.fetchval(query.format(schema)):
                    await asyncio.sleep(PAUSE)


async def assert_the_audit_is_whole(stack: Stack, admin_url: str, place: Path) -> None:
    """The relay's own walk finds every chain whole."""
    log = place / "verify.log"
    environment = stack.layout.environment(RELAY, stack.keys, admin_url)
    walk = Process("services.relay", "verify-audit", env=environment, log=log)
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
    """The copies are whole, which the check knows from then on; a file, a segment or a byte less is found and named."""
    assert await command("drill") == 0
    assert await command("check") == 0, capsys.readouterr()
    broken = place / "broken"
    shutil.copytree(story.copies, broken)
    monkeypatch.setenv("BACKUP_URL", broken.as_uri())
    segment = base.newest(story.of().repository).first_segment
    (broken / changes.kept_name(segment)).unlink()
    assert await command("check") == 1
    assert f"segment {segment} is missing" in capsys.readouterr().out
    [file] = (broken / "files").rglob("*.age")
    file.unlink()
    assert await command("drill") == 1
    assert "is missing" in capsys.readouterr().err
    [sealed] = broken.glob("base/*/base.tar.gz.age")
    content = bytearray(sealed.read_bytes())
    content[len(content) // 2] ^= 1
    sealed.write_bytes(content)
    assert await command("drill") == 1
    assert "does not open" in capsys.readouterr().err


async def test_what_no_moment_needs_goes(story, place):
    """Copies before the one that opens the kept time go with their changes, and files that are in no copy that is kept."""
    shutil.copytree(story.copies, place / "old")
    told = story.of(place / "old")
    first = base.newest(told.repository)
    later = first.ended_at + timedelta(days=20)
    second = replace(first, id="later", started=later.isoformat(), ended=later.isoformat())
    told.repository.put_json(second.folder + base.RECORD, asdict(second))
    told.repository.put_json(f"{second.folder}files.json.gz.age", [])
    assert retention.prune(told, first.ended_at + timedelta(days=29)) == 0
    assert retention.prune(told, later + timedelta(days=29)) == 0
    assert retention.prune(told, later + timedelta(days=31)) > 0
    assert [each.id for each in base.copies(told.repository)] == ["later"]
    assert changes.segment_names(told) == []
    assert told.repository.kept(files.FOLDER) == []
