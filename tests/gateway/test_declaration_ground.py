"""A declaration rests on one ground: a recommendation, or directly on the own county (二（二）)."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from strawberry.relay import to_base64

from tests.gateway.conftest import Gateway
from tests.gateway.fakes import FakePart
from tests.platform.tokens import mint

CREATE = (
    "mutation($input: CreateDeclarationInput!) { createDeclaration(input: $input) { errors { code field } } }"
)
RECOMMENDATION, CYCLE = UUID(int=1), UUID(int=2)
ON_RECOMMENDATION = {"recommendationId": to_base64("Recommendation", str(RECOMMENDATION))}
DIRECT = {"direct": {"cycleId": to_base64("Cycle", str(CYCLE)), "series": "HEALTH", "level": "MIDDLE"}}


@pytest.mark.clause("2.2.2")
@pytest.mark.parametrize(
    ("ground", "body"),
    [
        (ON_RECOMMENDATION, {"recommendation_id": str(RECOMMENDATION)}),
        (DIRECT, {"direct": {"cycle_id": str(CYCLE), "series": "HEALTH", "level": "MIDDLE"}}),
    ],
)
async def test_each_ground_goes_as_the_service_takes_it(
    gateway: Gateway, parts: dict[str, FakePart], ground: dict, body: dict
) -> None:
    """What is given under `ground` stands in the body of the service's request, the other ground does not."""
    parts["workflow"].refuse("POST", "/v1/declarations", 422, "TEST_NOT_PASSED")
    front = await gateway()
    told = await front.data(CREATE, token=mint(person_id=uuid4()), input={"ground": ground})
    assert [each["code"] for each in told["createDeclaration"]["errors"]] == ["TEST_NOT_PASSED"]
    (asked,) = parts["workflow"].asked("/v1/declarations")
    assert asked.body == body


@pytest.mark.parametrize("ground", [{}, {**ON_RECOMMENDATION, **DIRECT}, {"recommendationId": None}])
async def test_one_ground_and_no_other(gateway: Gateway, parts: dict[str, FakePart], ground: dict) -> None:
    """The schema itself refuses neither and both: nothing is asked of the service."""
    front = await gateway()
    told = await front.ask(CREATE, token=mint(), input={"ground": ground})
    assert told["errors"]
    assert parts["workflow"].calls == []


async def test_an_id_of_another_kind_is_told_by_its_field(
    gateway: Gateway, parts: dict[str, FakePart]
) -> None:
    """A plan's id is no recommendation's."""
    front = await gateway()
    wrong = {"ground": {"recommendationId": to_base64("RecommendationPlan", str(RECOMMENDATION))}}
    told = await front.data(CREATE, token=mint(), input=wrong)
    assert told["createDeclaration"]["errors"] == [
        {"code": "ID_OF_ANOTHER_KIND", "field": "recommendationId"}
    ]
    assert parts["workflow"].calls == []
