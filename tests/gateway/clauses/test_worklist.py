"""What waits for whom, by when, in whose hand; what is late is told above (三（一））."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from demo.scenes import declaration
from demo.stage import Stage, at
from tests.gateway.clauses import season, test_strict
from tests.gateway.clauses.province import Province, bearer_of
from tests.gateway.clauses.season import seated

LIST = """query($due: DueWithin, $claimed: ClaimedBy) { worklistCounts {
    waiting soon overdue claimedByMe unclaimed }
  worklist(first: 10, due: $due, claimed: $claimed) { edges { cursor node {
    id claimedByName claimedUntil chain { state dueOn organisation { id } } } } } }"""


@pytest.fixture(scope="module")
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """November; the department has two reviewers, and one declaration was submitted on the tenth."""
    stage = await season.begin(province, http)
    there = await province.at("department")
    stage.cast["colleague"] = seated(stage, "colleague", bearer_of(there, "REVIEWER", name="同事"))
    await test_strict.submitted(stage, "worker")
    return stage


async def waiting(stage: Stage, part: str, **narrowed: str) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Counts and list of somebody."""
    told = await stage.ask(part, LIST, **narrowed)
    return told["worklistCounts"], [edge["node"] for edge in told["worklist"]["edges"]]


async def escalated(stage: Stage) -> dict[str, Any]:
    """The declaration, once the platform has told of it by itself."""
    document = "query($id: ID!) { declaration(id: $id) { history { action basis { cite } } state } }"
    for _ in range(60):
        told: dict[str, Any] = (await stage.ask("department", document, id=stage.things["worker"]))[
            "declaration"
        ]
        if told["history"][-1]["action"] == "ESCALATE":
            break
        await asyncio.sleep(0.25)
    return told


@pytest.mark.clause("3.1")
async def test_who_has_it_knows_by_when(stage: Stage) -> None:
    """It waits at the department, with its day, in nobody's hand; above nothing waits yet."""
    counts, (only,) = await waiting(stage, "department")
    assert counts == {"waiting": 1, "soon": 0, "overdue": 0, "claimedByMe": 0, "unclaimed": 1}
    assert only["id"] == stage.things["worker"]
    first, *others = only["chain"]
    assert (first["state"], first["dueOn"]) == ("CURRENT", "2023-11-17")
    assert first["organisation"]["id"] == stage.organisations["department"]
    assert [each["dueOn"] for each in others] == [None] * len(others)
    assert (await waiting(stage, "hospital"))[0]["waiting"] == 0


@pytest.mark.clause("3.1")
async def test_what_a_colleague_claimed_is_the_colleagues(stage: Stage) -> None:
    """Claimed, it is told with the name, and another's approval is refused until it is let go."""
    target = {"id": stage.things["worker"]}
    await declaration.step(stage, "colleague", "CLAIM", "领取", of="worker")
    counts, (only,) = await waiting(stage, "colleague", claimed="ME")
    assert (counts["claimedByMe"], only["claimedByName"]) == (1, "同事")
    assert await waiting(stage, "department", claimed="NOBODY") == (
        {"waiting": 1, "soon": 0, "overdue": 0, "claimedByMe": 0, "unclaimed": 0},
        [],
    )
    for action, code in (("CLAIM", "CLAIMED"), ("RELEASE", "NOT_CLAIMED"), ("PASS", "CLAIMED_BY_ANOTHER")):
        found = await test_strict.broken(stage, "department", **target, action=action)
        assert found[code] == ["三（一）"]
    await declaration.step(stage, "colleague", "RELEASE", "放回", of="worker")
    assert (await waiting(stage, "department"))[0]["unclaimed"] == 1


@pytest.mark.clause("3.1")
async def test_what_is_late_is_told_above(stage: Stage) -> None:
    """Near, it is listed as such; when the day is over it is overdue, and the timeline says that the next was told."""
    await stage.move_clock(at(11, 15))
    assert [each["id"] for each in (await waiting(stage, "department", due="SOON"))[1]] == [
        stage.things["worker"]
    ]
    await stage.move_clock(at(11, 20))
    counts, (only,) = await waiting(stage, "department", due="OVERDUE")
    assert (counts["soon"], counts["overdue"], only["id"]) == (0, 1, stage.things["worker"])
    told = await escalated(stage)
    assert (told["history"][-1]["action"], told["state"]) == ("ESCALATE", "UNDER_REVIEW")
    assert told["history"][-1]["basis"][0]["cite"] == "三（一）"
    await declaration.judge(stage, "department", "内设机构", of="worker")
    assert (await waiting(stage, "department"))[0]["waiting"] == 0
    counts, (only,) = await waiting(stage, "hospital")
    assert counts["waiting"] == 1
    assert only["chain"][1]["dueOn"] == "2023-11-27"
