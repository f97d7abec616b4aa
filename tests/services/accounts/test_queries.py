"""What a request costs the database does not grow with what it answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pytest
from sqlalchemy import event

from tests.services.accounts.moving import stage_of
from tests.services.accounts.records import new_staff
from tests.services.accounts.test_question_banks import questions
from tests.services.accounts.world import PROVINCE, new_resident_id, token_at

ASKED: ContextVar[bool] = ContextVar("asked", default=False)
"""Whether a statement belongs to what is asked here, and not to what the app does by itself meanwhile."""


@contextmanager
def statements(app: Any) -> Iterator[list[str]]:
    """The statements that the app sends meanwhile, but for settings, the clock's, and the audit's, chained behind."""
    sent: list[str] = []
    engine = app.state.db.engine.sync_engine

    def keep(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if ASKED.get() and not any(
            word in statement for word in ("clock_setting", "audit", "set local", "set_config")
        ):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", keep)
    asked = ASKED.set(True)
    try:
        yield sent
    finally:
        ASKED.reset(asked)
        event.remove(engine, "before_cursor_execute", keep)


@pytest.mark.parametrize(
    ("method", "path", "most"),
    [
        ("POST", "/v1/organisations/lookup", 1),
        ("GET", "/v1/organisations?first=50", 3),
        ("POST", "/v1/people/lookup", 2),
        ("POST", "/v1/people/facts", 1),
        ("GET", "/v1/people?first=50", 3),
        ("GET", "/v1/people?first=50&q=卓玛&kind=ON_ESTABLISHMENT&state=ACTIVE", 2),
    ],
)
async def test_many_cost_as_many_statements_as_one(world, apps, method, path, most):
    """Lookups and lists are a few statements (keys, rows, and the documents of people), whether they answer one or twelve."""
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
        assert 0 < len(sent) <= most, sent


async def measured(world, app, method: str, path: str, token: str, body: Any = None) -> tuple[int, int]:
    """How many statements an answer took, and how many items it has."""
    with statements(app) as sent:
        answer = await world.ask(method, path, token, body)
    assert answer.status_code == 200, answer.text
    return len(sent), len(answer.json()["items"])


@pytest.mark.parametrize(
    ("method", "path", "most"),
    [
        ("GET", "/v1/people/{person}/records?first=100", 3),
        ("POST", "/v1/people/records/lookup", 1),
        ("POST", "/v1/people/standing", 2),
        ("GET", "/v1/records?first=100", 2),
        ("GET", "/v1/people/{person}/employments", 3),
        ("GET", "/v1/organisations/{unit}/test/units", 2),
        ("GET", "/v1/organisations/{unit}/test/waiting", 2),
    ],
)
async def test_records_and_standings_cost_the_same_for_many(world, apps, answers, method, path, most):
    """One record of one person, then nine of three: the statements stay as few."""
    hospital, app = await world.hospital(), await apps.get("accounts")
    staff = [
        await new_staff(world, hospital, answers, number=new_resident_id(born=f"1981010{n}"))
        for n in (1, 2, 3)
    ]
    token = token_at(hospital, "REVIEWER")
    asked = {"person_ids": [each.id for each in staff], "on": "2023-12-31"}
    if path.endswith("lookup"):
        del asked["on"]
    where = path.format(person=staff[0].id, unit=hospital["id"])
    for kinds in (("DEGREE",), ("CONTRACT", "WORK_EXPERIENCE")):
        for each in staff:
            for kind in kinds:
                await each.declare(kind)
        cost, _ = await measured(world, app, method, where, token, asked if method == "POST" else None)
        assert cost <= most


async def test_changes_of_employer_cost_the_same_for_many(world, apps):
    """A page with names, parties and every step taken: five statements for one as for nine."""
    app, stage = await apps.get("accounts"), await stage_of(world)
    await stage.ask()
    one = await measured(world, app, "GET", "/v1/employer-changes", stage.asking)
    for day in range(1, 9):
        number = new_resident_id(born=f"1983010{day}")
        await world.add_person(stage.old, number=number)
        await stage.ask(document={"kind": "RESIDENT_ID", "number": number})
    assert await measured(world, app, "GET", "/v1/employer-changes", stage.asking) == (one[0], 9)


async def test_versions_of_the_questions_cost_the_same_for_many(world, apps):
    """The list holds no questions, and reads none."""
    app, office = await apps.get("accounts"), token_at(world.root, "TITLE_OFFICER")
    path = "/v1/question-banks?cycle=2023"
    await measured(world, app, "GET", path, office)
    one = await measured(world, app, "GET", path, office)
    for number in range(10, 14):
        asked = {"cycle": 2023, "title": "草稿", "questions": questions(number)}
        assert (await world.ask("POST", "/v1/question-banks", office, asked)).status_code == 201
    assert await measured(world, app, "GET", path, office) == (one[0], one[1] + 4)
