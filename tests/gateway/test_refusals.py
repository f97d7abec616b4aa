"""Expected refusals are data."""

from __future__ import annotations

from uuid import uuid4

from strawberry.relay import GlobalID

from tests.gateway.conftest import Gateway
from tests.gateway.fakes import FakePart, organisation

CREATE = """mutation($input: CreateOrganisationInput!) { createOrganisation(input: $input) {
  organisation { id name lineage { id name } } activation { login code } basis { cite summary }
  errors { code message field basis { cite summary } findings { code message field basis { cite } } } } }"""


def given(**changed: object) -> dict[str, object]:
    """Return what `createOrganisation` takes."""
    return {
        "creatorId": str(GlobalID("Organisation", str(uuid4()))),
        "name": "格尔木同康医院",
        "kind": "EMPLOYER",
        "level": "COUNTY",
        "regionCode": "632801",
        "manager": {"name": "王芳", "login": "wang.fang"},
    } | changed


async def test_a_write_tells_its_record_and_its_articles(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """What was decided comes back with the articles it rests on."""
    made = organisation()
    activation = {"login": "wang.fang", "code": "1234", "expires_at": "2023-10-15T00:00:00Z"}
    basis = [{"cite": "附件3 二", "summary": "自上而下逐级创建"}]
    parts["accounts"].tell(
        "POST",
        "/v1/organisations",
        {"record": {"organisation": made, "activation": activation}, "basis": basis},
        201,
    )
    told = (await (await gateway()).data(CREATE, token=signed_in, input=given()))["createOrganisation"]
    assert told["errors"] == []
    assert told["basis"] == basis
    assert told["organisation"]["id"] == str(GlobalID("Organisation", made["id"]))
    assert told["organisation"]["lineage"][0]["id"] == told["organisation"]["id"]


async def test_ids_and_words_reach_the_service_in_its_own_form(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """Global ids become the service's ids, camelCase its snake_case, and what is left out is not sent."""
    creator = uuid4()
    await (await gateway()).ask(
        CREATE, token=signed_in, input=given(creatorId=str(GlobalID("Organisation", str(creator))))
    )
    [call] = parts["accounts"].asked("/v1/organisations")
    assert call.body == {
        "creator_id": str(creator),
        "name": "格尔木同康医院",
        "kind": "EMPLOYER",
        "level": "COUNTY",
        "region_code": "632801",
        "manager": {"name": "王芳", "login": "wang.fang"},
    }


async def test_a_refusal_is_data_with_its_articles(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """Code, message, field and articles of a service's refusal come back in `errors`, and nothing at the top level."""
    finding = {
        "code": "WRONG",
        "message": "不对",
        "field": "region_code",
        "basis": [{"cite": "附件3 一", "summary": "层级"}],
    }
    parts["accounts"].refuse(
        "POST",
        "/v1/organisations",
        422,
        "NOT_YOURS_TO_CREATE",
        field="manager.login_name",
        findings=[finding],
    )
    told = (await (await gateway()).data(CREATE, token=signed_in, input=given()))["createOrganisation"]
    [error] = told["errors"]
    assert told["organisation"] is None
    assert error["code"] == "NOT_YOURS_TO_CREATE"
    assert error["field"] == "manager.loginName"
    assert error["basis"] == [{"cite": "附件3 三（三）", "summary": "民营医院由县级卫健部门创建"}]
    assert error["findings"] == [
        {"code": "WRONG", "message": "不对", "field": "regionCode", "basis": [{"cite": "附件3 一"}]}
    ]


async def test_an_id_of_another_kind_is_refused_in_both_languages(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """An id that names a thing of another kind, or nothing at all, is refused before any service is asked."""
    front = await gateway()
    for wrong in (str(GlobalID("Person", str(uuid4()))), "garbage", str(GlobalID("Organisation", "7"))):
        told = await front.ask(
            CREATE, token=signed_in, headers={"accept-language": "en"}, input=given(creatorId=wrong)
        )
        [error] = told["data"]["createOrganisation"]["errors"]
        assert error["code"] == "ID_OF_ANOTHER_KIND"
        assert error["field"] == "creatorId"
        assert "is not the id of" in error["message"]
    told = await front.ask(CREATE, token=signed_in, input=given(creatorId="garbage"))
    assert "不是" in told["data"]["createOrganisation"]["errors"][0]["message"]
    assert parts["accounts"].calls == []


async def test_a_question_that_is_refused_is_an_error_with_code_and_request_id(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """Where there is no payload to put it in, a refusal is a top-level error with its code, and its field null."""
    parts["workflow"].refuse("GET", "/v1/declarations", 403, "ROLE_MISSING")
    told = await (await gateway()).ask(
        "{ declarations(first: 1) { totalCount } }", token=signed_in, headers={"x-request-id": "abcdefgh1"}
    )
    assert told["data"] == {"declarations": None}
    [error] = told["errors"]
    assert error["extensions"]["code"] == "ROLE_MISSING"
    assert error["extensions"]["requestId"] == "abcdefgh1"
    assert error["extensions"]["basis"][0]["cite"] == "附件3 三（三）"


async def test_our_own_failures_are_masked(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """An answer that breaks the contract is our fault: told by request id, without internals."""
    parts["accounts"].tell("POST", "/v1/organisations/lookup", {"items": [organisation(uuid4(), name=None)]})
    broken = uuid4()
    parts["accounts"].tell("POST", "/v1/organisations/lookup", {"items": [organisation(broken, name=None)]})
    told = await (await gateway()).ask(
        "query($id: ID!) { organisation(id: $id) { name } }",
        token=signed_in,
        id=str(GlobalID("Organisation", str(broken))),
    )
    [error] = told["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert "name" not in error["message"]
    assert "requestId" in error["extensions"]


async def test_a_document_that_does_not_fit_the_schema_says_so(gateway: Gateway) -> None:
    """Validation errors stay readable."""
    told = await (await gateway()).ask("{ nothingLikeThis }")
    [error] = told["errors"]
    assert "nothingLikeThis" in error["message"]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    told = await (await gateway()).ask("{ me ")
    assert told["errors"][0]["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"
    told = await (await gateway()).ask("query($n: Int!) { cycles(first: $n) { totalCount } }", n="many")
    assert told["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_what_is_no_graphql_request_is_told_so_in_its_shape(gateway: Gateway) -> None:
    """Bodies that are no JSON, or no request, get a coded error and change nothing."""
    front = await gateway()
    bodies = (b"{not json", b"[]", b"{}", b'"text"', b"\xff\xfe", b'{"query": 5}', b'{"query": ""}', b"")
    for body in (
        *bodies,
        b'{"query": "{ me { login } }", "variables": "x"}',
        b'{"query": "query A { me { login } }", "operationName": "B"}',
    ):
        answer = await front.http.post("/graphql", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 400
        [error] = answer.json()["errors"]
        assert error["extensions"]["code"] == "GRAPHQL_REQUEST_MALFORMED"
        assert error["extensions"]["requestId"] == answer.headers["x-request-id"]
    reading = await front.http.get(
        "/graphql", params={"query": 'mutation { signOut(input: {refreshToken: "x"}) { signedOut } }'}
    )
    assert reading.status_code == 400
