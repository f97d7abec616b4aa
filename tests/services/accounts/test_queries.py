"""What a request costs the database does not grow with what it answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from tests.services.accounts.world import PROVINCE, token_at


@contextmanager
def statements(app: Any) -> Iterator[list[str]]:
    """The statements that the app sends meanwhile, but for the clock's and the audit's, which is chained behind."""
    sent: list[str] = []
    engine = app.state.db.engine.sync_engine

    def keep(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "clock_setting" not in statement and "audit" not in statement:
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", keep)


@pytest.mark.parametrize(
    ("method", "path", "most"),
    [
        ("POST", "/v1/organisations/lookup", 1),
        ("GET", "/v1/organisations?first=50", 2),
        ("POST", "/v1/people/lookup", 1),
        ("POST", "/v1/people/facts", 1),
        ("GET", "/v1/people?first=50", 1),
    ],
)
async def test_many_cost_as_many_statements_as_one(world, apps, method, path, most):
    """Lookups are one statement, lists at most two, whether they answer one or twelve."""
    units = [
        await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
        for _ in range(4)
    ]
    people = [(await world.add_person(unit))["person"]["id"] for unit in units for _ in range(3)]
    ids = people if "people" in path else [unit["id"] for unit in units]
    app, token = await apps.get("accounts"), token_at(world.root, "TITLE_OFFICER")
    for chosen in (ids[:1], ids):
        body = {"person_ids": chosen, "cycle": 2023} if path.endswith("facts") else {"ids": chosen}
        with statements(app) as sent:
            answer = await world.ask(method, path, token, body if method == "POST" else None)
        assert answer.status_code == 200
        assert len(answer.json()["items"]) >= len(chosen)
        assert len(sent) <= most, sent
