"""Results of three committees, as rows; and what the province does with a spot check, over HTTP."""

from __future__ import annotations

import hashlib
import hmac
from fractions import Fraction
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from tests.platform.tokens import mint, seat
from tests.services.workflow.meeting.season import Season

CHECKS, ITEMS = "/v1/spot-checks", "/v1/spot-check-items"
DOCUMENT = "青人社厅函〔2024〕21号"
COMMITTEES = """
    insert into committee select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(),
        'name', c.name || n))).* from committee c, generate_series(1, 2) n returning id
"""
RESULTS = """
    insert into declaration select (jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid(),
        'number', d.number || '-' || :prefix || n, 'person_id', gen_random_uuid(),
        'committee_id', cast(:committee as text), 'state', cast(:state as text)))).*
    from declaration d, generate_series(1, :many) n where d.number = '2023000001'
"""


async def with_results(session: Any, season: Season, *many: int) -> list[UUID]:
    """The ids of three committees, with so many results each, of each kind in turn."""
    async with session("workflow") as tx:
        others = list(await tx.scalars(text(COMMITTEES)))
        committees = [season.committee_id, *others]
        states = ("CERTIFIED", "NOT_PASSED", "PASSED")
        for at, (committee, count, state) in enumerate(zip(committees, many, states, strict=True)):
            given = {"committee": str(committee), "state": state, "many": count, "prefix": f"{at}-"}
            await tx.execute(text(RESULTS), given)
    return committees


def checker(season: Season, role: str = "SUPERVISOR", **claims: Any) -> str:
    """Somebody of the provincial HRSS."""
    return mint([seat(role, season.province)], **{"name": "抽查人员", **claims})


async def ordered(hall: Any, token: str | None = None, **more: Any) -> httpx.Response:
    """Order a spot check, as the province unless told otherwise."""
    body = {"cycle_id": str(hall.season.cycle_id), **more}
    answer: httpx.Response = await hall.ask(token or hall.season.officer, "POST", CHECKS, body)
    return answer


async def drawn(hall: Any, **more: Any) -> dict[str, Any]:
    """A spot check that was ordered and drawn."""
    made = (await ordered(hall, **more)).json()["record"]
    answer = await hall.ask(hall.season.officer, "POST", f"{CHECKS}/{made['id']}/actions/DRAW", {})
    assert answer.status_code == 200, answer.text
    record: dict[str, Any] = answer.json()["record"]
    return record


async def every(hall: Any, token: str, path: str) -> list[dict[str, Any]]:
    """All items of a paged list."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        answer = await hall.ask(token, "GET", f"{path}?first=100{after}")
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if not (cursor := answer.json()["next_cursor"]):
            return found
        after = f"&after={cursor}"


async def step(hall: Any, token: str, item: dict[str, Any], action: str, **body: Any) -> httpx.Response:
    """A step of an item."""
    answer: httpx.Response = await hall.ask(token, "POST", f"{ITEMS}/{item['id']}/actions/{action}", body)
    return answer


def replayed(seed: str, frame: list[dict[str, str]], share: Fraction) -> set[str]:
    """Who is drawn, found again by the description of the algorithm alone, by largest remainder."""
    key = bytes.fromhex(seed)
    strata: dict[str, list[str]] = {}
    for each in frame:
        strata.setdefault(each["committee_id"], []).append(each["declaration_id"])
    size = max(-(-len(frame) * share.numerator // share.denominator), len(strata))
    rest, left = size - len(strata), {name: len(ids) - 1 for name, ids in strata.items()}
    exact = {name: Fraction(rest * count, max(sum(left.values()), 1)) for name, count in left.items()}
    seats = {name: 1 + int(quota) for name, quota in exact.items()}
    short = size - sum(seats.values())
    for name in sorted(exact, key=lambda each: (-(exact[each] % 1), each))[:short]:
        seats[name] += 1

    def ticket(declaration_id: str) -> str:
        return hmac.new(key, declaration_id.encode(), hashlib.sha256).hexdigest()

    return {each for name, ids in strata.items() for each in sorted(ids, key=ticket)[: seats[name]]}
