"""Scans sent, confirmed and swept at the same moment: one version is in force, nothing unseen is confirmed, nothing is lost."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from typing import Any

import pytest

from services.accounts.evidence.sweeping import sweep
from tests.files.documents import image, pdf
from tests.services.accounts.records import Staff, new_staff
from tests.services.accounts.scans import SCAN, Scans

MANY = 64
NAMED = {"file_name": "毕业证.png"}
"""Pictures are looked into in no time; pages of documents are drawn by a process each."""

IN_FORCE = "select count(*) from evidence_file where stored_at is not null and replaced_at is null"


@pytest.fixture
async def scans(world, answers, apps, session) -> Scans:
    """The scans of someone of the hospital who has passed the online test."""
    staff: Staff = await new_staff(world, await world.hospital(), answers)
    return Scans.of(staff, await apps.get("accounts"), session)


def codes(answers: list[Any]) -> Counter[str]:
    """What was answered how often."""
    return Counter("DONE" if each.is_success else each.json()["code"] for each in answers)


async def test_of_many_scans_at_once_one_is_the_evidence(scans, apps):
    """64 tasks send as many scans: one is in force, the others are told so; once swept, of theirs nothing is left."""
    record = await scans.declared()
    contents = [image(size=(300, 300 + n)) for n in range(MANY)]
    sending = [await scans.link(record, **NAMED) for _ in contents]
    answers = await asyncio.gather(*map(scans.put, sending, contents))
    assert codes(answers) == {"DONE": 1, "EVIDENCE_REPLACED": MANY - 1}
    assert await scans.rows(IN_FORCE) == [1]
    [file] = await scans.versions(record)
    app = await apps.get("accounts")
    await scans.forsake()
    await sweep(app.state.db, app.state.storage)
    digests = {hashlib.sha256(each).hexdigest() for each in contents}
    assert digests & scans.kept() == {file["sha256"]}
    assert (await scans.opened(record)).headers["content-length"] == str(file["size"])


async def test_the_same_scan_at_once_is_kept_once(scans):
    """64 tasks send the same bytes, by one link and by several: the same answer, one version, one event."""
    record = await scans.declared()
    sending = [await scans.link(record, **NAMED) for _ in range(4)]
    answers = await asyncio.gather(*(scans.put(sending[n % 4], image()) for n in range(MANY)))
    assert codes(answers) == {"DONE": MANY}
    assert len({each.text for each in answers}) == 1
    assert await scans.rows(IN_FORCE) == [1]
    assert await scans.rows("select count(*) from outbox where type like '%evidence_sent%'") == [1]


@pytest.mark.parametrize("turn", range(4))
async def test_what_is_confirmed_while_it_is_replaced_was_opened(scans, turn):
    """64 tasks, half of them confirming what they opened, half replacing it: one side wins, never both."""
    record = await scans.declared()
    await scans.sent(record)
    await scans.opened(record)
    newer = await scans.link(record, **NAMED)
    acts = [
        scans.staff.act(record, "CONFIRM") if n % 2 == turn % 2 else scans.put(newer, image())
        for n in range(MANY)
    ]
    answers = await asyncio.gather(*acts)
    done = [each for each in answers if each.is_success]
    now, versions = await scans.staff.read(record), await scans.versions(record)
    if now["state"] == "CONFIRMED":
        assert [each["number"] for each in versions] == [1]
        assert len(done) == 1
    else:
        assert (now["state"], [each["number"] for each in versions]) == ("DECLARED", [1, 2])
        assert {each.request.method for each in done} == {"PUT"}
    others = {"ACTION_NOT_AVAILABLE", "RULES_BROKEN", "STALE_VERSION"}
    assert set(codes(answers)) - {"DONE"} <= others


async def test_what_is_withdrawn_while_it_is_sent_leaves_nothing_behind(scans, apps):
    """Whichever comes first: the record is withdrawn, and no bytes stay."""
    record, content = await scans.declared(), pdf("撤回")
    link = await scans.link(record)
    await asyncio.gather(scans.put(link, content), scans.staff.act(record, "WITHDRAW", scans.staff.own))
    if (await scans.staff.read(record))["state"] == "DECLARED":  # the scan came in between
        await scans.staff.act(record, "WITHDRAW", scans.staff.own)
    app = await apps.get("accounts")
    await scans.forsake()
    await sweep(app.state.db, app.state.storage)
    assert hashlib.sha256(content).hexdigest() not in scans.kept()


async def test_a_sweep_takes_nothing_that_is_sent_again(scans, apps):
    """The same bytes forsaken by one record and sent for others while sweeps run: every record's file is there."""
    app = await apps.get("accounts")
    kinds = ["DEGREE", "CONTRACT", "AID_PERIOD", "CONTINUING_EDUCATION", "WORK_EXPERIENCE", "APPOINTMENT"]
    gone = [await scans.declared(kind) for kind in kinds[:3]]
    for record in gone:
        await scans.sent(record)
    waiting = [await scans.declared(kind) for kind in kinds[3:]]
    sending = [await scans.link(record) for record in waiting]

    async def withdraw_and_sweep(record: dict[str, Any]) -> None:
        await scans.staff.act(record, "WITHDRAW", scans.staff.own)
        await sweep(app.state.db, app.state.storage)

    await asyncio.gather(*map(withdraw_and_sweep, gone), *map(scans.put, sending))
    await sweep(app.state.db, app.state.storage)
    for record in waiting:
        assert (await scans.opened(record)).content == SCAN
    assert await scans.rows("select count(*) from evidence_file where purged_at is not null") == [3]
