"""Any walk through the table, by whoever may and whoever may not, is the one a model of a few lines foretells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from services.kit.auth import Actor
from services.kit.clock import Moment
from services.kit.outbox import outbox
from services.workflow.contract import DeclarationMoved
from services.workflow.declaration import service
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import Action, ReviewAction
from tests.platform.tokens import seat
from tests.services.workflow.season import IN_DECEMBER, IN_NOVEMBER

LEVELS = 3
"""Department, hospital and authority review in turn, then the committee's office."""
APPLICANT, OFFICE = -1, LEVELS
"""Whoever has it, by place; between them the reviewers, from 0."""
ENDS = {"WITHDRAWN", "REFUSED", "NOT_PASSED", "CERTIFIED", "ENDED"}
MOST_STEPS = 14
BY_SERVICE = {
    ("ACCEPTED", "TABLE"): "IN_MEETING",
    ("ACCEPTED", "END"): "ENDED",
    ("IN_MEETING", "UNTABLE"): "ACCEPTED",
    ("IN_MEETING", "DEFER"): "ACCEPTED",
    ("IN_MEETING", "VOTE_PASS"): "PASSED",
    ("IN_MEETING", "VOTE_FAIL"): "NOT_PASSED",
    ("PASSED", "PUBLICISE"): "IN_RESULT_PUBLICITY",
    ("PASSED", "END"): "ENDED",
    ("IN_RESULT_PUBLICITY", "END"): "ENDED",
    ("IN_RESULT_PUBLICITY", "FILE"): "CERTIFIED",
}
"""What the meeting and the filing do, and where it leads."""
WALKS = settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],  # a walk takes a second, and tells by itself where it went wrong
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Model:
    """A declaration in one's head."""

    state: str = "DRAFT"
    place: int = APPLICANT
    claimed: bool = False
    back: bool = False
    took: list[str] = field(default_factory=list)

    def moves(self) -> list[str]:
        """What can be done next by whoever has it, or by its applicant."""
        if self.state in ENDS:
            return []
        if self.state in {"DRAFT", "RETURNED"}:
            return ["SUBMIT", "WITHDRAW"]
        if self.state in {"UNDER_REVIEW", "AT_COMMITTEE_OFFICE"}:
            onward = "PASS" if self.place < OFFICE else "ACCEPT"
            return [onward, "SEND_BACK", "REFUSE", "WITHDRAW", "RELEASE" if self.claimed else "CLAIM"]
        return [action for state, action in BY_SERVICE if state == self.state]

    def taken(self, action: str) -> None:
        """What becomes of it."""
        self.took.append(action)
        if action in {"CLAIM", "RELEASE"}:
            self.claimed = action == "CLAIM"
            return
        self.claimed, self.back = False, action == "SEND_BACK"
        self.place += {"SUBMIT": 1, "PASS": 1, "SEND_BACK": -1}.get(action, 0)
        if action == "WITHDRAW":
            self.place = APPLICANT
        self.state = self.after(action)

    def after(self, action: str) -> str:
        """The state behind a step that was just taken from the present one."""
        ends = {"WITHDRAW": "WITHDRAWN", "REFUSE": "REFUSED", "ACCEPT": "ACCEPTED"}
        if action in {"SUBMIT", "PASS", "SEND_BACK"}:
            return {APPLICANT: "RETURNED", OFFICE: "AT_COMMITTEE_OFFICE"}.get(self.place, "UNDER_REVIEW")
        return ends.get(action) or BY_SERVICE[self.state, action]


@dataclass
class Hands:
    """Everybody who acts on one declaration; `tokens` by place."""

    office: Any
    session: Any
    policies: Any
    declaration: dict[str, Any]
    tokens: dict[int, str]

    async def take(self, model: Model, action: str) -> None:
        """Do all that the step asks for, and take it."""
        if (model.state, action) in BY_SERVICE:
            return await self.move(action)
        token = self.tokens[APPLICANT if action == "WITHDRAW" else model.place]
        answer = await self.office.act(
            self.declaration, action, token, **await self.prepared(model, action, token)
        )
        assert answer.status_code == 200, (model, action, answer.text)
        return None

    async def prepared(self, model: Model, action: str, token: str) -> dict[str, Any]:
        """What comes before a step, and what is sent with it."""
        if action == "SUBMIT" and model.back:
            basic = (await self.office.read(self.declaration, token))["content"]["basic"]
            mended = {**basic, "post": f"医师（更正{len(model.took)}）"}
            await self.office.save(self.declaration, token, "basic", mended)
            await self.office.confirm_anew(self.declaration, token)
        if action in {"PASS", "ACCEPT", "REFUSE"}:
            await self.office.look_through(self.declaration, token)
        answers = [{"item": "basic", "answer": "已核实"}] if model.back and action == "PASS" else []
        items = [{"item": "basic", "reason": "请核实"}] if action in {"SEND_BACK", "REFUSE"} else []
        return {name: sent for name, sent in (("answers", answers), ("items", items)) if sent}

    async def move(self, action: str) -> None:
        """A step of the meeting or the filing."""
        season = self.office.season
        role, at = ("TITLE_OFFICER", ()) if action == "FILE" else ("COMMITTEE_OFFICE", (season.office,))
        actor = Actor(uuid4(), "person", "某人", (seat(role, season.root, *at),))
        moment = Moment(datetime(2023, 12, 20, tzinfo=UTC))
        async with self.session("workflow") as tx:
            key = UUID(self.declaration["id"])
            await service.move(tx, key, Action(action), actor, moment, policies=self.policies, note="查实")

    async def row(self) -> tuple[str, int, int]:
        """State, place and version as they are kept."""
        async with self.session("workflow") as tx:
            columns = (Declaration.state, Declaration.position, Declaration.version)
            found = await tx.execute(select(*columns).where(Declaration.id == UUID(self.declaration["id"])))
            return tuple(found.one())

    async def try_in_vain(self, model: Model, place: int, action: str) -> None:
        """Whoever has it not, or does what the state does not know, is refused and changes nothing."""
        before = await self.row()
        answer = await self.office.act(self.declaration, action, self.tokens[place])
        assert answer.status_code in {403, 404, 409, 422}, (model, place, action, answer.text)
        assert await self.row() == before


def in_vain(model: Model, place: int, action: str) -> bool:
    """Whether the step is not that person's, now."""
    theirs = place == (APPLICANT if action == "WITHDRAW" else model.place)
    return not (theirs and action in model.moves())


async def told(hands: Hands) -> tuple[list[dict[str, Any]], list[str]]:
    """The history, and the states that events have told."""
    path = f"/v1/declarations/{hands.declaration['id']}/history"
    steps = (await hands.office.call("GET", path, hands.tokens[APPLICANT])).json()["items"]
    async with hands.session("workflow") as tx:
        moved = select(outbox.c.data).where(outbox.c.type == DeclarationMoved.type)
        events = (await tx.scalars(moved.order_by(outbox.c.seq))).all()
    return steps, [each["after"] for each in events if each["declaration_id"] == hands.declaration["id"]]


def replayed(steps: list[dict[str, Any]]) -> tuple[str | None, int]:
    """Where the declaration must be, by its history alone."""
    state, place = None, APPLICANT
    for step in steps:
        assert step["before"] == state, step
        state = step["after"]
        place += {"SUBMIT": 1, "PASS": 1, "SEND_BACK": -1}.get(step["action"], 0)
        place = APPLICANT if step["action"] == "WITHDRAW" else place
    return state, place


@pytest.mark.clause("1.3.2", "3.1")
@pytest.mark.timeout(600)
@WALKS
@given(st.data())
async def test_any_walk_is_the_models_and_history_replays_it(office, season, session, workflow_app, at, data):
    """After each step row and model agree; who has no part changes nothing; history and events tell the same walk."""
    await at(IN_NOVEMBER, "workflow")
    person = await season.recommended()
    declaration = await office.filled_in(person)
    reviewers = {place: person.line.token("REVIEWER", LEVELS - place) for place in range(LEVELS)}
    tokens = {APPLICANT: person.token, OFFICE: season.office_token, **reviewers}
    hands = Hands(office, session, workflow_app.state.policies, declaration, tokens)
    model = Model()
    while model.moves() and len(model.took) < MOST_STEPS:
        place = data.draw(st.integers(APPLICANT, OFFICE))
        action = data.draw(st.sampled_from([str(each) for each in ReviewAction]))
        if in_vain(model, place, action):
            await hands.try_in_vain(model, place, action)
        step = data.draw(st.sampled_from(model.moves()))
        await hands.take(model, step)
        await at(IN_DECEMBER, "workflow")
        model.taken(step)
        assert (await hands.row())[:2] == (model.state, model.place), model
    steps, events = await told(hands)
    assert [each["action"] for each in steps] == ["CREATE", *model.took]
    assert replayed(steps) == (model.state, model.place)
    assert events == [each["after"] for each in steps[1:]]
