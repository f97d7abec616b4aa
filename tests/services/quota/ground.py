"""What tests of places ask again and again: availability by level, what was published."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import select

from services.kit.outbox import outbox
from tests.services.quota.bodies import YEAR
from tests.services.quota.people import Unit, ask, service_token

RESERVATIONS = "/v1/reservations"


def path_of(unit: Unit) -> str:
    """The path of a unit's availability."""
    return f"/v1/availability?unit_id={unit.id}&year={YEAR}"


async def by_level(quota: Any, unit: Unit, **query: str) -> dict[str, dict[str, Any]]:
    """A unit's places, by level."""
    more = "".join(f"&{name}={value}" for name, value in query.items())
    told = (await ask(quota, "GET", path_of(unit) + more, unit.recommender)).json()
    return {each["level"]: each for each in told["levels"]}


async def post_of(session: Any, kind: str) -> list[dict[str, Any]]:
    """The data of every event of a type, in the order in which they were published."""
    async with session("quota") as tx:
        rows = await tx.execute(select(outbox.c.data).where(outbox.c.type == kind).order_by(outbox.c.seq))
        return [data if isinstance(data, dict) else orjson.loads(data) for (data,) in rows]


async def release(quota, held: dict) -> None:
    """Give a place back, as workflow does."""
    path = f"{RESERVATIONS}/{held['id']}/release"
    assert (await ask(quota, "POST", path, service_token(), {"reason": "撤回"})).status_code == 200
