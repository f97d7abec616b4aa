"""Lists of entitled people: kept by a prefecture's health authority, for people of the prefecture (二（四）2)."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.accounts.contract import Role
from services.kit.auth import Node
from services.kit.outbox import outbox
from services.workflow.contract import EntitlementChanged
from services.workflow.entitlement.states import ListAction, ListState
from services.workflow.entitlement.steps import LIST_STEPS
from tests.platform.tokens import mint, seat
from tests.services.workflow.stage import NOVEMBER, Stage, cites, problem

ARTICLE = {"二（四）2"}
LIST = {"title": "海西州参加疫情防控医务人员名单", "document_number": "西卫〔2023〕21号"}
AT_ONCE = 16


def authority(level: str = "PREFECTURE", industry: str | None = "HEALTH", kind: str = "AUTHORITY") -> Node:
    """An organisation as a token carries it."""
    return Node(id=uuid4(), kind=kind, level=level, industry=industry)


class Keeping:
    """A health authority below the stage's prefecture, and what it does."""

    def __init__(self, stage: Stage, cycle: dict[str, Any]) -> None:
        self.stage, self.cycle, self.health = stage, cycle, authority()
        self.token = self.by("REVIEWER")

    def by(self, role: str, place: Node | None = None, *above: Node, **claims: Any) -> str:
        """A token at the authority, or at another place of the province."""
        line = above or (self.stage.places.province, self.stage.places.prefecture)
        return mint([seat(role, *line, place or self.health)], **claims)

    async def begun(self) -> dict[str, Any]:
        """A new list."""
        return await self.stage.made("/entitlement-lists", self.token, LIST | {"cycle_id": self.cycle["id"]})

    async def enter(self, row: dict[str, Any], person: Any, action: str = "ADD", **more: Any) -> Any:
        """Somebody is put on it or taken off it."""
        body = {"person_id": str(person), "action": action, "reason": "援鄂医疗队队员", **more}
        token = body.pop("token", self.token)
        return await self.stage.ask("POST", f"/entitlement-lists/{row['id']}/entries", token, body)

    async def publish(self, row: dict[str, Any], token: str | None = None) -> Any:
        """It is published."""
        path = f"/entitlement-lists/{row['id']}/actions/PUBLISH"
        return await self.stage.ask("POST", path, token or self.token)

    def medic(self, **changed: Any) -> Any:
        """Somebody who works at the prefecture's clinic."""
        return self.stage.employ(self.stage.places.clinic, **changed)

    async def entitled(self, person: Any) -> list[str]:
        """The documents of the lists that the person is told of."""
        line = self.stage.places.line(self.stage.places.clinic)
        token = mint([seat("APPLICANT", *line)], sub=person.account_id, person_id=person.id)
        answer = await self.stage.ask("GET", "/what-if?series=HEALTH&year=2023", token)
        told = answer.json()["entitlements"]
        assert all(cites(each) == ARTICLE for each in told)
        return [each["document_number"] for each in told]


@pytest.fixture
async def keeping(stage) -> Keeping:
    """November, and a health authority that keeps lists."""
    cycle = await stage.opened()
    await stage.time(NOVEMBER)
    return Keeping(stage, cycle)


@pytest.mark.clause("2.4.2")
async def test_being_on_a_published_list_is_a_fact(keeping, session):
    """Not before it is published, and no longer once taken off; every entry is kept with its reason, and no row is altered."""
    row, medic, other = await keeping.begun(), keeping.medic(), keeping.medic()
    problem(await keeping.publish(row), 422, "RULES_BROKEN")
    for each in (medic, other):
        answer = await keeping.enter(row, each.id)
        assert (answer.status_code, cites(answer.json())) == (201, ARTICLE)
    assert await keeping.entitled(medic) == []
    published = (await keeping.publish(row)).json()["record"]
    assert (published["state"], published["published_at"] is not None) == ("PUBLISHED", True)
    assert await keeping.entitled(medic) == [LIST["document_number"]]
    left = await keeping.enter(row, medic.id, "REMOVE", reason="核查后不符合")
    assert left.json()["record"]["listed"] is False
    assert (await keeping.entitled(medic), await keeping.entitled(other)) == ([], [LIST["document_number"]])
    told = (await keeping.stage.ask("GET", f"/entitlement-lists/{row['id']}/entries", keeping.token)).json()
    assert [(each["action"], each["listed"], each["reason"]) for each in told["items"]] == [
        ("REMOVE", False, "核查后不符合"),
        ("ADD", True, "援鄂医疗队队员"),
        ("ADD", False, "援鄂医疗队队员"),
    ]
    async with session("workflow") as tx:
        events = [
            row
            async for row in await tx.stream_scalars(
                outbox.select().where(outbox.c.type == EntitlementChanged.type)
            )
        ]
        assert len(events) == 4
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with session("workflow") as tx:
            await tx.execute(text("update entitlement_entry set reason = '改'"))


@pytest.mark.clause("2.4.2")
async def test_only_people_of_the_prefecture_once_and_not_oneself(keeping):
    """Who is elsewhere, unknown, on it already, not on it, or the reviewer: refused on the article, nothing is changed."""
    row, medic = await keeping.begun(), keeping.medic()
    for stranger in (keeping.stage.employ().id, uuid4()):
        told = problem(await keeping.enter(row, stranger), 422, "PERSON_NOT_OF_PREFECTURE")
        assert (cites(told), told["field"]) == (ARTICLE, "person_id")
    own = keeping.by("REVIEWER", person_id=medic.id)
    refused = {
        "OWN_ENTITLEMENT": await keeping.enter(row, medic.id, token=own),
        "LISTED": await keeping.enter(row, medic.id, "REMOVE"),
    }
    await keeping.enter(row, medic.id)
    refused["NOT_LISTED_YET"] = await keeping.enter(row, medic.id)
    for code, answer in refused.items():
        told = problem(answer, 422, "RULES_BROKEN")
        assert [each["code"] for each in told["findings"]] == [code]
        assert cites(told["findings"][0]) == ARTICLE
    problem(await keeping.enter(row, keeping.medic().id, version=1), 409, "STALE_VERSION")
    for bad in ({"reason": " "}, {"action": "PUBLISH"}, {"action": "ERASE"}, {"reason": "\0"}):
        assert (await keeping.enter(row, medic.id, **bad)).status_code == 422
    told = (await keeping.stage.ask("GET", f"/entitlement-lists/{row['id']}/entries", keeping.token)).json()
    assert len(told["items"]) == 1


async def test_who_has_left_is_taken_off_all_the_same(keeping):
    """By the name under which the list has the person; back elsewhere, nobody puts him or her on it again."""
    row, medic = await keeping.begun(), keeping.medic(name="马援鄂")
    await keeping.enter(row, medic.id)
    keeping.stage.around.people.pop(medic.id)
    answer = await keeping.enter(row, medic.id, "REMOVE")
    assert answer.json()["record"]["person_name"] == "马援鄂"
    problem(await keeping.enter(row, medic.id), 422, "PERSON_NOT_OF_PREFECTURE")


PLACES = [
    ("REVIEWER", authority("PROVINCE"), "guide"),
    ("REVIEWER", authority("COUNTY"), "county"),
    ("REVIEWER", authority(industry="EDUCATION"), "another line"),
    ("REVIEWER", authority(industry=None), "an old token"),
    ("REVIEWER", authority(kind="EMPLOYER"), "a hospital"),
    ("ORGANISATION_MANAGER", None, "its own manager"),
]


@pytest.mark.clause("2.4.2")
@pytest.mark.parametrize(("role", "place", "who"), PLACES, ids=[each[-1] for each in PLACES])
async def test_nobody_else_begins_a_list(keeping, role, place, who):
    """A reviewer of a prefecture's health authority does, and no other."""
    body = LIST | {"cycle_id": keeping.cycle["id"]}
    answer = await keeping.stage.ask("POST", "/entitlement-lists", keeping.by(role, place), body)
    assert cites(problem(answer, 403, "NOT_A_KEEPER")) == ARTICLE


async def test_every_state_action_and_role(keeping):
    """The keeper's reviewer takes each step of the table; whoever else reads the list does not, and changes nothing."""
    row, medic = await keeping.begun(), keeping.medic()
    states = {state for state, _ in LIST_STEPS}
    assert states == set(ListState)
    readers = [
        keeping.by(role, place)
        for role in Role
        for place in (None, authority("PROVINCE"))
        if (role, place) != (Role.REVIEWER, None) and role not in (Role.APPLICANT, Role.OPERATOR)
    ]
    other = Keeping(keeping.stage, keeping.cycle)

    async def step(action: ListAction, token: str | None) -> Any:
        if action is ListAction.PUBLISH:
            return await keeping.publish(row, token)
        more = {} if token is None else {"token": token}
        return await keeping.enter(row, medic.id, action, **more)

    for action in (ListAction.ADD, ListAction.PUBLISH, ListAction.REMOVE, ListAction.ADD):
        for token in (*readers, other.token):
            assert (await step(action, token)).status_code in (403, 404)
        assert (await step(action, None)).status_code in (200, 201)
    problem(await keeping.publish(row), 409, "ACTION_NOT_AVAILABLE")


async def test_who_reads(keeping):
    """The line above and the province's health commission; another prefecture is told that there is none."""
    row = await keeping.begun()
    commission = mint([seat("REVIEWER", keeping.stage.places.province, authority("PROVINCE"))])
    education = mint([seat("REVIEWER", keeping.stage.places.province, authority("PROVINCE", "EDUCATION"))])
    above = keeping.stage.places.token("TITLE_OFFICER", keeping.stage.places.prefecture)
    elsewhere = mint([seat("REVIEWER", keeping.stage.places.province, authority(kind="HRSS"), authority())])
    for token, there in ((commission, 1), (above, 1), (keeping.token, 1), (education, 0), (elsewhere, 0)):
        found = (
            await keeping.stage.ask("GET", f"/entitlement-lists?cycle_id={row['cycle_id']}", token)
        ).json()
        assert len(found["items"]) == there
        for path in (f"/entitlement-lists/{row['id']}", f"/entitlement-lists/{row['id']}/entries"):
            assert (await keeping.stage.ask("GET", path, token)).status_code == (200 if there else 404)


async def test_of_many_at_once_one_is_entered(keeping):
    """The same person by many callers at the same instant, the same document twice: one of each."""
    row, medic = await keeping.begun(), keeping.medic()
    answers = await asyncio.gather(*(keeping.enter(row, medic.id) for _ in range(AT_ONCE)))
    assert sorted({each.status_code for each in answers}) == [201, 422]
    assert [each.status_code for each in answers].count(201) == 1
    body = LIST | {"cycle_id": keeping.cycle["id"]}
    again = await keeping.stage.ask("POST", "/entitlement-lists", keeping.token, body)
    problem(again, 409, "ENTITLEMENT_LIST_EXISTS")


async def test_outside_the_run_nothing_is_entered(keeping):
    """After the run the list stays as it is."""
    row = await keeping.begun()
    await keeping.stage.time("2024-03-01T09:00:00+08:00")
    assert (await keeping.enter(row, keeping.medic().id)).status_code in (409, 422)
    assert (await keeping.publish(row)).status_code in (409, 422)
