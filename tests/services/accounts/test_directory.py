"""Who has an account at an organisation, as far as the caller may see; and the names of those who may act for one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.accounts.authorization import RIGHTS, Act
from services.accounts.contract import Role
from services.accounts.directory.store import Wanted, ids_at
from services.accounts.organisation import closure
from services.kit.auth import Principal
from tests.platform.tokens import mint
from tests.services.accounts.factors import somebody
from tests.services.accounts.many import fill_accounts
from tests.services.accounts.test_organisation_subtree import DEEP, ROWS, blocks_read
from tests.services.accounts.test_roles import authority, change, hired, offered
from tests.services.accounts.world import World, new_login, refused, seat_at, token_at

UNKNOWN = "01890000-0000-7000-8000-000000000000"
NOTHING = {"login": None, "person_id": None, "organisation_id": None, "activated": None}
NOTHING |= {"has_second_factor": None, "locked_until": None}


async def listed(world: World, organisation: dict, token: str | None = None, query: str = "") -> list[Any]:
    """A list of accounts; the manager's own, where no other token is given."""
    path = f"/v1/organisations/{organisation['id']}/accounts{query}"
    answer = await world.ask("GET", path, token or token_at(organisation))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def looked_up(world: World, token: str, *ids: str) -> list[Any]:
    """What is told of some accounts."""
    answer = await world.ask("POST", "/v1/accounts/lookup", token, {"ids": list(ids)})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def above(organisation: dict) -> dict:
    """The direct superior."""
    return {**organisation, "id": organisation["parent_id"], "lineage": organisation["lineage"][:-1]}


async def test_a_manager_lists_who_has_an_account(world):
    """First manager, staff and applicants with what they hold there, newest first; from above likewise."""
    hospital = await world.hospital()
    clerk = await hired(world, hospital, "REVIEWER", "RECOMMENDER")
    person = (await world.add_person(hospital))["person"]
    items = await listed(world, hospital)
    assert [each["id"] for each in items] == sorted((each["id"] for each in items), reverse=True)
    held = {each["id"]: [role["role"] for role in each["roles"]] for each in items}
    assert held.pop(clerk["id"]) == ["REVIEWER", "RECOMMENDER"]
    assert held.pop(person["account_id"]) == ["APPLICANT"]
    assert list(held.values()) == [["ORGANISATION_MANAGER"]]
    by_id = {each["id"]: each for each in items}
    told = by_id[clerk["id"]]
    assert (told["name"], told["login"], told["organisation_id"]) == ("李某", clerk["login"], hospital["id"])
    assert (told["person_id"], told["offers"], told["locked_until"]) == (None, [], None)
    assert (told["activated"], told["has_second_factor"]) == (False, False)
    assert told["roles"][0]["organisation_name"] == hospital["name"]
    assert by_id[person["account_id"]]["person_id"] == person["id"]
    for token in (token_at(above(hospital)), token_at(world.root)):
        assert await listed(world, hospital, token) == items


async def test_it_is_for_nobody_else(world):
    """Another role, the department below, a unit beside, an unknown place: refused alike, and told nothing."""
    hospital = await world.hospital()
    department, other = await world.department(hospital), await authority(world)
    messages = set()
    for token, place in (
        (token_at(hospital, "REVIEWER", "RECOMMENDER", "TITLE_OFFICER"), hospital["id"]),
        (token_at(department), hospital["id"]),
        (token_at(other), hospital["id"]),
        (token_at(other), UNKNOWN),
        (mint(), hospital["id"]),
    ):
        answer = await world.ask("GET", f"/v1/organisations/{place}/accounts", token)
        messages.add(refused(answer, 403, "ROLE_MISSING")["message"])
    assert len(messages) == 1


async def test_a_third_partys_client_reads_none(world):
    """In whosever name: the ids are for what its user does alone."""
    hospital = await world.hospital()
    clerk = await hired(world, hospital, "REVIEWER")
    token = token_at(hospital, scope="titles.read titles.write")
    for path in ("accounts", "colleagues"):
        answer = await world.ask("GET", f"/v1/organisations/{hospital['id']}/{path}", token)
        refused(answer, 403, "INSUFFICIENT_SCOPE")
    answer = await world.ask("POST", "/v1/accounts/lookup", token, {"ids": [clerk["id"]]})
    refused(answer, 403, "INSUFFICIENT_SCOPE")


async def test_roles_elsewhere_stay_elsewhere(world):
    """The list of one organisation shows what is held there; a lookup what is held below the caller, and no more."""
    hospital, other = await world.hospital(), await authority(world)
    department = await world.department(hospital)
    clerk = await hired(world, hospital, "REVIEWER")
    await change(world, "POST", department, clerk["id"], "SUPERVISOR", token_at(hospital))
    made = (await offered(world, other, clerk["login"])).json()["record"]
    [here] = [each for each in await listed(world, hospital) if each["id"] == clerk["id"]]
    assert ([each["role"] for each in here["roles"]], here["offers"]) == (["REVIEWER"], [])
    [there] = [each for each in await listed(world, department) if each["id"] == clerk["id"]]
    assert [each["role"] for each in there["roles"]] == ["SUPERVISOR"]
    [found] = await looked_up(world, token_at(hospital), clerk["id"])
    assert ([each["role"] for each in found["roles"]], found["offers"]) == (["REVIEWER", "SUPERVISOR"], [])
    mine = token_at(hospital, "REVIEWER", sub=UUID(clerk["id"]))
    [own] = await looked_up(world, mine, clerk["id"])
    assert [each["organisation_id"] for each in own["offers"]] == [made["organisation_id"]] == [other["id"]]
    [whole] = await looked_up(world, token_at(world.root), clerk["id"])
    assert [each["role"] for each in whole["offers"]] == ["EXPERT"]


async def test_somebody_of_elsewhere_is_known_by_what_he_agreed_to(world):
    """Offered: only the sign-in name that was told; agreed: name and role; never where the account belongs, nor its state."""
    hospital, other = await world.hospital(), await authority(world)
    expert = await hired(world, hospital, "SUPERVISOR")
    made = (await offered(world, other, expert["login"])).json()["record"]
    [guest] = [each for each in await listed(world, other) if each["id"] == expert["id"]]
    assert {key: guest[key] for key in NOTHING} == NOTHING | {"login": expert["login"]}
    assert (guest["name"], guest["roles"], [each["role"] for each in guest["offers"]]) == (
        None,
        [],
        ["EXPERT"],
    )
    assert await looked_up(world, token_at(other), expert["id"]) == [guest]
    mine = token_at(hospital, "SUPERVISOR", sub=UUID(expert["id"]))
    await world.ask("POST", f"/v1/me/role-offers/{made['id']}/accept", mine)
    [guest] = [each for each in await listed(world, other) if each["id"] == expert["id"]]
    assert {key: guest[key] for key in NOTHING} == NOTHING
    assert (guest["name"], [each["role"] for each in guest["roles"]]) == ("李某", ["EXPERT"])
    assert await looked_up(world, token_at(other), expert["id"]) == [guest]
    await change(world, "DELETE", other, expert["id"], "EXPERT")
    assert await looked_up(world, token_at(other), expert["id"]) == []
    assert expert["id"] not in {each["id"] for each in await listed(world, other)}


async def test_a_lookup_leaves_out_what_is_not_the_callers(world):
    """Another's colleague, a stranger, an unknown id: nothing; one's own account is whole."""
    hospital = await world.hospital()
    clerk, colleague = await hired(world, hospital, "REVIEWER"), await hired(world, hospital, "REVIEWER")
    mine = token_at(hospital, "REVIEWER", sub=UUID(clerk["id"]))
    ids = (clerk["id"], colleague["id"], UNKNOWN)
    [own] = await looked_up(world, mine, *ids)
    assert (own["id"], own["login"], own["activated"]) == (clerk["id"], clerk["login"], False)
    assert await looked_up(world, token_at(await authority(world)), *ids) == []
    assert await looked_up(world, mint(), *ids) == []
    assert len(await looked_up(world, token_at(hospital), *ids)) == 2
    many = {"ids": [UNKNOWN] * 201}
    refused(await world.ask("POST", "/v1/accounts/lookup", mine, many), 422, "REQUEST_MALFORMED")


async def test_our_services_learn_who_employs_the_owner_of_an_account(world, session):
    """A person's line to the employer, nothing of staff or strangers; of a closed organisation nobody is in use."""
    hospital = await world.hospital()
    clerk, person = await hired(world, hospital, "EXPERT"), (await world.add_person(hospital))["person"]
    asked = {"ids": [clerk["id"], person["account_id"], UNKNOWN]}

    async def told() -> dict[str, Any]:
        answer = await world.ask("POST", "/v1/accounts/places", mint(kind="service"), asked)
        return {each["id"]: each for each in answer.json()["items"]}

    found = await told()
    assert {key: each["in_use"] for key, each in found.items()} == {
        clerk["id"]: True,
        person["account_id"]: True,
    }
    assert found[clerk["id"]]["employer"] == []
    assert found[person["account_id"]]["employer"][-1]["id"] == hospital["id"]
    nobodys = await world.ask("POST", "/v1/accounts/places", token_at(hospital), asked)
    assert nobodys.json() == {"items": []}
    async with session("accounts") as tx:
        closed = text("update organisation set state = 'CLOSED' where id = :id")
        await tx.execute(closed, {"id": UUID(hospital["id"])})
    assert not (await told())[clerk["id"]]["in_use"]


async def test_a_list_is_narrowed_and_paged(world):
    """By roles held or offered there and by part of the name; pages meet end to end."""
    hospital, other = await world.hospital(), await authority(world)
    await world.add_person(hospital, name="才让 卓玛")
    clerk = await hired(world, hospital, "REVIEWER", "RECOMMENDER")
    guest = await hired(world, other, "SUPERVISOR")
    await offered(world, hospital, guest["login"])

    async def ids(query: str) -> set[str]:
        return {each["id"] for each in await listed(world, hospital, query=query)}

    every = await listed(world, hospital)
    assert len(every) == 4
    assert await ids("?role=REVIEWER") == {clerk["id"]}
    assert await ids("?role=REVIEWER&role=EXPERT&role=REVIEWER") == {clerk["id"], guest["id"]}
    assert await ids("?role=SUPERVISOR") == set()
    assert [each["name"] for each in await listed(world, hospital, query="?q=让卓")] == ["才让 卓玛"]
    assert await ids("?q=李&role=RECOMMENDER") == {clerk["id"]}
    assert await ids("?q=%25") == set()
    seen, after = [], ""
    while True:
        path = f"/v1/organisations/{hospital['id']}/accounts?first=1{after}"
        page = (await world.ask("GET", path, token_at(hospital))).json()
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        after = f"&after={page['next_cursor']}"
    assert seen == every


@pytest.mark.parametrize(
    "query", ["?first=0", "?first=101", "?after=x", "?role=BOSS", "?q=", "?q=%20", "?q=" + "x" * 61]
)
async def test_what_cannot_be_read_is_refused(world, query):
    """Page sizes, cursors, roles and names that are none."""
    path = f"/v1/organisations/{world.root['id']}/accounts{query}"
    refused(await world.ask("GET", path, token_at(world.root)), 422, "REQUEST_MALFORMED")
    refused(
        await world.ask("GET", path.partition("?")[0] + "?q=a%00b", token_at(world.root)), 422, "VALUE_UNFIT"
    )


async def test_the_name_of_a_guest_is_not_found_by_guessing(world):
    """Whoever has not answered yet is not found by a name that the organisation does not see."""
    hospital, other = await world.hospital(), await authority(world)
    expert = await hired(world, hospital, "SUPERVISOR")
    await offered(world, other, expert["login"])
    assert await listed(world, other, query="?q=李") == []
    assert expert["id"] in {each["id"] for each in await listed(world, other)}


async def test_activation_second_factor_and_waits_are_told(guarded, session):
    """Whoever set a password and a second factor is told so; after wrong ones, until when it waits, and nobody else does."""
    hospital = await guarded.hospital()
    someone = await somebody(guarded, "REVIEWER", at=hospital)
    await someone.sign_in()
    clerk = await hired(guarded, hospital, "REVIEWER")

    async def seen() -> dict[str, Any]:
        return {each["id"]: each for each in await listed(guarded, hospital)}

    found = (await seen())[someone.id]
    assert (found["activated"], found["has_second_factor"], found["locked_until"]) == (True, True, None)
    refused(await guarded.sign_in(clerk["login"], "wrong"), 401, "CREDENTIALS_WRONG")
    refused(await someone.answer(await someone.challenge(), "000000"), 401, "CODE_WRONG")
    assert {each["locked_until"] for each in (await seen()).values()} == {None}
    async with session("accounts") as tx:
        await tx.execute(text("update counted_try set not_before = now() + interval '9 minutes'"))
    assert {key for key, each in (await seen()).items() if each["locked_until"]} == {someone.id, clerk["id"]}


async def test_colleagues_are_told_by_name_to_whoever_may_hand_a_role_over(world):
    """Those whose account belongs there, without one's own: id and name and nothing else; paged, and by part of the name."""
    hospital = await world.hospital()
    department = await world.department(hospital)
    clerk = await hired(world, hospital, "REVIEWER")
    colleague = await hired(world, hospital, "SUPERVISOR")
    applicant = (await world.add_person(hospital, name="索南"))["person"]
    await hired(world, department, "REVIEWER")
    path, mine = (
        f"/v1/organisations/{hospital['id']}/colleagues",
        token_at(hospital, "REVIEWER", sub=UUID(clerk["id"])),
    )
    items = (await world.ask("GET", path, mine)).json()["items"]
    assert {"id": colleague["id"], "name": "李某"} in items
    assert all(set(each) == {"id", "name"} for each in items)
    assert clerk["id"] not in {each["id"] for each in items}
    assert len(items) == 3  # the first manager, the colleague, the applicant
    found = (await world.ask("GET", f"{path}?q=南", mine)).json()["items"]
    assert found == [{"id": applicant["account_id"], "name": "索南"}]
    page = (await world.ask("GET", f"{path}?first=2", mine)).json()
    rest = (await world.ask("GET", f"{path}?first=2&after={page['next_cursor']}", mine)).json()
    assert page["items"] + rest["items"] == items


async def test_colleagues_are_for_nobody_who_hands_nothing_over(world):
    """Not for an expert or applicant, not from above, below or beside, nor by a role that is itself another's."""
    hospital = await world.hospital()
    department = await world.department(hospital)
    for_another = seat_at(hospital, "REVIEWER").model_copy(
        update={"on_behalf_of": Principal(id=UUID(UNKNOWN), name="某")}
    )
    path = f"/v1/organisations/{hospital['id']}/colleagues"
    for token in (
        token_at(hospital, "EXPERT", "APPLICANT", "OPERATOR"),
        token_at(above(hospital)),
        token_at(world.root),
        token_at(department, "REVIEWER"),
        token_at(await authority(world), "REVIEWER"),
        mint([for_another]),
        mint(),
    ):
        refused(await world.ask("GET", path, token), 403, "ROLE_MISSING")
    refused(
        await world.ask("GET", f"/v1/organisations/{UNKNOWN}/colleagues", token_at(hospital)),
        403,
        "ROLE_MISSING",
    )


def test_whoever_may_delegate_may_see_colleagues(installation):
    """The policy hands over no role whose holder could not see to whom."""
    delegable = installation.policies.of(2023).roles.delegation.roles
    assert set(delegable) <= set(RIGHTS[Act.SEE_COLLEAGUES].roles)


async def test_an_id_of_the_list_serves_the_acts(world):
    """What the list tells is what the acts take: granted, put in charge, delegated to."""
    hospital = await world.hospital()
    login = new_login()
    body = {"organisation_id": hospital["id"], "name": "王某", "login": login, "roles": ["REVIEWER"]}
    await world.ask("POST", "/v1/staff", token_at(hospital), body)
    [found] = await listed(world, hospital, query="?role=REVIEWER")
    given = await change(world, "POST", hospital, found["id"], "ORGANISATION_MANAGER")
    assert given.status_code == 200
    path = f"/v1/organisations/{hospital['id']}/person-in-charge"
    named = await world.ask("PUT", path, token_at(hospital), {"account_id": found["id"]})
    assert named.json()["record"]["person_in_charge"] == {"account_id": found["id"], "name": "王某"}


async def test_a_page_costs_the_same_in_a_large_organisation(world, session):
    """Among 20,000 accounts of one organisation a page reads a block or two for each row, by every way and role."""
    root, counts = UUID(world.root["id"]), (1_000, 20_000)
    read: dict[str, list[int]] = {}
    for count in counts:
        await fill_accounts(session, world.root["id"], count)
        async with session("accounts") as tx:
            await tx.execute(closure.PLAN_BY_KEY)
            middle = UUID(f"01100000-0000-7000-8000-{count // 2:012x}")
            for name, wanted in {
                "all": Wanted(),
                "applicants": Wanted((Role.APPLICANT,)),
                "few": Wanted((Role.SUPERVISOR, Role.EXPERT)),
            }.items():
                for after in (None, middle):
                    query = ids_at(root, wanted, first=50, after=after)
                    assert list(await tx.scalars(query)), name
                    read.setdefault(f"{name} {after is None}", []).append(await blocks_read(tx, query))
    assert max(max(blocks) for blocks in read.values()) <= DEEP * ROWS, read


async def test_a_list_costs_as_many_statements_for_many(world, apps):
    """Keys, rows, waits, and the lineage that scope is asked of: four, for one account as for twelve."""
    from tests.services.accounts.test_queries import statements

    hospital, app = await world.hospital(), await apps.get("accounts")
    found = await listed(world, hospital)
    for more in (0, 11):
        for _ in range(more):
            found.append(await hired(world, hospital, "REVIEWER"))
        for method, path, body, most in (
            ("GET", f"/v1/organisations/{hospital['id']}/accounts", None, 4),
            ("POST", "/v1/accounts/lookup", {"ids": [each["id"] for each in found]}, 2),
        ):
            with statements(app) as sent:
                answer = await world.ask(method, path, token_at(hospital), body)
            assert len(answer.json()["items"]) == len(found)
            assert len(sent) == most, sent
        with statements(app) as sent:
            await world.ask(
                "GET", f"/v1/organisations/{hospital['id']}/colleagues", token_at(hospital, "REVIEWER")
            )
        assert len(sent) == 1, sent


async def test_waits_are_of_the_longest(world, session, installation):
    """A wait at the one-time password is told like one at the name; what is over is not told."""
    hospital = await world.hospital()
    clerk = await hired(world, hospital, "REVIEWER")
    key = installation.sealer.index(clerk["id"], context="tries/second_factor")
    name = installation.sealer.index(clerk["login"], context="tries/password")
    insert = text(
        "insert into counted_try (digest, tries, until, not_before)"
        " values (:d, 9, now() + interval '1 hour', now() + :wait * interval '1 minute')"
    )

    async def seen() -> str | None:
        [found] = await looked_up(world, token_at(hospital), clerk["id"])
        return found["locked_until"]

    async with session("accounts") as tx:
        await tx.execute(insert, {"d": name, "wait": -1})
    assert await seen() is None
    async with session("accounts") as tx:
        await tx.execute(insert, {"d": key, "wait": 10})
    longest = await seen()
    assert longest is not None
    async with session("accounts") as tx:
        await tx.execute(
            text("update counted_try set not_before = now() + interval '1 minute' where digest = :d"),
            {"d": name},
        )
    assert await seen() == longest
