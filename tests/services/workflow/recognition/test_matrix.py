"""Every state, every action, everybody who might try: what the table allows is written here a second time, by hand."""

from __future__ import annotations

from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text, update

from services.accounts.contract import Role
from services.kit.audit import audit_log
from services.kit.outbox import outbox
from services.kit.transition import history
from services.workflow.recognition.model import Recognition
from services.workflow.recognition.states import LIVE, RecognitionAction, RecognitionState
from services.workflow.recognition.steps import RECOGNITION_STEPS
from tests.platform.tokens import mint
from tests.services.workflow.recognition.parties import BY_WORK, OF_PROVINCE, OFFICIAL, Parties

OWNER, UNIT, HRSS = "the person", "the unit that asked", "the officer of the level"
ASKERS = {OWNER, UNIT}
ALLOWED: dict[tuple[str, str], tuple[set[str], str]] = {
    ("UNDER_VERIFICATION", "VERIFY"): ({HRSS}, "AT_EMPLOYER"),
    ("UNDER_VERIFICATION", "RETURN"): ({HRSS}, "RETURNED"),
    ("UNDER_VERIFICATION", "REFUSE"): ({HRSS}, "REFUSED"),
    ("UNDER_VERIFICATION", "WITHDRAW"): (ASKERS, "WITHDRAWN"),
    ("RETURNED", "RESUBMIT"): (ASKERS, "UNDER_VERIFICATION"),
    ("RETURNED", "WITHDRAW"): (ASKERS, "WITHDRAWN"),
    ("AT_EMPLOYER", "CONFIRM"): ({UNIT}, "CONFIRMED"),
    ("AT_EMPLOYER", "DECLINE"): ({UNIT}, "DECLINED"),
    ("AT_EMPLOYER", "WITHDRAW"): (ASKERS, "WITHDRAWN"),
}
"""Who alone may try what in which state, and where it leads; the unit asked for this one."""
BY_THE_PLATFORM = {("UNDER_VERIFICATION", "ESCALATE"), ("AT_EMPLOYER", "ESCALATE")}
ANSWERED = {RecognitionState.AT_EMPLOYER, RecognitionState.DECLINED}
TRIED = [action for action in RecognitionAction if action in {key[1] for key in ALLOWED}]
SAID: dict[str, dict[str, Any]] = {
    "VERIFY": OFFICIAL,
    "RETURN": {"items": [{"item": "证书", "reason": "不清晰"}]},
    "REFUSE": {"note": "查无此证"},
    "CONFIRM": BY_WORK,
    "DECLINE": {"note": "岗位不需要"},
}


def test_the_table_allows_what_is_written_here():
    """No step more, no step less."""
    assert {(str(state), str(action)) for state, action in RECOGNITION_STEPS} == set(
        ALLOWED
    ) | BY_THE_PLATFORM


def everybody(parties: Parties, state: RecognitionState) -> dict[str, str]:
    """A token each: the three parties, a service; where something can be done also every role that does not do it."""
    places = parties.places
    own = {OWNER: parties.own, UNIT: parties.employer, HRSS: parties.hrss}
    if state not in LIVE:
        return own | {"a service": mint(kind="service", name="quota")}
    here = [(role, "hospital") for role in Role if role is not Role.RECOMMENDER]
    beside = [
        (Role.RECOMMENDER, "province"),
        (Role.TITLE_OFFICER, "prefecture"),
        (Role.RECOMMENDER, "clinic"),
    ]
    others = {f"{role} at {place}": (role, getattr(places, place)) for role, place in here + beside}
    return own | {name: places.token(*held) for name, held in others.items()}


async def put_into(session, state: str) -> None:
    """Let the request stand as one in that state does."""
    used = state == RecognitionState.IN_USE
    row = {
        "verified_by": uuid4() if used or state in ANSWERED else None,
        "confirmed_by": uuid4() if used else None,
        "wish": "INTERNAL_USE" if used else "FORMAL_CONFIRMATION",
        "certificate_id": None,
        "document_number": OFFICIAL["document_number"],
    }
    async with session("workflow") as tx:
        await tx.execute(update(Recognition).values(state=state, due_on=None, **row))


async def written(session) -> tuple[int, ...]:
    """How much was written in all."""
    tables = (history, audit_log, outbox)
    async with session("workflow") as tx:
        counts = [await tx.scalar(select(func.count()).select_from(each)) for each in tables]
        version = await tx.scalar(text("select version from recognition"))
        return (*counts, version)


@pytest.mark.parametrize(
    "state", [each for each in RecognitionState if each is not RecognitionState.CONFIRMED]
)
async def test_every_action_by_everybody(parties, session, state):
    """Whoever may not is refused and changes nothing; whoever may moves it where the table says."""
    made = await parties.asked(parties.employer, person_id=str(parties.person.id))
    tokens = everybody(parties, state)
    said = SAID | {"RESUBMIT": {"record_id": parties.title, **OF_PROVINCE}}
    await put_into(session, state)
    before = await written(session)
    for action, (name, token) in product(TRIED, tokens.items()):
        may, _ = ALLOWED.get((state, action), (set(), ""))
        if name not in may:
            answer = await parties.act(made, action, token, said.get(action))
            assert answer.status_code in (403, 404, 409), (action, name, answer.text)
    assert await written(session) == before
    for action in TRIED:
        may, after = ALLOWED.get((state, action), (set(), ""))
        for name in sorted(may):
            await put_into(session, state)
            done = await parties.did(made, action, tokens[name], said.get(action))
            assert done["state"] == after
            assert done["available_actions"] == offered(after, name)


def offered(state: str, name: str) -> list[str]:
    """What somebody may try in a state."""
    return [action for (before, action), (may, _) in ALLOWED.items() if before == state and name in may]


async def test_a_confirmed_one_is_over(parties):
    """Nobody takes any step more."""
    made = await parties.verified()
    done = await parties.did(made, "CONFIRM", parties.employer, BY_WORK)
    said = SAID | {"RESUBMIT": {"record_id": parties.title, **OF_PROVINCE}}
    for action, token in product(TRIED, (parties.own, parties.employer, parties.hrss)):
        answer = await parties.act(made, action, token, said.get(action))
        assert (answer.status_code, answer.json()["code"]) == (409, "ACTION_NOT_AVAILABLE")
    assert (await parties.read(made))["version"] == done["version"]
