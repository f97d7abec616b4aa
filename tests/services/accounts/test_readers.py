"""Who reads for an audience: the same accounts whose tokens answer to it, page by page, told to our own services alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from services.accounts.audience import store
from services.accounts.audience.states import Whom
from services.accounts.organisation import closure
from services.kit.clock import Moment
from tests.platform.tokens import mint
from tests.services.accounts.many import fill_accounts
from tests.services.accounts.test_organisation_subtree import DEEP, ROWS
from tests.services.accounts.test_roles import hired
from tests.services.accounts.world import PROVINCE, World, refused, token_at

DELEGATION = """
insert into delegation (id, province, delegator_id, delegate_id, role, organisation_id, begins_on, ends_on, reason, state)
values (gen_random_uuid(), 'qinghai', :one, :other, 'REVIEWER', :at, :day, :day, '休假', 'AGREED')
"""


async def reading(world: World, audience: str, *roles: str, first: int = 100) -> list[str]:
    """The accounts that read for an audience, over all pages."""
    found, after = [], None
    while True:
        told = {"audience": audience, "roles": list(roles), "first": first} | (
            {"after": after} if after else {}
        )
        headers = {"authorization": f"Bearer {mint(kind='service')}"}
        answer = await world.http.get("/v1/readers", params=told, headers=headers)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= first
        found += [each["account_id"] for each in page["items"]]
        after = page["next_cursor"]
        if after is None:
            return found


async def test_readers_are_those_whose_seats_answer(world: World, session: Any):
    """Seats by role at the place itself, within by subtree; a delegate as the colleague; nobody of a closed place."""
    hospital = await world.hospital()
    beside = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    reviewer = (await hired(world, hospital, "REVIEWER", "RECOMMENDER"))["id"]
    stand_in = (await hired(world, hospital, "SUPERVISOR"))["id"]
    person = (await world.add_person(hospital))["person"]
    elsewhere = (await hired(world, beside, "REVIEWER"))["id"]
    seats, within = f"seats/{hospital['id']}", f"within/{hospital['parent_id']}"
    assert await reading(world, seats, "REVIEWER") == [reviewer]
    today = Moment(datetime.now(UTC)).today
    async with session("accounts") as tx:
        row = {"one": reviewer, "other": stand_in, "at": hospital["id"], "day": today}
        await tx.execute(text(DELEGATION), row)
    assert set(await reading(world, seats, "REVIEWER", "RECOMMENDER")) == {reviewer, stand_in}
    staff = {reviewer, stand_in, person["account_id"]}
    assert staff < set(await reading(world, f"within/{hospital['id']}", first=2))
    assert await reading(world, within, "APPLICANT") == [person["account_id"]]
    assert {reviewer, elsewhere} <= set(
        await reading(world, f"within/{world.root['id']}", "REVIEWER", first=1)
    )
    assert set(await reading(world, "everyone", "REVIEWER", first=1)) == {reviewer, stand_in, elsewhere}
    everyone = await reading(world, "everyone", first=2)
    assert everyone == sorted(everyone, reverse=True)
    assert staff | {elsewhere} < set(everyone)
    async with session("accounts") as tx:
        await tx.execute(
            text("update organisation set state = 'CLOSED' where id = :at"), {"at": hospital["id"]}
        )
    assert await reading(world, seats, "REVIEWER") == []
    assert reviewer not in await reading(world, "everyone", "REVIEWER")


async def test_a_person_is_read_for_by_the_own_account(world: World):
    """By person and by account; the page tells both ids, and a role narrows them to nobody, as in the inbox."""
    person = (await world.add_person(await world.hospital()))["person"]
    told = {"account_id": person["account_id"], "person_id": person["id"]}
    for audience in (f"person/{person['id']}", f"account/{person['account_id']}"):
        answer = await world.ask("GET", f"/v1/readers?audience={audience}", mint(kind="service"))
        assert (answer.json()["items"], answer.json()["next_cursor"]) == ([told], None)
        assert await reading(world, audience, "REVIEWER") == []
    assert await reading(world, f"person/{uuid4()}") == []


async def test_what_is_no_audience_is_refused(world: World):
    """A key that no notice has, a cursor that no page told; and nobody but a service asks."""
    token = mint(kind="service")
    for wrong in ("nobody", "seats", "seats/x", "everyone/x", "within/"):
        refused(await world.ask("GET", f"/v1/readers?audience={wrong}", token), 422, "AUDIENCE_UNKNOWN")
    for wrong in ("x", "x.y", str(uuid4())):
        path = f"/v1/readers?audience=everyone&after={wrong}"
        refused(await world.ask("GET", path, token), 422, "CURSOR_WRONG")
    refused(
        await world.ask("GET", "/v1/readers?audience=everyone", token_at(world.root)), 403, "SERVICE_ONLY"
    )


async def test_where_people_are_reached_is_told_to_services_and_audited(world: World, session: Any):
    """Whole numbers for a service, once audited for all; nobody else asks."""
    hospital = await world.hospital()
    person = (await world.add_person(hospital, phone="13997000001"))["person"]
    body, token = {"person_ids": [person["id"], str(uuid4())]}, mint(kind="service")
    answer = await world.ask("POST", "/v1/readers/contacts", token, body)
    told = {
        "person_id": person["id"],
        "account_id": person["account_id"],
        "phone": "13997000001",
        "email": None,
    }
    assert answer.json() == {"items": [told]}
    for other in (token_at(hospital), world.applicant(person, hospital)):
        refused(await world.ask("POST", "/v1/readers/contacts", other, body), 403, "SERVICE_ONLY")
    async with session("accounts") as tx:
        audited = list(
            await tx.scalars(text("select detail::text from audit_log where action = 'person.OPEN_CONTACTS'"))
        )
    assert len(audited) == 1
    assert person["id"] in audited[0]
    assert "1399" not in audited[0]


async def test_a_page_of_readers_costs_the_same_of_many(world: World, session: Any):
    """At the beginning and in the middle, of a thousand and of twenty thousand: it follows indexes."""
    root, first = UUID(world.root["id"]), 50
    questions = {
        "seats": (store.SEATED[Whom.SEATS], ["APPLICANT"]),
        "within": (store.SEATED[Whom.WITHIN], None),
        "some": (store.SEATED[Whom.EVERYONE], ["APPLICANT"]),
        "everyone": (store.TOLD[Whom.EVERYONE], None),
    }
    read: dict[str, list[int]] = {}
    for count in (1_000, 20_000):
        await fill_accounts(session, world.root["id"], count)
        async with session("accounts") as tx:
            await tx.execute(text("analyze delegation"))
            await tx.execute(closure.PLAN_BY_KEY)
            for name, (question, roles) in questions.items():
                for after in (store.LAST, UUID(f"01100000-0000-7000-8000-{count // 2:012x}")):
                    given = {
                        "id": root,
                        "place": root if name != "everyone" else store.LAST,
                        "account": after,
                        "last": store.LAST,
                        "limit": first,
                        "today": date(2023, 11, 1),
                        "roles": roles,
                    }
                    given = {key: value for key, value in given.items() if f":{key}" in question.text}
                    read.setdefault(f"{name} {after}", []).append(await blocks(tx, question.text, given))
    assert max(max(each) for each in read.values()) <= DEEP * ROWS, read


async def blocks(tx: Any, sql: str, given: dict[str, Any]) -> int:
    """How many blocks a statement reads the second time."""
    asked = text(f"explain (analyze, buffers, format json) {sql}")
    if "roles" in given:
        asked = asked.bindparams(bindparam("roles", type_=ARRAY(TEXT)))
    for _ in range(2):
        found = await tx.scalar(asked, given)
    return int(found[0]["Plan"]["Shared Hit Blocks"] + found[0]["Plan"]["Shared Read Blocks"])
