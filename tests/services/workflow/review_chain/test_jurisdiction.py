"""A committee takes what lies in its jurisdiction when it takes it, through its own office (一（三）1)."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import update

from services.workflow.committee.model import Committee
from services.workflow.declaration.states import WITH_COMMITTEE, State
from tests.platform.tokens import mint, seat
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.declaration.test_matrix import put_into
from tests.services.workflow.review_chain.test_review import at_the_office

ENDED = {
    "office": ({"office_id": uuid4()}, "办事机构"),
    "level": ({"levels": ["MIDDLE"]}, "层级"),
    "series": ({"series": "ENGINEERING"}, "系列"),
    "specialty": ({"specialty_ids": [uuid4()]}, "专业"),
    "place": ({"serves_id": uuid4()}, "地区"),
    "delegation": ({"delegation": "SALT_LAKE"}, "下放"),
}
"""How a jurisdiction may have changed since the declaration was begun, and what the office is told."""


def officer(season) -> str:
    """The province's title officer."""
    return mint([seat("TITLE_OFFICER", season.root)], name="省厅职称处")


async def withdrawn(office, season):
    """The committee's approval is taken back."""
    path = f"/v1/committees/{season.committee_id}/actions/WITHDRAW"
    return await office.call("POST", path, officer(season), json={"note": "评审权限收回"})


@pytest.mark.clause("1.3.1", "3.6.3")
async def test_what_left_the_jurisdiction_is_not_accepted(office, season, session):
    """Each refusal names what is lacking and the article; with the jurisdiction back it is accepted."""
    declaration = await at_the_office(office, season, session, await season.recommended())
    for changed, said in ENDED.values():
        async with session("workflow") as tx:
            committee = await tx.get(Committee, season.committee_id)
            before = {name: getattr(committee, name) for name in changed}
            await tx.execute(update(Committee).values(**changed))
        refused = await office.act(declaration, "ACCEPT", season.office_token)
        assert (codes(refused), refused.json()["basis"][0]["cite"]) == (
            ["COMMITTEE_NOT_COMPETENT"],
            "一（三）1",
        )
        assert said in refused.json()["message"]
        async with session("workflow") as tx:
            await tx.execute(update(Committee).values(**before))
    record(await office.act(declaration, "ACCEPT", season.office_token))


@pytest.mark.clause("1.3.1")
async def test_a_withdrawn_committee_takes_nothing_and_the_unit_goes_to_the_next(office, season, session):
    """What waits can still be refused or sent back; who declares next is led to the committee that is competent now."""
    person = await season.recommended()
    declaration = await at_the_office(office, season, session, person)
    record(await withdrawn(office, season))
    assert codes(await office.act(declaration, "ACCEPT", season.office_token)) == ["COMMITTEE_NOT_COMPETENT"]
    colleague = await season.recommended(person.line)
    assert codes(await office.create(colleague)) == ["NO_COMMITTEE"]
    next_one = await season.another_committee()
    assert (await office.draft(colleague))["committee_id"] == str(next_one)
    items = [{"item": "basic", "reason": "评委会已撤销"}]
    record(await office.act(declaration, "REFUSE", season.office_token, items=items))


@pytest.mark.clause("1.3.1")
async def test_a_committee_stays_until_what_it_accepted_is_over(office, season, session):
    """Withdrawn it could neither meet nor hand on what it has: refused with how many they are, and only then it goes."""
    declaration = await at_the_office(office, season, session, await season.recommended())
    record(await office.act(declaration, "ACCEPT", season.office_token))
    for state in sorted(WITH_COMMITTEE):
        await put_into(session, declaration, state, season)
        refused = await withdrawn(office, season)
        assert (codes(refused), refused.json()["basis"][0]["cite"]) == (
            ["COMMITTEE_HAS_DECLARATIONS"],
            "一（三）1",
        )
        assert "1 件申报尚未办结" in refused.json()["message"]
    planned = {"held_on": "2024-01-10", "plan": {"qualification_review": "合格", "preparation": "就绪"}}
    body = {"committee_id": str(season.committee_id), **planned}
    meeting = record(await office.call("POST", "/v1/meetings", season.office_token, json=body), 201)
    await put_into(session, declaration, State.CERTIFIED, season)
    assert record(await withdrawn(office, season))["state"] == "WITHDRAWN"
    for action, step in (("TABLE", 422), ("FILE_PLAN", 200), ("TABLE", 422), ("DRAW", 422)):
        path = f"/v1/meetings/{meeting['id']}/actions/{action}"
        answer = await office.call("POST", path, season.office_token, json={})
        assert answer.status_code == step, answer.text
        if step == 422:
            assert codes(answer)[0] == "COMMITTEE_NOT_USABLE"


@pytest.mark.clause("1.3.1")
async def test_accepting_and_withdrawing_at_once(office, season, session):
    """Whichever is first decides: it is withdrawn and nothing is accepted, or accepted and the committee stays."""
    waiting = [await at_the_office(office, season, session, await season.recommended()) for _ in range(2)]
    taken, *answers = await asyncio.gather(
        withdrawn(office, season), *(office.act(each, "ACCEPT", season.office_token) for each in waiting)
    )
    assert taken.status_code in {200, 422}
    assert {each.status_code for each in answers} <= ({422} if taken.is_success else {200})
    for each, answer in zip(waiting, answers, strict=True):
        now = (await office.read(each, season.office_token))["state"]
        assert now == ("ACCEPTED" if answer.status_code == 200 else "AT_COMMITTEE_OFFICE")
        if answer.status_code == 422:
            assert codes(answer) == ["COMMITTEE_NOT_COMPETENT"]
            again = await office.act(each, "ACCEPT", season.office_token)
            assert codes(again) == ["COMMITTEE_NOT_COMPETENT"]
