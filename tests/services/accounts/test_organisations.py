"""What an organisation must tell of itself, once only, and who sees which."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.services.accounts.world import (
    CHENGXI,
    GOLMUD,
    HAIXI,
    PROVINCE,
    World,
    cites,
    new_login,
    new_uscc,
    refused,
    token_at,
)

EMPLOYER = {"kind": "EMPLOYER", "level": "PROVINCE", "region_code": PROVINCE}


async def count(session, table: str = "organisation") -> int:
    """Rows of a table."""
    async with session("accounts") as tx:
        return await tx.scalar(text(f"select count(*) from {table}"))


@pytest.mark.clause("2.2.1")
async def test_a_code_is_used_once(world):
    """The same unified social credit code is refused, naming the organisation that has it."""
    code = new_uscc()
    first = await world.create(world.root, **EMPLOYER, uscc=code)
    problem = refused(
        await world.try_create(world.root, **EMPLOYER, uscc=f" {code.lower()} "), 409, "ORGANISATION_EXISTS"
    )
    assert (problem["field"], cites(problem)) == ("uscc", ["二（二）1"])
    assert first["name"] in problem["message"]


async def test_a_region_has_one_hrss(world):
    """A second HRSS of a prefecture is refused although it gives no code."""
    first = await world.prefecture(HAIXI)
    told = {"kind": "HRSS", "level": "PREFECTURE", "region_code": HAIXI}
    problem = refused(await world.try_create(world.root, **told), 409, "ORGANISATION_EXISTS")
    assert problem["field"] == "region_code"
    assert first["name"] in problem["message"]


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"uscc": None}, "uscc", "USCC_MISSING"),
        ({"uscc": "12630104000000001X"}, "uscc", "USCC_WRONG"),
        ({"uscc": "1263010400000000"}, "uscc", "USCC_WRONG"),
        ({"uscc": "12630104OOOOOOOOO1"}, "uscc", "USCC_WRONG"),
        ({"nature": None}, "nature", "NATURE_DOES_NOT_FIT"),
        ({"industry": "ASTROLOGY"}, "industry", "INDUSTRY_DOES_NOT_FIT"),
    ],
)
async def test_what_does_not_fit_is_refused_by_field(world, session, more, field, code):
    """Each wrong detail has its own finding, in both languages, with its article, and changes nothing."""
    before = await count(session), await count(session, "account"), await count(session, "audit_log")
    problem = refused(await world.try_create(world.root, **EMPLOYER | more), 422, "ORGANISATION_MALFORMED")
    assert problem["field"] == field
    assert [(f["code"], f["field"]) for f in problem["findings"]] == [(code, field)]
    assert problem["basis"]
    assert before == (
        await count(session),
        await count(session, "account"),
        await count(session, "audit_log"),
    )


@pytest.mark.clause("A3.1")
async def test_an_internal_department_has_no_code_and_no_nature(world):
    """It is no legal person: both are refused, at once."""
    hospital = await world.hospital()
    told = {"kind": "INTERNAL_DEPARTMENT", "level": "PROVINCE", "region_code": PROVINCE}
    answer = await world.try_create(hospital, **told, uscc=new_uscc(), nature="PUBLIC_INSTITUTION")
    problem = refused(answer, 422, "ORGANISATION_MALFORMED")
    assert {f["field"] for f in problem["findings"]} == {"uscc", "nature"}


async def test_an_unknown_region_is_refused(world):
    """A code outside the province's table names the standard."""
    problem = refused(
        await world.try_create(world.root, **EMPLOYER | {"region_code": "110101"}), 422, "REGION_UNKNOWN"
    )
    assert (problem["field"], cites(problem)) == ("region_code", ["GB/T 2260"])


async def test_a_taken_login_creates_nothing(world, session):
    """Where the manager's sign-in name is in use, the organisation is not created either."""
    body = world.proposal(**EMPLOYER) | {"creator_id": world.root["id"]}
    body["manager"] = {"name": "某某", "login": "Province.HRSS"}
    before = await count(session)
    problem = refused(
        await world.ask("POST", "/v1/organisations", token_at(world.root), body), 409, "LOGIN_TAKEN"
    )
    assert problem["field"] == "login"
    assert await count(session) == before


async def test_a_refusal_reads_in_english_too(world):
    """The same refusal by Accept-Language."""
    body = world.proposal("HRSS", "COUNTY", GOLMUD) | {
        "creator_id": world.root["id"],
        "manager": {"name": "a", "login": new_login()},
    }
    answer = await world.ask(
        "POST", "/v1/organisations", token_at(world.root), body, **{"accept-language": "en"}
    )
    problem = refused(answer, 422, "NOT_YOURS_TO_CREATE")
    assert problem["message"].startswith(
        "A provincial HRSS department cannot create a county-level HRSS department"
    )
    assert answer.headers["content-language"] == "en"


async def test_only_the_creators_own_manager_creates(world, session):
    """A manager elsewhere, another role at the creator, and nobody at all are refused."""
    hospital, before = await world.hospital(), await count(session)
    body = world.proposal("INTERNAL_DEPARTMENT", "PROVINCE", PROVINCE) | {
        "creator_id": hospital["id"],
        "manager": {"name": "某某", "login": new_login()},
    }
    for token in (token_at(world.root), token_at(hospital, "REVIEWER", "RECOMMENDER")):
        problem = refused(await world.ask("POST", "/v1/organisations", token, body), 403, "ROLE_MISSING")
        assert cites(problem) == ["附件3 二"]
    refused(await world.ask("POST", "/v1/organisations", None, body), 401, "UNAUTHENTICATED")
    assert await count(session) == before + 1 - 1


async def test_the_same_key_creates_once(world, session):
    """A retry with the same Idempotency-Key gets the same answer, code included; another body is refused."""
    body = world.proposal(**EMPLOYER) | {
        "creator_id": world.root["id"],
        "manager": {"name": "某某", "login": new_login()},
    }
    token = token_at(world.root)
    first = await world.ask("POST", "/v1/organisations", token, body, **{"idempotency-key": "k-1"})
    again = await world.ask("POST", "/v1/organisations", token, body, **{"idempotency-key": "k-1"})
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    other = await world.ask(
        "POST", "/v1/organisations", token, body | {"name": "另一家"}, **{"idempotency-key": "k-1"}
    )
    refused(other, 409, "IDEMPOTENCY_KEY_REUSED")


async def test_creation_is_told_and_audited(world, session):
    """One event, one audit line with the article, one history line."""
    created = await world.create(world.root, **EMPLOYER)
    async with session("accounts") as tx:
        event = (
            await tx.execute(text("select type, subject, data from outbox order by seq desc limit 1"))
        ).one()
        line = (
            await tx.execute(
                text("select action, basis from audit_log where subject = :s"),
                {"s": f"organisation/{created['id']}"},
            )
        ).one()
    assert (event.type, event.subject) == (
        "titles.accounts.organisation.created.v1",
        f"organisation/{created['id']}",
    )
    assert event.data["parent_id"] == world.root["id"]
    assert (line.action, line.basis[0]["cite"]) == ("organisation.CREATE", "附件3 二（二）")


async def tree(world: World) -> dict[str, dict[str, object]]:
    """Two prefectures with a county each."""
    return {
        "haixi": await world.prefecture(HAIXI),
        "golmud": await world.county(GOLMUD),
        "chengxi": await world.county(CHENGXI),
    }


async def test_a_list_shows_the_callers_subtree_only(world):
    """A prefecture lists itself and below; nothing beside or above."""
    made = await tree(world)
    listed = (await world.ask("GET", "/v1/organisations", token_at(made["haixi"]))).json()
    assert {item["id"] for item in listed["items"]} == {made["haixi"]["id"], made["golmud"]["id"]}
    assert listed["next_cursor"] is None


async def test_a_list_is_narrowed_and_paged(world):
    """By superior, kind and part of the name; page by page, each item once."""
    for name in ("青海省人民医院", "青海省中医院", "青海 100% 大学"):
        await world.create(world.root, **EMPLOYER, name=name)
    token = token_at(world.root)
    found = (await world.ask("GET", "/v1/organisations?q=医院", token)).json()["items"]
    assert {item["name"] for item in found} == {"青海省人民医院", "青海省中医院"}
    wild = (await world.ask("GET", "/v1/organisations?q=%25", token)).json()["items"]
    assert [item["name"] for item in wild] == ["青海 100% 大学"]
    seen, after = [], ""
    while True:
        page = (await world.ask("GET", f"/v1/organisations?kind=EMPLOYER&first=2{after}", token)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        after = f"&after={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 3
    below = (await world.ask("GET", f"/v1/organisations?parent_id={world.root['id']}", token)).json()["items"]
    assert len(below) == 3


async def test_one_organisation_is_seen_from_above_and_from_below(world):
    """A county reads its prefecture and the root; beside, it is as if there were nothing."""
    made = await tree(world)
    token = token_at(made["golmud"], "REVIEWER")
    for seen in (made["golmud"], made["haixi"], world.root):
        assert (await world.ask("GET", f"/v1/organisations/{seen['id']}", token)).status_code == 200
    beside = await world.ask("GET", f"/v1/organisations/{made['chengxi']['id']}", token)
    unknown = await world.ask("GET", "/v1/organisations/01890000-0000-7000-8000-000000000000", token)
    assert (
        refused(beside, 404, "ORGANISATION_NOT_FOUND")["message"]
        == refused(unknown, 404, "ORGANISATION_NOT_FOUND")["message"]
    )


async def test_a_lookup_gives_what_is_known(world):
    """Names and lineages of any organisations for anyone signed in; unknown ids are left out."""
    made = await tree(world)
    ids = [made["golmud"]["id"], made["chengxi"]["id"], "01890000-0000-7000-8000-000000000000"]
    answer = await world.ask(
        "POST", "/v1/organisations/lookup", token_at(made["haixi"], "EXPERT"), {"ids": ids}
    )
    items = {item["id"]: item for item in answer.json()["items"]}
    assert set(items) == set(ids[:2])
    assert [node["level"] for node in items[ids[0]]["lineage"]] == ["PROVINCE", "PREFECTURE", "COUNTY"]
    many = await world.ask("POST", "/v1/organisations/lookup", token_at(world.root), {"ids": ids * 100})
    refused(many, 422, "REQUEST_MALFORMED")
