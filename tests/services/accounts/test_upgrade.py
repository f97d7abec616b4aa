"""A database that holds people of the release before is upgraded; both releases run on it meanwhile, and know the same people."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from deploy.local.bootstrap import bootstrap
from migrations import run
from services.kit.sealing import Sealer
from tests.platform.apps import Apps, over_asgi
from tests.platform.settings import settings_for
from tests.services.accounts.test_document_mending import mend
from tests.services.accounts.test_documents import document
from tests.services.accounts.world import (
    PROVINCE,
    Organisation,
    World,
    new_login,
    new_resident_id,
    new_uscc,
    refused,
    token_at,
)

BEFORE, SIDE_BY_SIDE = "0004", "0009"
ADDED_SINCE = "alter table outbox add request_id varchar(64), add traceparent varchar(55)"
"""What the code of now writes everywhere, and a later migration adds."""
TAKEN_BACK = "alter table outbox drop request_id, drop traceparent"
RESIDENT_ID = "person.resident_id"


class Old:
    """The database, and what the code of before writes into it."""

    def __init__(self, admin: asyncpg.Connection, sealer: Sealer) -> None:
        self.admin, self.sealer = admin, sealer

    async def insert(self, table: str, **values: Any) -> None:
        """One row."""
        places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
        names = ", ".join(values)
        await self.admin.execute(
            f"insert into accounts.{table} ({names}) values ({places})", *values.values()
        )

    async def organisation(self, parent: Organisation | None, **told: Any) -> Organisation:
        """An organisation as it was kept."""
        own, level = uuid4(), "PROVINCE"
        above = list(parent["lineage"]) if parent else []
        line = [*(each["id"] for each in above), own]
        here = {"id": own, "lineage": line, "parent_id": above[-1]["id"] if above else None}
        kept = {
            "province": "qinghai",
            "level": level,
            "region_code": PROVINCE,
            "state": "ACTIVE",
            "name": "机构",
        }
        await self.insert("organisation", **kept, **here, **told)
        lineage = [*above, {"id": own, "kind": told["kind"], "level": level}]
        return {"id": str(own), "lineage": lineage, "region_code": PROVINCE, "level": level}

    async def person(self, unit: Organisation, number: str) -> UUID:
        """A person as the code of before makes one: the resident id in columns of its own, no document, no employment."""
        account, person, unit_id = uuid4(), uuid4(), UUID(unit["id"])
        kept = {"province": "qinghai", "name": "卓玛"}
        login = {"login": new_login(), "organisation_id": unit_id}
        await self.insert("account", id=account, **kept, **login)
        await self.insert(
            "person",
            **kept,
            id=person,
            account_id=account,
            kind="ON_ESTABLISHMENT",
            employer_id=unit_id,
            state="ACTIVE",
            lineage=[each["id"] for each in unit["lineage"]],
            resident_id_sealed=self.sealer.seal_text(number, context=RESIDENT_ID),
            resident_id_digest=self.sealer.index(number, context=RESIDENT_ID),
            phone_sealed=self.sealer.seal_text("13997001234", context="person.phone"),
        )
        return person

    async def reads(self, person_id: UUID) -> str | None:
        """The resident id that the code of before reads."""
        query = "select resident_id_sealed from accounts.person where id = $1"
        sealed = await self.admin.fetchval(query, person_id)
        return self.sealer.open_text(sealed, context=RESIDENT_ID) if sealed else None


@pytest.mark.clause("2.2.1")
async def test_people_of_the_release_before_are_there_after_the_upgrade(fresh_database, test_server):
    """Made before, made by old code meanwhile, made by new code meanwhile: each is read, found, and made once."""
    await bootstrap(fresh_database, test_server.passwords)
    await run.upgrade(fresh_database, "accounts", BEFORE)
    name = fresh_database.rpartition("/")[2]

    def settings(service: str, **changed: Any) -> Any:
        return settings_for(lambda each: test_server.url(each, name), service, **changed)

    given = settings("accounts")
    sealer = Sealer.from_settings(given.field_keys.get_secret_value(), given.index_key.get_secret_value())
    async with AsyncExitStack() as stack:
        admin = await asyncpg.connect(fresh_database, server_settings={"search_path": "accounts, extensions"})
        stack.push_async_callback(admin.close)
        old = Old(admin, sealer)
        root = await old.organisation(None, kind="HRSS")
        employer = {"kind": "EMPLOYER", "nature": "PUBLIC_INSTITUTION"}
        unit = await old.organisation(root, **employer, uscc=new_uscc())
        numbers = [new_resident_id(born=f"197501{day:02}") for day in range(1, 6)]
        people = [await old.person(unit, numbers[0])]

        await run.upgrade(fresh_database, "accounts", SIDE_BY_SIDE)
        await admin.execute(ADDED_SINCE)
        people.append(await old.person(unit, numbers[1]))
        app = await Apps(settings).fresh("accounts", stack, {}, {})
        world = World(await stack.enter_async_context(over_asgi(app)), root, {"hospital": unit})
        made = (await world.add_person(unit, number=numbers[2]))["person"]
        people.append(UUID(made["id"]))
        assert [await old.reads(each) for each in people] == numbers[:3]
        await refuses_whom_either_knows(world, old, unit, numbers[:3])
        mended = await mend(world, made, 0, document("RESIDENT_ID", numbers[3]))
        assert mended.status_code == 200, mended.text
        assert await old.reads(people[2]) == numbers[3]

        await admin.execute(TAKEN_BACK)
        assert await run.upgrade(fresh_database, "accounts") == run.heads("accounts")
        assert await run.difference(fresh_database, "accounts") == []
        await app.state.db.engine.dispose()
        await reads_all(world, unit, people, [numbers[0], numbers[1], numbers[3]])
        await world.add_person(unit, number=numbers[2])


async def refuses_whom_either_knows(world: World, old: Old, unit: Organisation, numbers: list[str]) -> None:
    """A number that one of the two releases has written gets no second account from the other."""
    for number in numbers:
        told = world.person(unit, number=number)
        refused(await world.ask("POST", "/v1/people", token_at(unit), told), 409, "PERSON_EXISTS")
        with pytest.raises(asyncpg.UniqueViolationError):
            await old.person(unit, number)


async def reads_all(world: World, unit: Organisation, people: list[UUID], numbers: list[str]) -> None:
    """Documents, telephone and employment of each, over the API."""
    token = token_at(unit)
    for person, number in zip(people, numbers, strict=True):
        read = (await world.ask("GET", f"/v1/people/{person}", token)).json()
        assert read["masked_resident_id"] == f"{number[:3]}***********{number[-4:]}"
        whole = await world.ask("POST", f"/v1/people/{person}/unmask", token, {"purpose": "核对身份证件"})
        assert [each["number"] for each in whole.json()["record"]["documents"]] == [number]
        [period] = (await world.ask("GET", f"/v1/people/{person}/employments", token)).json()["items"]
        assert (period["organisation_id"], period["ended_on"]) == (unit["id"], None)
    asked = {"person_ids": [str(each) for each in people], "cycle": 2023}
    facts = (await world.ask("POST", "/v1/people/facts", token, asked)).json()["items"]
    assert all(each["employer_id"] == unit["id"] and each["employed_since"] for each in facts)
    assert len(facts) == len(people)
