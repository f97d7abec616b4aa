"""One upstream call per part and level of a query, whatever the number of items; one bad item spoils no other."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from strawberry.relay import GlobalID

from tests.gateway.conftest import Gateway
from tests.gateway.fakes import (
    Call,
    FakePart,
    annual_form,
    declaration,
    finding,
    organisation,
    person,
    recommendation,
    record,
)

FORMS = "{ annualForms(first: 50) { edges { cursor node { id unit { id name } hrss { name } } } pageInfo { hasNextPage endCursor } } }"


def tell_forms(parts: dict[str, FakePart], units: list[UUID], hrss: UUID) -> None:
    """Let quota know a form of each unit, and accounts everything but the last unit."""
    forms = [annual_form(unit, hrss_id=str(hrss)) for unit in units]
    parts["quota"].tell("GET", "/v1/annual-forms", {"items": forms, "next_cursor": forms[-1]["id"]})

    def lookup(call: Call) -> dict[str, object]:
        known = [each for each in call.body["ids"] if UUID(each) != units[-1]]
        return {"items": [organisation(UUID(each), name=f"单位{each[:4]}") for each in known]}

    parts["accounts"].tell("POST", "/v1/organisations/lookup", lookup)


async def test_organisations_of_many_forms_come_in_one_call(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """Thirty forms with two organisations each cost one call to quota and one to accounts."""
    units = [uuid4() for _ in range(30)]
    tell_forms(parts, units, uuid4())
    data = await (await gateway()).data(FORMS, token=signed_in)
    assert len(data["annualForms"]["edges"]) == 30
    assert len(parts["quota"].calls) == 1
    [lookup] = parts["accounts"].calls
    assert len(lookup.body["ids"]) == 31


async def test_declarations_of_many_findings_come_in_one_call(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """Thirty findings about three declarations each: one call for the findings, one for what they are about."""
    found = [finding(uuid4() for _ in range(3)) for _ in range(30)]
    parts["workflow"].tell("GET", "/v1/supervision/findings", {"items": found, "next_cursor": None})
    parts["workflow"].tell("POST", "/v1/declarations/lookup", {"items": []})
    document = "{ findings(first: 30) { edges { node { declarations { id } } } } }"
    data = await (await gateway()).data(document, token=signed_in)
    assert [each["node"]["declarations"] for each in data["findings"]["edges"]] == [[]] * 30
    _, lookup = parts["workflow"].calls
    assert len(lookup.body["ids"]) == 90


BELOW = {each: each for each in ("history", "returns", "answers", "endorsements", "rounds")} | {
    "sendingOpinions": "sending-opinions",
    "reviewChain": "chain",
}
"""What lies below declarations, and its name in the service."""
STEP = {"action": "PASS", "before": None, "after": None, "actor_name": None, "role": None, "note": None} | {
    "at": "2023-11-02T09:00:00+08:00",
    "organisation_id": None,
    "basis": [],
}


@pytest.mark.parametrize("field", BELOW)
async def test_why_a_lookup_leaves_a_declaration_out_is_told_in_the_code_of_the_service(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str, field: str
) -> None:
    """As a single read is refused, whatever it is refused for; the other is told, and what is told is not asked again."""
    told, away = uuid4(), uuid4()
    name = BELOW[field]
    workflow = parts["workflow"]
    found = finding([told, away])
    workflow.tell("GET", "/v1/supervision/findings", {"items": [found], "next_cursor": None})
    listed = {"items": [declaration(told), declaration(away)]}
    workflow.tell("POST", "/v1/declarations/lookup", listed)
    one = {"id": str(told), "items": [], "committee_id": None, "committee_name": None, "stations": []}
    workflow.tell("POST", f"/v1/declarations/{name}/lookup", {"items": [one]})
    workflow.refuse("GET", f"/v1/declarations/{away}/{name}", 404, "DECLARATION_NOT_FOUND")
    document = f"{{ findings(first: 1) {{ edges {{ node {{ declarations {{ id {field} {{ __typename }} }} }} }} }} }}"
    answer = await (await gateway()).ask(document, token=signed_in)
    [refused] = answer["errors"]
    assert refused["extensions"]["code"] == "DECLARATION_NOT_FOUND"
    first, second = answer["data"]["findings"]["edges"][0]["node"]["declarations"]
    assert (first[field], second[field]) == (({"__typename": "ReviewChain"} if name == "chain" else []), None)
    assert not workflow.asked(f"/v1/declarations/{told}/{name}")


async def test_below_each_mutation_is_told_what_is_so_after_it(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """Two steps of one declaration in one document: the second's history is not that of the first."""
    own, workflow = uuid4(), parts["workflow"]
    for version, step in enumerate(("PASS", "CLAIM"), start=2):
        done = {"record": declaration(own, version=version, materials=[]), "basis": []}
        workflow.tell("POST", f"/v1/declarations/{own}/actions/{step}", done)

    def history(call: Call) -> dict[str, object]:
        done = sum(each.path.startswith(f"/v1/declarations/{own}/actions/") for each in workflow.calls)
        return {"items": [{"id": call.body["ids"][0], "items": [STEP] * done}]}

    workflow.tell("POST", "/v1/declarations/history/lookup", history)
    given = str(GlobalID("Declaration", str(own)))
    step = 'actOnDeclaration(input: {{id: "{id}", version: {version}, action: {action}}})'
    below = "{ declaration { history { action } } errors { code } }"
    first = step.format(id=given, version=1, action="PASS")
    second = step.format(id=given, version=2, action="CLAIM")
    document = f"mutation {{ one: {first} {below} two: {second} {below} }}"
    data = await (await gateway()).data(document, token=signed_in)
    assert [len(data[each]["declaration"]["history"]) for each in ("one", "two")] == [1, 2]


async def test_one_unknown_organisation_spoils_no_other(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """An organisation that the caller may not see is null; its neighbours in the same batch are there."""
    units = [uuid4() for _ in range(3)]
    tell_forms(parts, units, uuid4())
    data = await (await gateway()).data(FORMS, token=signed_in)
    found = [edge["node"]["unit"] for edge in data["annualForms"]["edges"]]
    assert found[2] is None
    assert [each["id"] for each in found[:2]] == [
        str(GlobalID("Organisation", str(unit))) for unit in units[:2]
    ]


async def test_one_broken_record_spoils_no_other(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """A record that breaks the contract is an error of its own field only."""
    units = [uuid4(), uuid4()]
    forms = [annual_form(unit, hrss_id=str(units[0])) for unit in units]
    parts["quota"].tell("GET", "/v1/annual-forms", {"items": forms, "next_cursor": None})
    told = [organisation(units[0]), organisation(units[1], name=None)]
    parts["accounts"].tell("POST", "/v1/organisations/lookup", {"items": told})
    answer = await (await gateway()).ask(FORMS, token=signed_in)
    first, second = answer["data"]["annualForms"]["edges"]
    assert first["node"]["unit"]["name"] == "青海省第一人民医院"
    assert second["node"]["unit"] is None
    assert [error["path"] for error in answer["errors"]] == [["annualForms", "edges", 1, "node", "unit"]]


async def test_nothing_is_remembered_between_requests(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """A second request asks again: what one caller may see is never told to another."""
    tell_forms(parts, [uuid4(), uuid4()], uuid4())
    front = await gateway()
    await front.data(FORMS, token=signed_in)
    await front.data(FORMS, token=signed_in)
    assert len(parts["accounts"].calls) == 2


async def test_cursors_go_on_where_the_service_does(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """The page's end and every edge carry a cursor the service takes, and `first` and `after` reach it."""
    units = [uuid4(), uuid4()]
    tell_forms(parts, units, uuid4())
    front = await gateway()
    told = (await front.data(FORMS, token=signed_in))["annualForms"]
    assert told["pageInfo"] == {"hasNextPage": True, "endCursor": told["edges"][-1]["cursor"]}
    await front.data(
        "query($a: String) { annualForms(first: 7, after: $a) { totalCount } }",
        token=signed_in,
        a=told["edges"][0]["cursor"],
    )
    assert parts["quota"].calls[-1].query == {"first": "7", "after": told["edges"][0]["cursor"]}


async def test_node_finds_anything_again(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """`node(id)` answers the thing behind a global id, and null for what is no such id."""
    own = uuid4()
    parts["accounts"].tell("POST", "/v1/organisations/lookup", {"items": [organisation(own)]})
    document = "query($id: ID!) { node(id: $id) { __typename id ... on Organisation { name } } }"
    front = await gateway()
    known = str(GlobalID("Organisation", str(own)))
    assert (await front.data(document, token=signed_in, id=known))["node"] == {
        "__typename": "Organisation",
        "id": known,
        "name": "青海省第一人民医院",
    }
    for wrong in ("garbage", str(GlobalID("Query", "1")), str(GlobalID("Organisation", str(uuid4())))):
        assert (await front.data(document, token=signed_in, id=wrong))["node"] is None


async def test_a_message_leads_to_what_it_is_about(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """Messages about organisations come with them, all in one call; about what the caller may not see, null."""
    own, hidden = uuid4(), uuid4()
    message = {
        "type": "x",
        "title": "机构已创建",
        "body": "",
        "at": "2023-10-12T01:00:00Z",
        "read_at": None,
        "basis": [],
    }
    subjects = (f"organisation/{own}", f"organisation/{hidden}", "weather/today")
    told = [
        message | {"id": str(uuid4()), "organisation_id": None, "subject": subject} for subject in subjects
    ]
    parts["notifications"].tell("GET", "/v1/inbox", {"items": told, "next_cursor": None})
    parts["accounts"].tell("POST", "/v1/organisations/lookup", {"items": [organisation(own)]})
    document = "{ inbox(first: 5) { edges { node { subject about { id __typename } } } } }"
    data = await (await gateway()).data(document, token=signed_in)
    about = [edge["node"]["about"] for edge in data["inbox"]["edges"]]
    assert about == [
        {"id": str(GlobalID("Organisation", str(own))), "__typename": "Organisation"},
        None,
        None,
    ]
    assert len(parts["accounts"].calls) == 1


def seen_account(id: UUID, **changed: object) -> dict[str, object]:
    """Return an account as accounts tells it to its manager."""
    return {
        "id": str(id),
        "name": "王芳",
        "login": "wang.fang",
        "person_id": None,
        "organisation_id": None,
        "roles": [],
        "offers": [],
        "activated": True,
        "has_second_factor": False,
        "locked_until": None,
    } | changed


async def test_the_accounts_of_many_people_come_in_one_call(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """Twelve people, their accounts' sign-in names and homes: one list, one lookup of accounts, one of organisations."""
    people, home = [uuid4() for _ in range(12)], uuid4()
    told = [person(each, account_id=str(each)) for each in people]
    parts["accounts"].tell("GET", "/v1/people", {"items": told, "next_cursor": None})

    def accounts(call: Call) -> dict[str, object]:
        found = [UUID(each) for each in call.body["ids"] if UUID(each) != people[-1]]
        return {"items": [seen_account(each, organisation_id=str(home)) for each in found]}

    parts["accounts"].tell("POST", "/v1/accounts/lookup", accounts)
    parts["accounts"].tell("POST", "/v1/organisations/lookup", {"items": [organisation(home)]})
    front = await gateway()
    short = "{ people(first: 50) { edges { node { account { id name } } } } }"
    first = (await front.data(short, token=signed_in))["people"]["edges"][0]["node"]["account"]
    assert first == {"id": str(GlobalID("Account", str(people[0]))), "name": "卓玛"}
    assert len(parts["accounts"].calls) == 1  # a person tells its account's id and name
    document = """{ people(first: 50) { edges { node { account {
      id login activated hasSecondFactor lockedUntil seats { role } organisation { name } } } } } }"""
    edges = (await front.data(document, token=signed_in))["people"]["edges"]
    assert len(parts["accounts"].calls) == 1 + 3
    assert len(parts["accounts"].asked("/v1/accounts/lookup")[0].body["ids"]) == 12
    *seen, hidden = [edge["node"]["account"] for edge in edges]
    assert {each["login"] for each in seen} == {"wang.fang"}
    assert {each["organisation"]["name"] for each in seen} == {"青海省第一人民医院"}
    assert hidden == {
        "id": str(GlobalID("Account", str(people[-1]))),
        "login": None,
        "activated": None,
        "hasSecondFactor": None,
        "lockedUntil": None,
        "seats": None,
        "organisation": None,
    }


async def test_a_list_of_accounts_asks_for_nothing_twice(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """What the list tells is told at once, also what is null; people and organisations come in one call each."""
    own, home, someone = uuid4(), uuid4(), uuid4()
    roles = [{"role": "REVIEWER", "organisation_id": str(own), "organisation_name": "医院"}]
    staff = [
        seen_account(uuid4(), roles=roles, person_id=str(someone), organisation_id=str(home))
        for _ in range(9)
    ]
    guest = seen_account(uuid4(), name=None, offers=roles, activated=None, has_second_factor=None)
    path = f"/v1/organisations/{own}/accounts"
    parts["accounts"].tell("GET", path, {"items": [*staff, guest], "next_cursor": None})
    known = {"items": [organisation(own), organisation(home)]}
    parts["accounts"].tell("POST", "/v1/organisations/lookup", known)
    parts["accounts"].tell("POST", "/v1/people/lookup", {"items": [person(someone, account_id=str(uuid4()))]})
    document = """query($id: ID!) { organisation(id: $id) { accounts(first: 20, roles: [REVIEWER, EXPERT], q: "王") {
      edges { node { id name login activated hasSecondFactor lockedUntil organisation { id } person { name }
        seats { role organisation { id } } offers { role organisation { id } } } } } } }"""
    told = await (await gateway()).data(document, token=signed_in, id=str(GlobalID("Organisation", str(own))))
    nodes = [edge["node"] for edge in told["organisation"]["accounts"]["edges"]]
    assert [each["name"] for each in nodes] == ["王芳"] * 9 + [None]
    assert nodes[0]["person"] == {"name": "卓玛"}
    assert [offer["role"] for offer in nodes[-1]["offers"]] == ["REVIEWER"]
    paths = sorted(call.path for call in parts["accounts"].calls)
    assert paths == sorted(
        [path, "/v1/people/lookup", "/v1/organisations/lookup", "/v1/organisations/lookup"]
    )  # the organisation asked for, then those of all accounts together
    [listed] = parts["accounts"].asked(path)
    assert listed.query["q"] == "王"


async def test_the_records_behind_many_verdicts_come_in_one_call(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """Thirty materials of a recommendation cost one call to accounts; one that the caller may not see is null."""
    records = [uuid4() for _ in range(30)]
    made = recommendation(uuid4(), records)
    parts["workflow"].tell("POST", "/v1/recommendations/by-id", {"items": [made]})
    told = {"items": [record(each) for each in records[:-1]]}
    parts["accounts"].tell("POST", "/v1/records/lookup", told)
    query = "query($id: ID!) { recommendation(id: $id) { verdicts { record { id state } } } }"
    data = await (await gateway()).data(
        query, token=signed_in, id=str(GlobalID("Recommendation", made["id"]))
    )
    found = [each["record"] for each in data["recommendation"]["verdicts"]]
    assert [each["id"] for each in found[:-1]] == [
        str(GlobalID("PersonRecord", str(each))) for each in records[:-1]
    ]
    assert found[-1] is None
    [lookup] = parts["accounts"].calls
    assert lookup.body == {"ids": [str(each) for each in records]}


CLOCK = {"instant": "2023-11-02T01:00:00Z", "today": "2023-11-02", "simulated": True}


async def test_what_one_level_asks_a_part_goes_out_together(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """Different questions at one level are one request; what is asked twice is asked once, and a refusal spoils no other."""
    parts["workflow"].tell("GET", "/ops/clock", CLOCK)
    parts["workflow"].refuse("GET", "/v1/worklist/counts", 403, "ROLE_MISSING")
    document = "{ clock { simulated } again: clock { simulated } worklistCounts { __typename } }"
    answer = await (await gateway()).ask(document, token=signed_in, headers={"accept-language": "en"})
    [error] = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["worklistCounts"], "ROLE_MISSING")
    told = {"simulated": True}
    assert answer["data"] == {"clock": told, "again": told, "worklistCounts": None}
    assert parts["workflow"].requests == 1
    assert sorted(call.path for call in parts["workflow"].calls) == ["/ops/clock", "/v1/worklist/counts"]
    assert {call.headers["accept-language"] for call in parts["workflow"].calls} == {"en"}


async def test_a_large_question_goes_alone(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """What could make the common request too large does not travel in it."""
    parts["workflow"].tell("GET", "/ops/clock", CLOCK)
    document = "query($yaml: String!) { clock { simulated } checkCriteria(yaml: $yaml) { __typename } }"
    await (await gateway()).ask(document, token=signed_in, yaml="x" * 300_000)
    assert parts["workflow"].requests == 2
    assert len(parts["workflow"].calls) == 2
