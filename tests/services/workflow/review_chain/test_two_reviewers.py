"""Strict declarations: two persons at each level, a delegate and the principal as one, and nobody at two levels."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.kit.auth import Principal
from tests.platform.tokens import mint, seat
from tests.services.workflow.applicants import FILES, MERITS, codes, record
from tests.services.workflow.season import Line


@dataclass
class Reviewer:
    """Somebody who reviews at places of a line, perhaps on behalf of another."""

    line: Line
    account: UUID
    person: UUID

    @classmethod
    def of(cls, line: Line) -> Reviewer:
        """A new one."""
        return cls(line, uuid4(), uuid4())

    def at(self, *places: int, behalf: UUID | None = None) -> str:
        """A token for these places of the line."""
        principal = Principal(id=behalf, name="委托人") if behalf else None
        seats = [seat("REVIEWER", *self.line.nodes[: n + 1]) for n in places]
        told = [each.model_copy(update={"on_behalf_of": principal}) for each in seats]
        return mint(told, sub=self.account, person_id=self.person, name="审核人")


@pytest.fixture
async def strict(office, season):
    """A submitted declaration by the green channel, and who declares."""
    person = await season.recommended(ground="IMPORTED_TALENT")
    return await office.submitted(person), person


async def endorsed(office, declaration: Any, token: str) -> dict[str, Any]:
    """Looked through and endorsed."""
    await office.look_through(declaration, token)
    return record(await office.act(declaration, "ENDORSE", token))


async def names(session) -> list[tuple[str, int, str]]:
    """Who answered for what, as kept."""
    rows = "select action, position, account_id::text from review_endorsement order by id"
    async with session("workflow") as tx:
        return [tuple(each) for each in (await tx.execute(text(rows))).all()]


async def test_what_the_notice_does_not_name_is_not_strict(office, season):
    """Others need one reviewer, and a second opinion is refused with the article."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    assert declaration["strict_reason"] is None
    token = person.line.token("REVIEWER", 3)
    await office.look_through(declaration, token)
    refused = await office.act(declaration, "ENDORSE", token)
    assert codes(refused) == ["NOT_STRICT"]
    assert refused.json()["basis"][0]["cite"] == "三（二）"
    record(await office.act(declaration, "PASS", token))


@pytest.mark.clause("3.2.2", "1.7.1")
async def test_every_level_needs_two(office, season):
    """By exemption, at each of the four levels one alone cannot pass, whoever has looked; with another's opinion one can."""
    person = await season.recommended(route="EXEMPTION")
    draft = await office.filled_in(person, (*FILES, MERITS[0]))
    assert codes(await office.act(draft, "SUBMIT", person.token)) == ["MATERIAL_MISSING"]
    await office.upload(person, draft, MERITS[1])
    declaration = record(await office.act(draft, "SUBMIT", person.token))
    for place in (3, 2, 1):
        first, second = (Reviewer.of(person.line).at(place) for _ in range(2))
        await office.look_through(declaration, second)
        refused = await office.act(declaration, "PASS", second)
        assert codes(refused) == ["SECOND_REVIEWER_NEEDED"]
        assert refused.json()["basis"][0]["cite"] == "三（二）"
        told = await endorsed(office, declaration, first)
        assert told["at_organisation_id"] == str(person.line.ids[place])
        record(await office.act(declaration, "PASS", second))
    first, second = season.office_token, mint([seat("COMMITTEE_OFFICE", season.root, season.office)])
    await office.look_through(declaration, second)
    assert codes(await office.act(declaration, "ACCEPT", second)) == ["SECOND_REVIEWER_NEEDED"]
    await endorsed(office, declaration, first)
    accepted = record(await office.act(declaration, "ACCEPT", second))
    assert accepted["state"] == "ACCEPTED"
    answer = await office.call("GET", f"/v1/declarations/{declaration['id']}/endorsements", second)
    assert [each["action"] for each in answer.json()["items"]] == ["ENDORSE", "PASS"] * 3 + [
        "ENDORSE",
        "ACCEPT",
    ]


@pytest.mark.clause("3.2.2")
async def test_the_same_person_does_not_do_for_two(office, strict):
    """Neither the same account nor another account of the same person is a second reviewer."""
    declaration, person = strict
    one = Reviewer.of(person.line)
    await endorsed(office, declaration, one.at(3))
    assert codes(await office.act(declaration, "ENDORSE", one.at(3))) == ["ENDORSED_ALREADY"]
    assert codes(await office.act(declaration, "PASS", one.at(3))) == ["SECOND_REVIEWER_NEEDED"]
    other_account = Reviewer(person.line, uuid4(), one.person)
    await office.look_through(declaration, other_account.at(3))
    assert codes(await office.act(declaration, "PASS", other_account.at(3))) == ["SECOND_REVIEWER_NEEDED"]


@pytest.mark.clause("3.2.2")
async def test_delegate_and_principal_are_one(office, strict):
    """Whichever of them endorses, the other cannot decide; nor can two delegates of the same principal."""
    declaration, person = strict
    principal, *delegates = (Reviewer.of(person.line) for _ in range(3))
    first, second = (each.at(3, behalf=principal.account) for each in delegates)
    await endorsed(office, declaration, first)
    for token in (principal.at(3), second):
        await office.look_through(declaration, token)
        assert codes(await office.act(declaration, "PASS", token)) == ["SECOND_REVIEWER_NEEDED"]
        assert codes(await office.act(declaration, "ENDORSE", token)) == ["ENDORSED_ALREADY"]
    another = Reviewer.of(person.line).at(3)
    await office.look_through(declaration, another)
    record(await office.act(declaration, "PASS", another))


async def test_with_three_the_first_may_decide_after_the_second(office, strict):
    """Who endorsed first may still decide once another has endorsed too."""
    declaration, person = strict
    first, second = (Reviewer.of(person.line).at(3) for _ in range(2))
    await endorsed(office, declaration, first)
    await endorsed(office, declaration, second)
    assert record(await office.act(declaration, "PASS", first))["chain"][0]["state"] == "DONE"


@pytest.mark.clause("3.2.2")
async def test_after_a_return_two_look_anew(office, strict):
    """An opinion counts for the turn it was given in."""
    declaration, person = strict
    first, second = (Reviewer.of(person.line).at(3) for _ in range(2))
    await endorsed(office, declaration, first)
    items = [{"item": "achievements", "reason": "请补充"}]
    returned = record(await office.act(declaration, "SEND_BACK", second, items=items))
    body = {"content": returned["content"], "version": returned["version"]}
    body["content"]["responsibility"] = {"confirmed": True}
    body["content"]["achievements"][0]["title"] = "高原病救治病案（补充）"
    path = f"/v1/declarations/{declaration['id']}"
    record(await office.call("PUT", path, person.token, json=body))
    record(await office.act(declaration, "SUBMIT", person.token))
    await office.look_through(declaration, second)
    assert codes(await office.act(declaration, "PASS", second)) == ["SECOND_REVIEWER_NEEDED"]
    await endorsed(office, declaration, first)
    record(await office.act(declaration, "PASS", second))


async def test_an_opinion_needs_the_same_look_as_an_approval(office, strict):
    """Nothing is endorsed unopened or unjudged, and an opinion changes nothing but the list of them."""
    declaration, person = strict
    token = Reviewer.of(person.line).at(3)
    refused = await office.act(declaration, "ENDORSE", token)
    assert sorted(set(codes(refused))) == ["MATERIAL_NOT_OPENED", "MATERIAL_NOT_SOUND"]
    before = await office.read(declaration, token)
    after = await endorsed(office, declaration, token)
    same = ("state", "at_organisation_id", "chain", "round", "returned", "moved_at")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


@pytest.mark.clause("3.1")
async def test_nobody_reviews_at_two_levels(office, season):
    """Who passed it below cannot pass it above, nor can the delegate; after a new submission one begins anew."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    one, delegate = Reviewer.of(person.line), Reviewer.of(person.line)
    await office.passed(declaration, one.at(3, 2))
    for token in (one.at(3, 2), delegate.at(2, behalf=one.account)):
        await office.look_through(declaration, token)
        assert codes(await office.act(declaration, "PASS", token)) == ["REVIEWED_BELOW"]
    items = [{"item": "achievements", "reason": "请补充"}]
    other = person.line.token("REVIEWER", 2)
    record(await office.act(declaration, "SEND_BACK", other, items=items))
    await office.look_through(declaration, one.at(3, 2))
    answers = [{"item": "achievements", "answer": "已补充"}]
    record(await office.act(declaration, "PASS", one.at(3, 2), answers=answers))
    assert codes(await office.act(declaration, "PASS", one.at(3, 2)))[-1] == "REVIEWED_BELOW"


@pytest.mark.clause("3.1")
async def test_a_delegate_does_not_review_the_principals_own_declaration(office, season):
    """An applicant who reviews is not served by who acts for him or her: not in the list, not in a verdict or step."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    token = Reviewer.of(person.line).at(3, behalf=person.account_id)
    waiting = await office.call("GET", "/v1/declarations?awaiting=me", token)
    assert waiting.json()["items"] == []
    material = declaration["materials"][0]
    record(await office.open(material, token))
    assert codes(await office.judge(material, token)) == ["OWN_DECLARATION"]
    items = [{"item": "basic", "reason": "x"}]
    for action in ("PASS", "SEND_BACK", "ENDORSE", "REFUSE"):
        assert "OWN_DECLARATION" in codes(await office.act(declaration, action, token, items=items))


@pytest.mark.clause("3.2.2")
async def test_sixty_four_at_once_are_one_opinion_and_one_approval(office, session, strict):
    """Sixty-four tries of one person are one opinion and no approval; of another they are one approval."""
    declaration, person = strict
    first, second = Reviewer.of(person.line), Reviewer.of(person.line)
    for each in (first, second):
        await office.look_through(declaration, each.at(3))

    async def tried(action: str, token: str) -> list[int]:
        answers = await asyncio.gather(*(office.act(declaration, action, token) for _ in range(32)))
        return [each.status_code for each in answers]

    endorsing, passing = await asyncio.gather(tried("ENDORSE", first.at(3)), tried("PASS", first.at(3)))
    assert (endorsing.count(200), passing.count(200)) == (1, 0)
    answers = await asyncio.gather(*(tried("PASS", second.at(3)) for _ in range(2)))
    assert sum(each.count(200) for each in answers) == 1
    assert await names(session) == [("ENDORSE", 0, str(first.account)), ("PASS", 0, str(second.account))]
