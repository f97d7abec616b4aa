"""Organisations, which anybody signed in is told alike, are asked for once in a while, until something of them changes."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from strawberry.relay import GlobalID

from tests.gateway.conftest import Asker, Gateway
from tests.gateway.fakes import FakePart, organisation
from tests.platform.tokens import bearer, mint

LOOKUP = "/v1/organisations/lookup"
NAMES = "query($id: ID!) { organisation(id: $id) { name } }"
RENAME = (
    "mutation($input: RenameOrganisationInput!) { renameOrganisation(input: $input) { errors { code } } }"
)
RENAMED = {
    "id": str(uuid4()), "source": "urn:titles:accounts", "type": "titles.accounts.organisation.renamed.v1",
    "subject": "organisation/x", "time": "2024-01-11T01:00:00Z",
    "data": {"organisation_id": str(uuid4()), "former_name": "甲", "name": "乙"},
}  # fmt: skip


async def name(front: Asker, wanted: UUID, token: str) -> str:
    """What somebody is told that an organisation is called."""
    told = await front.data(NAMES, token=token, id=str(GlobalID("Organisation", str(wanted))))
    called: str = told["organisation"]["name"]
    return called


def call(parts: dict[str, FakePart], wanted: UUID, called: str) -> None:
    """Let accounts know it by a name."""
    parts["accounts"].tell("POST", LOOKUP, {"items": [organisation(wanted, name=called)]})


async def test_what_one_was_told_another_is_told(gateway: Gateway, parts: dict[str, FakePart]) -> None:
    """Of several only those are asked for that are not known; who may not read, or is nobody, is sent on to the service."""
    front, known = await gateway(), uuid4()
    call(parts, known, "甲")
    assert await name(front, known, mint()) == "甲"
    call(parts, known, "乙")
    assert await name(front, known, mint()) == "甲"
    assert len(parts["accounts"].asked(LOOKUP)) == 1
    assert await name(front, known, mint(scope="titles.write")) == "乙"
    unsigned = await front.http.post(
        "/graphql", json={"query": NAMES, "variables": {"id": str(GlobalID("Organisation", str(known)))}}
    )
    assert unsigned.json()["data"] == {"organisation": {"name": "乙"}}
    assert len(parts["accounts"].asked(LOOKUP)) == 3


@pytest.mark.parametrize("way", ["event", "rest", "graphql", "nothing"])
async def test_what_changes_is_asked_for_again(
    gateway: Gateway, parts: dict[str, FakePart], way: str
) -> None:
    """By an event, or by whoever writes to organisations here; with `PUBLIC_SECONDS=0` each time."""
    front, known = await gateway(public_seconds=0 if way == "nothing" else 60), uuid4()
    call(parts, known, "甲")
    assert await name(front, known, mint()) == "甲"
    call(parts, known, "乙")
    if way == "event":
        taken = await front.http.post("/events", json=RENAMED, headers=bearer(mint(kind="service")))
        assert taken.status_code == 204
    act = f"/v1/organisations/{known}/actions/RENAME"
    parts["accounts"].tell("POST", act, {"record": organisation(known, name="乙"), "basis": []})
    if way == "graphql":
        given = {"id": str(GlobalID("Organisation", str(known))), "name": "乙", "reason": "更名"}
        assert await front.data(RENAME, token=mint(), input=given) == {"renameOrganisation": {"errors": []}}
    if way == "rest":
        done = await front.http.post(f"/api/accounts{act}", json={}, headers=bearer(mint()))
        assert done.status_code == 200, done.text
    assert await name(front, known, mint()) == "乙"


async def test_what_changes_while_it_is_asked_for_is_not_kept(
    gateway: Gateway, parts: dict[str, FakePart]
) -> None:
    """Whoever asked before the change may be told what was; nobody after it."""
    front, known = await gateway(), uuid4()

    def told_late(_: object) -> dict[str, object]:
        front.app.state.purging.memory.purge(("organisation",))
        return {"items": [organisation(known, name="甲")]}

    parts["accounts"].tell("POST", LOOKUP, told_late)
    assert await name(front, known, mint()) == "甲"
    call(parts, known, "乙")
    assert await name(front, known, mint()) == "乙"


async def test_what_is_not_there_is_asked_for_each_time(gateway: Gateway, parts: dict[str, FakePart]) -> None:
    """What was not found is not kept: it may be created the next moment."""
    front, new = await gateway(), uuid4()
    parts["accounts"].tell("POST", LOOKUP, {"items": []})
    asked = str(GlobalID("Organisation", str(new)))
    assert (await front.data(NAMES, token=mint(), id=asked))["organisation"] is None
    call(parts, new, "甲")
    assert await name(front, new, mint()) == "甲"
