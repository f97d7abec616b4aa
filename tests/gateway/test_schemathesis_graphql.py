"""Somebody else's clients try what nobody thought of, on every query and mutation, as strangers and as everybody signed in."""

from __future__ import annotations

import asyncio
import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from itertools import cycle
from typing import Any
from uuid import UUID

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.graphql import nodes, scalar
from strawberry.relay import GlobalID

from deploy.local.layout import PROJECT
from services.kit.auth import Node
from tests.gateway.unwritten import with_kinds, with_one_of
from tests.gateway.whole import signed_in, whole
from tests.platform.tokens import bearer, mint, node, seat

EXAMPLES = int(os.environ.get("EXAMPLES", "1"))
"""How many documents an operation gets; `make fuzz` asks for more."""
STEP = 1 if EXAMPLES > 1 else 6
"""Without that each sixth operation gets two, of which the first is the simplest that there is."""
APART = {"Mutation.setClock"}
"""Of demonstrations alone; everything else would happen at the end of time."""
OURS = {"INTERNAL", "PART_UNAVAILABLE", "GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "THROTTLED"}
"""What may not be told to good documents while all parts are up: faults, and that the schema promises what is not taken."""
KNOWN = set(re.findall(r"^\| `([A-Z_]+)` ", (PROJECT / "docs/errors.md").read_text("utf-8"), re.MULTILINE))
NOBODY = UUID(int=7)
SCALARS = {
    "Date": st.sampled_from(["2023-11-20", "0001-01-01", "9999-12-31"]).map(nodes.String),
    "DateTime": st.sampled_from(
        ["2023-11-20T09:00:00+08:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2023-11-20T09:00:00"]
    ).map(nodes.String),
    "Time": st.sampled_from(["09:00:00", "00:00:00", "23:59:59.999999"]).map(nodes.String),
    "UUID": st.uuids().map(lambda each: nodes.String(str(each))),
    "JSON": st.text() .map(nodes.String) | st.integers(-9, 9).map(nodes.Int) | st.booleans().map(nodes.Boolean),
    "Int": (st.integers(1, 12) | st.integers(-(2**31), 2**31 - 1)).map(nodes.Int),
}  # fmt: skip
Payload = dict[str, Any]


@pytest.fixture
async def url(apps: Any, session: Any, database: str) -> AsyncIterator[str]:
    """Where the gateway is; nobody is refused there, or has to wait, for having asked too much."""
    async with whole(apps, session, cost_bucket=10**9, max_cost=10**9) as where:
        yield where


class Tried:
    """What is wrong, of every operation, by actors who take turns; and what was answered."""

    def __init__(self, url: str, account: Payload) -> None:
        self.url, self.account = url, account
        self.found: list[str] = []
        self.answered: Counter[str] = Counter()
        self.root = node("HRSS", "PROVINCE", UUID(account["roles"][0]["organisation_id"]))
        self.actors = cycle(self.everybody(self.root))

    def everybody(self, root: Node) -> list[Payload]:
        """A stranger, and the roles, each with what it needs to come far; people's tokens are of an account that there is."""
        hospital = node("EMPLOYER", "PROVINCE")
        held = {
            "ORGANISATION_MANAGER TITLE_OFFICER REVIEWER": (root,),
            "APPLICANT": (root, hospital),
            "COMMITTEE_OFFICE EXPERT SUPERVISOR": (root,),
            "RECOMMENDER REVIEWER": (root, hospital),
            "OPERATOR": (root,),
        }
        someone = {"sub": UUID(self.account["id"]), "person_id": NOBODY}
        people = [
            {"seats": [seat(role, *line) for role in roles.split()], **someone}
            for roles, line in held.items()
        ]
        system = {"seats": [seat("INTEGRATION", root)], "kind": "integration"}
        return [{}, *people, system | {"scope": "titles.read titles.write"}]

    def known(self, kind: str) -> list[str]:
        """Ids that are given for a thing of this kind: a real one where there is one, of nothing, of something else, no id at all."""
        real = {"Organisation": self.root.id, "Account": self.account["id"]}.get(kind, NOBODY)
        ids = [GlobalID(kind, str(real)), GlobalID(kind, str(NOBODY)), GlobalID("Node", str(real))]
        return [*map(str, ids), "?"]

    def all(self) -> None:
        """Try them all."""
        told, kinds = with_kinds((PROJECT / "gateway/schema.graphql").read_text("utf-8"))
        for name, values in SCALARS.items():
            scalar(name, values)
        for kind in kinds.found:
            scalar(f"ID_{kind}", st.sampled_from(self.known(kind)).map(nodes.String))
        operations = [each.ok() for each in schemathesis.graphql.from_file(told).get_all_operations()]
        tried = [each for each in operations if each.label not in APART]
        with httpx.Client(base_url=self.url, trust_env=False, timeout=60) as http:
            for operation in tried[::STEP]:
                self.one(operation, kinds.one_of, http)

    def one(self, operation: Any, one_of: set[str], http: httpx.Client) -> None:
        """Try one; what is wrong is told together, because what hypothesis shrinks hides the rest."""

        @settings(
            max_examples=EXAMPLES + 1,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def once(case: Any) -> None:
            actor = next(self.actors)
            headers = bearer(mint(**actor)) if actor else {}
            document = with_one_of(case.body, operation.schema.client_schema, one_of)
            answer = http.post("/graphql", json={"query": document}, headers=headers)
            self.found += [f"{wrong}\n{document}\n{answer.text[:800]}" for wrong in self.wrong(answer)]

        once()

    def wrong(self, answer: httpx.Response) -> Iterator[str]:
        """What may not be: a failure, a code that stands nowhere, an answer that the schema does not allow."""
        told = answer.json()
        codes = {each["extensions"]["code"] for each in told.get("errors") or ()}
        for payload in (told.get("data") or {}).values():
            if isinstance(payload, dict):
                codes |= {each["code"] for each in payload.get("errors") or () if "code" in each}
        self.answered.update(codes or {"DATA"})
        if answer.status_code not in {200, 400, 401, 403, 422, 413} or codes & OURS or codes - KNOWN - OURS:
            yield f"{answer.status_code} {sorted(codes)}"


@pytest.mark.timeout(3600 if EXAMPLES > 1 else 600)
async def test_nothing_is_found(url: str) -> None:
    """No failure of ours, nothing masked, no answer against the schema (it would be masked), whoever asks; many come further than the door."""
    tried = Tried(url, (await signed_in(url))["account"])
    await asyncio.to_thread(tried.all)
    assert not tried.found, f"{len(tried.found)} found\n\n" + "\n\n".join(tried.found)
    assert tried.answered["DATA"] > 20, tried.answered
