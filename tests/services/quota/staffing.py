"""A unit's staffing ledger as its clerk writes it and others read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.services.quota.bodies import YEAR
from tests.services.quota.people import Unit, ask

MOVEMENTS, BALANCES = "/v1/staffing/movements", "/v1/staffing/balances"
LEAVING = {"document": "青退字〔2023〕1号", "reason": "达到退休年龄"}
NEEDED: dict[str, dict[str, Any]] = {
    "PLAN_SET": {"posts": 5, "document": "青人社事〔2022〕8号"},
    "QUALIFIED": {"title": "主治医师", "document": "证书 0001"},
    "EMPLOYED": {"document": "聘文〔2023〕1号"},
    "PROMOTED": {"document": "聘文〔2023〕2号"},
    "LOWERED": {"document": "聘文〔2023〕3号", "reason": "年度考核不合格"},
    "REGRADED": {"document": "聘文〔2023〕4号", "post_grade": "专业技术七级"},
    "RELEASED": {"document": "聘文〔2023〕5号", "reason": "聘期届满"},
    "TRANSFERRED_IN": {"document": "调令〔2023〕1号"},
    "POST_DECISION": {"takes_post": True, "reason": "承担信息系统运维职责"},
    "RETIRED": LEAVING,
    "TRANSFERRED_OUT": LEAVING,
    "RESIGNED": LEAVING,
    "DECEASED": LEAVING,
}
"""What each cause needs besides person, level and date."""


@dataclass(frozen=True)
class Book:
    """The ledger of one unit."""

    http: httpx.AsyncClient
    unit: Unit

    def body(self, cause: str, who: Any = None, on: str = "2023-03-01", **fields: Any) -> dict[str, Any]:
        """A movement as the API takes it; `who` is a name, or the record of a person."""
        member = {"member": {"name": who} if isinstance(who, str) else {"id": who["id"]}} if who else {}
        given = {"unit_id": self.unit.id, "cause": cause, "on_date": on, **NEEDED.get(cause, {}), **member}
        return {name: value for name, value in (given | fields).items() if value is not None}

    async def ask(
        self, cause: str, who: Any = None, *, by: str | None = None, **fields: Any
    ) -> httpx.Response:
        """The answer to a movement, as it came."""
        body = self.body(cause, who, **fields)
        return await ask(self.http, "POST", MOVEMENTS, by or self.unit.recommender, body)

    async def record(self, cause: str, who: Any = None, **fields: Any) -> dict[str, Any]:
        """A movement that is recorded."""
        answer = await self.ask(cause, who, **fields)
        assert answer.status_code == 201, answer.text
        return answer.json()["record"]

    async def reverse(self, movement: dict[str, Any], *, by: str | None = None) -> httpx.Response:
        """The answer to taking a movement back."""
        path = f"{MOVEMENTS}/{movement['id']}/reversal"
        return await ask(self.http, "POST", path, by or self.unit.recommender, {"reason": "录入错误"})

    async def balances(self, *, by: str | None = None, **asked: Any) -> dict[str, Any]:
        """The ledger on a day."""
        given = {"unit_id": self.unit.id, "year": YEAR, **asked}
        query = "&".join(f"{name}={value}" for name, value in given.items())
        answer = await ask(self.http, "GET", f"{BALANCES}?{query}", by or self.unit.recommender)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def figures(self, **asked: Any) -> dict[str, tuple[int, ...]]:
        """Approved, employed, qualified and exits of every level where any is."""
        cells = ("approved", "employed", "qualified_not_employed", "exits")
        told = {
            each["level"]: tuple(each[cell] for cell in cells)
            for each in (await self.balances(**asked))["levels"]
        }
        return {level: row for level, row in told.items() if any(row)}


def codes(answer: httpx.Response) -> set[tuple[str, str | None]]:
    """What a refusal finds wrong: rule and field."""
    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, "RULES_BROKEN"), answer.text
    assert all(each["basis"] for each in told["findings"])
    return {(each["code"], each.get("field")) for each in told["findings"]}


def account() -> str:
    """The id of a person's account."""
    return str(uuid4())
