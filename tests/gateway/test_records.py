"""Records through the gateway: every kind goes in as one of many inputs and comes back as one of many types."""

from __future__ import annotations

import dataclasses
from typing import Any
from uuid import uuid4

import pytest
from strawberry.relay import GlobalID

from gateway.accounts.record_body import BODIES as TYPES
from gateway.accounts.record_input import RecordBodyInput
from gateway.refusals import camel
from services.accounts.contract import RecordKind
from services.accounts.contract.records import PersonStanding
from services.accounts.record.bodies import READ
from services.accounts.record.schemas import RecordIn
from tests.gateway.fakes import Call
from tests.services.accounts.records import EVIDENCE, told

DECLARE = """mutation($input: DeclareRecordInput!) { declareRecord(input: $input) {
  record { id kind state version availableActions evidence { issuer documentNumber } body { __typename %s } }
  basis { cite } errors { code field } } }"""
UNIT = str(uuid4())


def camels(value: Any) -> Any:
    """A body as GraphQL takes it."""
    if isinstance(value, dict):
        return {camel(key): camels(item) for key, item in value.items() if item is not None}
    return [camels(item) for item in value] if isinstance(value, list) else value


def record_of(call: Call) -> dict[str, Any]:
    """What accounts answers: the body it was given, which its own shapes take."""
    asked = RecordIn.model_validate(call.body)
    record = {
        "id": str(uuid4()),
        "person_id": call.path.split("/")[3],
        "kind": asked.body.kind,
        "state": "DECLARED",
        "body": asked.body.model_dump(mode="json"),
        "evidence": asked.evidence.model_dump(mode="json"),
        "holds_from": "2020-01-01",
        "holds_until": None,
        "confirmer_id": UNIT,
        "supersedes_id": None,
        "reason": None,
        "decided_at": None,
        "created_at": "2023-11-01T00:00:00Z",
        "version": 1,
        "available_actions": ["WITHDRAW"],
    }
    return {"record": record, "basis": [{"cite": "一（五）2", "summary": "同等待遇"}]}


def test_every_kind_has_an_input_and_a_type():
    """None is forgotten on either side."""
    assert {field.name.upper() for field in dataclasses.fields(RecordBodyInput)} == set(RecordKind)
    assert set(TYPES) == set(RecordKind)


@pytest.mark.parametrize("kind", list(RecordKind))
async def test_each_kind_is_declared_and_read(gateway, parts, signed_in, kind):
    """What accounts gets is what its shapes take, and what it tells is read as the type of the kind."""
    front, person = await gateway(), uuid4()
    path = f"/v1/people/{person}/records"
    parts["accounts"].tell("POST", path, record_of)
    body = told(kind, **({"sending_unit_id": UNIT} if kind == "VILLAGE_POSTING" else {}))["body"]
    given = camels({name: value for name, value in body.items() if name != "kind"})
    if kind == "VILLAGE_POSTING":
        given["sendingUnitId"] = str(GlobalID("Organisation", UNIT))
    asked = {
        "personId": str(GlobalID("Person", str(person))),
        "body": {camel(kind.lower()): given},
        "evidence": camels(EVIDENCE),
    }
    plain = next(name for name, value in given.items() if isinstance(value, str) and not name.endswith("Id"))
    document = DECLARE % f"... on {TYPES[kind].__name__} {{ {plain} }}"
    done = (await front.data(document, token=signed_in, input=asked))["declareRecord"]
    assert done["errors"] == []
    assert done["record"]["body"] == {"__typename": TYPES[kind].__name__, plain: given[plain]}
    assert done["record"]["availableActions"] == ["WITHDRAW"]
    [call] = parts["accounts"].asked(path)
    sent = READ.validate_python(call.body["body"]).model_dump(mode="json")
    assert {name: sent[name] for name in body} == body


async def test_exactly_one_kind_is_told(gateway, signed_in):
    """Two at once, and none, are no input."""
    front = await gateway()
    one, two = (
        {"year": 2023, "publicHours": 1, "professionalHours": 1},
        {"year": 2023, "unit": "某", "result": "EXCELLENT"},
    )
    for body in ({}, {"continuingEducation": one, "yearlyAssessment": two}, {"continuingEducation": None}):
        asked = {
            "personId": str(GlobalID("Person", str(uuid4()))),
            "body": body,
            "evidence": {"issuer": "某", "issuedOn": "2023-01-01"},
        }
        answer = await front.ask(DECLARE % "", token=signed_in, input=asked)
        assert answer["errors"], body


async def test_steps_are_mutations_of_their_own(gateway, parts, signed_in):
    """Each calls its action with note and version; a refusal comes back as data."""
    front, record = await gateway(), uuid4()
    made = record_of(Call("POST", f"/v1/people/{uuid4()}/records", {}, {}, told("DEGREE")))
    for name in ("confirm", "refuse", "withdraw", "revoke"):
        path = f"/v1/records/{record}/actions/{name.upper()}"
        parts["accounts"].tell("POST", path, made)
        document = f"""mutation($input: {name.title()}RecordInput!) {{
          {name}Record(input: $input) {{ record {{ state }} errors {{ code }} }} }}"""
        given = {"id": str(GlobalID("PersonRecord", str(record))), "note": "理由", "version": 3}
        done = (await front.data(document, token=signed_in, input=given))[f"{name}Record"]
        assert done == {"record": {"state": "DECLARED"}, "errors": []}
        [call] = parts["accounts"].asked(path)
        assert call.body == {"note": "理由", "version": 3}
        parts["accounts"].refuse("POST", path, 422, "RULES_BROKEN")
        done = (await front.data(document, token=signed_in, input=given))[f"{name}Record"]
        assert done == {"record": None, "errors": [{"code": "RULES_BROKEN"}]}


async def test_standings_of_many_are_asked_for_in_one_call(gateway, parts, signed_in):
    """A list of people, each with a standing on the same day."""
    front, ids = await gateway(), [str(uuid4()) for _ in range(3)]
    amount = {"confirmed": 12, "with_declared": 24}
    empty = {name: [] for name in PersonStanding.model_fields}
    known = dict.fromkeys(
        (
            "appointed",
            "in_private_enterprise",
            "insured_at_employer",
            "contract_covers",
            "contract_with_employer",
            "village_posting",
        ),
        "UNKNOWN",
    )
    counts = ("insurance_months", "insurance_at_employer", "aid_months", "aid_excellent_years")
    amounts = dict.fromkeys(counts, amount)
    nothing = {"education": None, "education_with_declared": None}

    def standings(call: Call) -> dict[str, Any]:
        found = [
            {**empty, **known, **amounts, **nothing, "person_id": each, "on": call.body["on"]}
            for each in call.body["person_ids"]
        ]
        return {"items": [PersonStanding.model_validate(each).model_dump(mode="json") for each in found]}

    parts["accounts"].tell("POST", "/v1/people/standing", standings)
    parts["accounts"].tell(
        "POST", "/v1/people/lookup", lambda call: {"items": [person(i) for i in call.body["ids"]]}
    )
    fields = (
        '{ ... on Person { standing(on: "2023-12-31") { villagePosting insuranceMonths { confirmed } } } }'
    )
    asked = " ".join(f'p{n}: node(id: "{GlobalID("Person", each)}") {fields}' for n, each in enumerate(ids))
    data = await front.data(f"{{ {asked} }}", token=signed_in)
    assert [each["standing"]["villagePosting"] for each in data.values()] == ["UNKNOWN"] * 3
    assert data["p0"]["standing"]["insuranceMonths"] == {"confirmed": 12}
    assert len(parts["accounts"].asked("/v1/people/standing")) == 1


def person(id: str) -> dict[str, Any]:
    """A person as accounts tells it."""
    return {
        "id": id,
        "account_id": str(uuid4()),
        "name": "卓玛",
        "kind": "ON_ESTABLISHMENT",
        "state": "ACTIVE",
        "documents": [],
        "masked_resident_id": None,
        "masked_phone": None,
        "masked_email": None,
        "rests_on": None,
        "employer_id": UNIT,
        "department_id": None,
        "created_at": "2023-10-12T01:00:00Z",
        "version": 1,
    }
