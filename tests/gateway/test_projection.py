"""What a query asks of a list's items is what the service is asked to read."""

from __future__ import annotations

from uuid import uuid4

import pytest
from strawberry.relay import GlobalID

from tests.gateway.conftest import Gateway
from tests.gateway.fakes import FakePart, organisation

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


async def test_fragments_are_walked_once(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """Forty that spread the next one twice cost nothing, and are read at once; walking each spread would take days."""
    parts["workflow"].tell("GET", "/v1/declarations", {"items": [], "next_cursor": None})
    chain = " ".join(f"fragment F{n} on Declaration {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
    last = "fragment F40 on Declaration { availableActions }"
    document = f"{{ declarations(first: 5) {{ edges {{ node {{ ...F0 }} }} }} }} {chain} {last}"
    await (await gateway()).data(document, token=signed_in)
    [call] = parts["workflow"].calls
    assert call.fields == ["available_actions"]


@pytest.mark.parametrize(
    ("selected", "fields"),
    [
        ("name employer { name }", ["basic"]),
        ("maskedPhone documents { kind }", ["documents", "masked_phone"]),
    ],
)
async def test_sealed_numbers_are_asked_for_only_where_they_are_selected(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str, selected: str, fields: list[str]
) -> None:
    """In the list of people, and in that of an organisation."""
    own = uuid4()
    parts["accounts"].tell("GET", "/v1/people", {"items": [], "next_cursor": None})
    parts["accounts"].tell("POST", "/v1/organisations/lookup", {"items": [organisation(own)]})
    page = f"people(first: 5) {{ edges {{ node {{ {selected} }} }} }}"
    document = f"query($id: ID!) {{ {page} organisation(id: $id) {{ {page} }} }}"
    await (await gateway()).data(document, token=signed_in, id=str(GlobalID("Organisation", str(own))))
    assert [call.fields for call in parts["accounts"].asked("/v1/people")] == [fields, fields]


@pytest.mark.parametrize(
    ("selected", "fields"),
    [
        ("number person { name }", ["basic"]),
        (
            "chain { role } materials { title } ... on Declaration { aid { __typename } }",
            ["chain", "aid", "materials"],
        ),
    ],
)
async def test_of_one_declaration_too(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str, selected: str, fields: list[str]
) -> None:
    """What is asked of the applicant and what does not count is worked out only where somebody wants to know."""
    own = uuid4()
    parts["workflow"].refuse("GET", f"/v1/declarations/{own}", 404, "DECLARATION_NOT_FOUND")
    document = f"query($id: ID!) {{ declaration(id: $id) {{ {selected} }} }}"
    await (await gateway()).data(document, token=signed_in, id=str(GlobalID("Declaration", str(own))))
    [call] = parts["workflow"].calls
    assert call.fields == fields
