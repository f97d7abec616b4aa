"""Lists of declarations read and tell what is asked for, and never what the applicant wrote."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from services.workflow.declaration.model import Declaration
from services.workflow.declaration.projection import LARGE, asked, reading


def columns(fields: list[str] | None) -> set[str]:
    """The larger columns that a list's statement reads."""
    text = str(reading(select(Declaration), asked(fields)).compile(dialect=postgresql.dialect()))
    return {each for each in LARGE if f"declaration.{each}," in f"{text.partition(' FROM ')[0]},"}


@pytest.mark.parametrize(
    ("fields", "read"),
    [
        (["basic"], set()),
        (["aid"], {"aid"}),
        (["chain", "returned"], {"chain", "returned"}),
        (["available_actions"], {"chain", "returned", "touched", "lineage"}),
        (None, {"chain", "returned", "touched", "lineage", "aid"}),
    ],
)
def test_the_statement_reads_what_is_asked_for(fields, read):
    """Large columns are read where something is told from them; content, drafts and paths never."""
    assert columns(fields) == read


async def test_what_is_not_asked_for_is_told_empty(office, season):
    """Both lists tell the same as without `fields`, less the larger fields that were not asked for."""
    person = await season.recommended()
    await office.submitted(person)
    token = person.line.token("REVIEWER", 3)
    for path in ("/v1/declarations", "/v1/worklist"):
        [whole] = (await office.call("GET", path, token)).json()["items"]
        assert whole["chain"]
        assert whole["available_actions"]
        assert whole["content"] is None
        [basic] = (await office.call("GET", path, token, params={"fields": "basic"})).json()["items"]
        assert basic == whole | {"chain": [], "returned": [], "aid": None, "available_actions": []}
        wanted = {"fields": ["chain", "available_actions"]}
        [some] = (await office.call("GET", path, token, params=wanted)).json()["items"]
        assert some == whole | {"returned": [], "aid": None}
    refused = await office.call("GET", "/v1/declarations", token, params={"fields": "content"})
    assert refused.json()["code"] == "REQUEST_MALFORMED"


async def test_one_is_told_as_far_as_it_is_asked_for(office, season):
    """The same as the whole, less what was not asked for; and all where nothing is said."""
    person = await season.recommended()
    await office.submitted(person)
    token = person.line.token("REVIEWER", 3)
    [listed] = (await office.call("GET", "/v1/declarations", token)).json()["items"]
    path = f"/v1/declarations/{listed['id']}"
    whole = (await office.call("GET", path, token)).json()
    assert whole["content"]
    assert whole["asked"]["materials"]
    assert whole["available_actions"]
    wanted = {"fields": ["chain", "materials"]}
    some = (await office.call("GET", path, token, params=wanted)).json()
    left = {"content": None, "asked": None, "findings": None, "sections": None}
    assert some == whole | left | {"returned": [], "aid": None, "available_actions": []}
