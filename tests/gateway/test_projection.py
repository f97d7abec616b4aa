"""What a query asks of a list's items is what the service is asked to read."""

from __future__ import annotations

import pytest

from tests.gateway.conftest import Gateway
from tests.gateway.fakes import FakePart

EVERY = ["chain", "returned", "aid", "available_actions"]


@pytest.mark.parametrize(
    ("selected", "fields"),
    [
        ("edges { node { number person { name } cycle { year } } }", ["basic"]),
        ("pageInfo { hasNextPage }", ["basic"]),
        ("edges { node { availableActions } }", ["available_actions"]),
        (
            "edges { node { mine: chain { role } ... on Declaration { aid { __typename } } } }",
            ["chain", "aid"],
        ),
        ("...Page", EVERY),
    ],
)
@pytest.mark.parametrize("listed", ["declarations", "worklist"])
async def test_the_service_is_asked_for_what_the_query_asks(
    gateway: Gateway,
    parts: dict[str, FakePart],
    signed_in: str,
    selected: str,
    fields: list[str],
    listed: str,
) -> None:
    """Through aliases and fragments too; where none of the larger fields is asked for, for none of them."""
    parts["workflow"].tell("GET", f"/v1/{listed}", {"items": [], "next_cursor": None})
    fragments = """ fragment Page on DeclarationConnection { edges { node { ...Item } } }
        fragment Item on Declaration { chain { role } returned { item } aid { __typename } availableActions }"""
    document = f"{{ {listed}(first: 5) {{ {selected} }} }}{fragments if '...Page' in selected else ''}"
    await (await gateway()).data(document, token=signed_in)
    [call] = parts["workflow"].calls
    assert call.fields == fields
