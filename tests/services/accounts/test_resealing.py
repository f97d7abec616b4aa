"""From AES to SM4 while the service runs: old data is read all the while, and sealed anew by a command."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import subprocess
import sys

import pytest
from sqlalchemy import text, update

from services.accounts import reseal as reseal_accounts
from services.accounts.person.model import Person
from services.accounts.reseal import SEALED
from services.kit.sealing import SealBroken, Sealer
from services.resealing import Sealed, reseal
from tests.platform.settings import POLICIES, key
from tests.services.accounts.world import World, new_resident_id, token_at

NATIONAL = f"sm4:{base64.b64encode(os.urandom(16)).decode()}"
BEFORE, BOTH, AFTER = {"k1": key()}, {"k1": key(), "national": NATIONAL}, {"national": NATIONAL}
PHONES = next(each for each in SEALED if each.column is Person.phone_sealed)


def sealer(keys: dict[str, str]) -> Sealer:
    """What a process seals with that has these keys."""
    return Sealer.from_settings(json.dumps(keys), key())


async def told(http, world: World, hospital, person) -> tuple[str, str]:
    """Number and telephone of a person, whole."""
    there = World(http, world.root)
    path, purpose = f"/v1/people/{person['id']}/unmask", {"purpose": "核对身份证件号码"}
    answer = await there.ask("POST", path, token_at(hospital, "REVIEWER"), purpose)
    assert answer.status_code == 200, answer.text
    record = answer.json()["record"]
    return record["documents"][0]["number"], record["phone"]


async def test_from_aes_to_sm4_and_the_old_key_is_let_go(world, client, session, database_url):
    """With both keys everything is read; after the command the new one is enough, and people are found as before."""
    hospital, numbers = await world.hospital(), [new_resident_id() for _ in range(4)]
    people = [
        (await world.add_person(hospital, number=number, phone=f"1399700123{n}"))["person"]
        for n, number in enumerate(numbers[:3])
    ]
    both = await client("accounts", settings={"field_keys": json.dumps(BOTH)})
    assert await told(both, world, hospital, people[0]) == (numbers[0], "13997001230")
    newer = World(both, world.root)
    people.append((await newer.add_person(hospital, number=numbers[3], phone="13997001233"))["person"])

    done = subprocess.run(
        [sys.executable, "-m", "services.accounts.reseal"],
        env=os.environ
        | {
            "DATABASE_URL": database_url("accounts"), "FIELD_KEYS": json.dumps(BOTH), "INDEX_KEY": key(),
            "SERVICE_SECRETS": "{}",
        },
        capture_output=True, text=True, check=False, timeout=60, cwd=POLICIES.parent,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert {"person_document.number_sealed: 3 sealed anew", "person.phone_sealed: 3 sealed anew"} <= set(
        done.stdout.splitlines()
    )
    async with session("accounts") as tx:
        query = "select encode(number_sealed, 'escape') from person_document"
        assert all(each.startswith("national:") for each in await tx.scalars(text(query)))

    after = await client("accounts", settings={"field_keys": json.dumps(AFTER)})
    for n, person in enumerate(people):
        assert await told(after, world, hospital, person) == (numbers[n], f"1399700123{n}")
    again = await World(after, world.root).ask(
        "POST", "/v1/people", token_at(hospital), world.person(hospital, number=numbers[1])
    )
    assert again.json()["code"] == "PERSON_EXISTS"


async def test_many_at_once_overwrite_nobody(world, session, databases):
    """Two commands beside somebody who changes a number meanwhile: each value once, and the change stays."""
    hospital = await world.hospital()
    people = [(await world.add_person(hospital, phone=f"139970020{n:02}"))["person"]["id"] for n in range(12)]
    both, db = sealer(BOTH), databases("accounts")

    async def change() -> None:
        async with session("accounts") as tx:
            changed = sealer(BEFORE).seal_text("13800000000", context="person.phone")
            await tx.execute(update(Person).where(Person.id == people[7]).values(phone_sealed=changed))

    *counts, _ = await asyncio.gather(*(reseal(db, both, PHONES, page=2) for _ in range(3)), change())
    assert sum(counts) <= 13
    assert await reseal(db, both, PHONES) <= 1
    assert await reseal(db, both, PHONES) == 0
    async with session("accounts") as tx:
        query = "select id, phone_sealed from person where phone_sealed is not null"
        kept = {str(row.id): row.phone_sealed for row in await tx.execute(text(query))}
    opened = [sealer(AFTER).open_text(kept[each], context="person.phone") for each in people]
    assert opened == [f"139970020{n:02}" if n != 7 else "13800000000" for n in range(12)]


async def test_what_no_key_opens_is_told_and_left(world, session, databases):
    """A key that was let go too early changes nothing of what it has sealed."""
    hospital = await world.hospital()
    await world.add_person(hospital, phone="13997003000")
    async with session("accounts") as tx:
        before = await tx.scalar(text("select phone_sealed from person where phone_sealed is not null"))
    with pytest.raises(SealBroken):
        await reseal(databases("accounts"), sealer(AFTER), PHONES)
    async with session("accounts") as tx:
        assert (
            await tx.scalar(text("select phone_sealed from person where phone_sealed is not null")) == before
        )
    assert str(Sealed(Person.phone_sealed, str)) == "person.phone_sealed"


def test_a_missing_setting_is_one_line_without_the_others(monkeypatch, capsys):
    """What is told of a setting that is missing holds nothing of those that are there, keys among them."""
    given = {"FIELD_KEYS": '{"k1": "a2VwdC1zZWNyZXQ="}', "SERVICE_SECRET": "kept-secret"}
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert reseal_accounts.main() == 2
    assert capsys.readouterr().err == "accounts: setting DATABASE_URL: Field required\n"
