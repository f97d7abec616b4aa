"""With one part down the others keep answering, and the gateway says which part is missing."""

from __future__ import annotations

from uuid import uuid4

from strawberry.relay import GlobalID

from tests.gateway.conftest import Gateway
from tests.gateway.fakes import FakePart, annual_form, organisation


async def test_a_part_that_is_down_takes_only_its_own_fields(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """The fields of the other parts answer; the missing one is null, with an error that names the part."""
    parts["accounts"].tell("GET", "/v1/organisations", {"items": [organisation()], "next_cursor": None})
    front = await gateway(down=("quota",))
    told = await front.ask(
        "{ annualForms(first: 5) { totalCount } organisations(first: 5) { edges { node { name } } } }",
        token=signed_in,
    )
    assert told["data"]["annualForms"] is None
    assert told["data"]["organisations"]["edges"][0]["node"]["name"] == "青海省第一人民医院"
    [error] = told["errors"]
    assert error["extensions"]["code"] == "PART_UNAVAILABLE"
    assert error["extensions"]["part"] == "quota"
    assert error["path"] == ["annualForms"]
    assert "quota" in error["message"]


async def test_an_edge_into_a_part_that_is_down_is_null(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """A form still answers while the part that knows its unit does not."""
    unit = uuid4()
    parts["quota"].tell("GET", "/v1/annual-forms", {"items": [annual_form(unit)], "next_cursor": None})
    front = await gateway(down=("accounts",))
    told = await front.ask(
        "{ annualForms(first: 5) { edges { node { year unit { name } } } } }", token=signed_in
    )
    [edge] = told["data"]["annualForms"]["edges"]
    assert edge["node"] == {"year": 2023, "unit": None}
    assert told["errors"][0]["extensions"]["part"] == "accounts"


async def test_a_part_behind_a_part_is_named(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """When workflow cannot reach quota, it is quota that is missing; the mutation is null, not refused."""
    parts["workflow"].refuse("POST", "/v1/recommendations", 503, "PART_UNAVAILABLE", part="quota")
    document = "mutation($input: RecommendInput!) { recommend(input: $input) { errors { code } } }"
    given = {
        "planId": str(GlobalID("RecommendationPlan", str(uuid4()))),
        "personId": str(GlobalID("Person", str(uuid4()))),
        "series": "HEALTH",
        "level": "ASSOCIATE_SENIOR",
    }
    told = await (await gateway()).ask(document, token=signed_in, input=given)
    assert told["data"] == {"recommend": None}
    extensions = told["errors"][0]["extensions"]
    assert (extensions["code"], extensions["part"]) == ("PART_UNAVAILABLE", "quota")


async def test_readiness_names_each_part(gateway: Gateway, parts: dict[str, FakePart]) -> None:
    """`/readyz` tells each part by name; the gateway is degraded with some missing, not ready with all."""
    for part in parts.values():
        part.tell("GET", "/readyz", {"status": "ready"})
    parts["workflow"].tell("GET", "/readyz", {"status": "not ready"}, 503)
    answer = await (await gateway(down=("quota",))).http.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "degraded",
        "checks": {
            "accounts": "ok",
            "workflow": "answers, but is not ready",
            "quota": "does not answer",
            "notifications": "ok",
        },
    }
    alone = await (await gateway(down=tuple(parts))).http.get("/readyz")
    assert alone.status_code == 503
    alive = await (await gateway(down=tuple(parts))).http.get("/healthz")
    assert alive.json() == {"status": "alive"}
