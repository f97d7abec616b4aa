"""The draw over HTTP: committed to before, replayable after, without conflicts (三（三）)."""

from __future__ import annotations

import hashlib
import os
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.workflow.committee.model import Committee
from services.workflow.meeting.draw import Candidate, draw
from services.workflow.meeting.pseudonym import KEY_BYTES, pseudonym, seed_of
from services.workflow.review_chain.model import ReviewEndorsement
from tests.platform.tokens import mint, node, seat
from tests.services.workflow.meeting.season import CREATED, MOVED, seed_declaration, seed_experts

COMMITTED = text("select detail from audit_log where subject = :subject and action = 'meeting.COMMITTED'")
EXPIRED = text("update expert set valid_until = '2024-01-09' where account_id = :account")


@pytest.mark.clause("3.3.1")
async def test_anyone_can_repeat_the_draw(hall, season, session):
    """The seed hidden before fits the commitment, and with the published pool it gives the very committee that sits."""
    await hall.plan()
    before = (await hall.get(season.office)).json()
    assert before["seed"] is None
    assert (await hall.get(None, "/draw")).status_code == 404
    listing = f"/v1/meetings/commitments?committee_id={season.committee_id}"
    [committed] = (await hall.ask(None, "GET", listing)).json()["items"]
    fields = {"committee_id": str(season.committee_id), "held_on": "2024-01-10"}
    assert committed == {"id": hall.id, "seed_commitment": before["seed_commitment"]} | fields
    async with session("workflow") as tx:
        detail = await tx.scalar(COMMITTED, {"subject": f"meeting/{hall.id}"})
    assert detail == {"seed_commitment": before["seed_commitment"]}
    record = await hall.did("DRAW")
    public = (await hall.get(None, "/draw")).json()
    seed = bytes.fromhex(public["seed"])
    assert hashlib.sha256(seed).hexdigest() == before["seed_commitment"] == public["seed_commitment"]
    pool = [Candidate(UUID(each["pseudonym"]), each["stratum"]) for each in public["pool"]]
    again = [str(each.pseudonym) for each in draw(seed, pool, public["size"]).drawn]
    assert again == public["drawn"]
    assert sorted(again) == sorted(each["pseudonym"] for each in record["experts"])
    assert len(again) == 11
    assert {each["stratum"] for each in record["experts"]} == {str(each) for each in season.specialties}


@pytest.mark.clause("3.3.1")
async def test_published_draws_cannot_be_linked(hall, season, session):
    """Two meetings draw from the same twenty: no name of one is in the other, and the order tells nothing; ids are in neither.

    Office and overseers are told who is who, an expert what he or she is called, nobody else anything.
    """
    pools = []
    for _ in range(2):
        hall.id = ""
        record = await hall.draw()
        public = (await hall.get(None, "/draw")).json()
        known = (await hall.get(season.office, "/draw/experts")).json()
        assert (await hall.get(season.supervisor, "/draw/experts")).json() == known
        names = {each["pseudonym"]: each["expert_id"] for each in known}
        assert [each["pseudonym"] for each in public["pool"]] == sorted(names)
        sitting = {each["pseudonym"]: each["expert_id"] for each in record["experts"]}
        assert set(sitting) == set(public["seated"])
        assert sitting.items() <= names.items()
        assert not [each for each in names.values() if each in str(public)]
        expert_id, member = (await hall.members())[0]
        assert (await hall.get(member.token, "/draw/experts")).json()["code"] == "PROCEDURE_ONLY"
        [own] = (await hall.get(member.token)).json()["experts"]
        assert names[own["pseudonym"]] == expert_id
        assert (await hall.get(None, "/draw/experts")).status_code == 401
        pools.append(names)
        async with session("workflow") as tx:
            await seed_declaration(tx, season)
    first, second = pools
    assert set(first.values()) == set(second.values())
    assert not set(first) & set(second)
    assert list(first.values()) != list(second.values())


def test_one_commitment_binds_seed_and_pseudonyms():
    """Both follow from a meeting's key, each its own; another key gives other names of the same experts, and another seed."""
    keys, experts = [os.urandom(KEY_BYTES) for _ in range(2)], [uuid4() for _ in range(50)]
    names = [[pseudonym(key, each) for each in experts] for key in keys]
    assert names[0] == [pseudonym(keys[0], each) for each in experts]
    assert len({*names[0], *names[1]}) == 100
    assert len({*keys, *map(seed_of, keys)}) == 4


@pytest.mark.clause("3.3.1")
async def test_nobody_from_an_applicants_unit_is_drawn(hall, season, session):
    """Nine work at the applicant's hospital, four of them in one of its departments: none of them sits.

    Those of a unit below the hospital are no unit mates, nor is anybody because the same office registered all.
    """
    department = node("INTERNAL_DEPARTMENT", "PROVINCE")
    async with session("workflow") as tx:
        await seed_experts(
            tx, season, 1, season.authority, season.hospital, node("SUBORDINATE_UNIT", "PROVINCE")
        )
        await seed_experts(tx, season, 5, season.authority, season.hospital)
        await seed_experts(tx, season, 4, season.authority, season.hospital, department)
    colleagues = {each.name for each in season.experts[-9:]}
    record = await hall.draw()
    assert not colleagues & {each["name"] for each in record["experts"]}
    public = (await hall.get(None, "/draw")).json()
    assert (public["excluded"], len(public["pool"])) == (9, 21)
    assert "name" not in str(public)


@pytest.mark.clause("3.3.1")
async def test_who_reviewed_a_declaration_is_not_drawn_to_vote_on_it(hall, season, session):
    """Six answer for it as reviewers or as those on whose behalf one acted: the draw is from the fourteen others."""
    reviewers = [each.account_id for each in season.experts[:6]]
    async with session("workflow") as tx:
        for account_id, behind in zip(reviewers[:3], reviewers[3:], strict=True):
            tx.add(_endorsement(season, account_id, behind))
    record = await hall.draw()
    assert record["excluded"] == {"REVIEWED": 6}
    assert not {each.name for each in season.experts[:6]} & {each["name"] for each in record["experts"]}


def _endorsement(season, account_id, behind):
    return ReviewEndorsement(
        declaration_id=season.declarations[0],
        organisation_id=season.authority.id,
        position=0,
        turn=1,
        round=1,
        action="ACCEPT",
        account_id=account_id,
        person_id=None,
        answering=[account_id, behind],
        reviewer_name="审核人",
        endorsed_at=MOVED,
        lineage=[season.province.id],
        **CREATED,
    )


@pytest.mark.clause("3.3.1")
async def test_an_officer_who_sits_sees_no_more_than_an_expert(hall, season):
    """Drawn with a second seat at the office: no names of experts, no history, no recusals."""
    await hall.draw()
    _, who = (await hall.members())[0]
    both = mint(
        [
            seat("EXPERT", season.province, season.authority),
            seat("COMMITTEE_OFFICE", season.province, season.authority),
        ],
        sub=who.account_id,
        name=who.name,
    )
    seen = (await hall.get(both)).json()
    assert (seen["view"], seen["replacements"], seen["excluded"]) == ("MEMBER", [], {})
    for path in ("/history", "/recusals", "/groups"):
        assert (await hall.get(both, path)).json()["code"] == "PROCEDURE_ONLY"


@pytest.mark.clause("3.3.1")
async def test_a_pool_too_small_after_conflicts_is_refused(hall, season, session):
    """Ten experts without conflict cannot fill eleven seats; the refusal counts them and nothing is drawn."""
    async with session("workflow") as tx:
        for expert in season.experts[10:]:
            await tx.execute(EXPIRED, {"account": expert.account_id})
    await hall.plan()
    answer = await hall.act("DRAW")
    assert (answer.status_code, answer.json()["code"]) == (422, "POOL_TOO_SMALL")
    assert "10" in answer.json()["message"]
    assert (await hall.get(season.office)).json()["experts"] == []


@pytest.mark.clause("3.3.1")
@pytest.mark.parametrize(("size", "specialties"), [(9, True), (12, True), (23, False)])
async def test_an_even_or_small_committee_is_not_drawn(hall, season, session, size, specialties):
    """Fewer than eleven by specialty or twenty-five by series, or an even number: refused with the order's article."""
    async with session("workflow") as tx:
        committee = await tx.get_one(Committee, season.committee_id)
        committee.size = size
        committee.specialty_ids = committee.specialty_ids if specialties else []
    await hall.plan()
    answer = await hall.act("DRAW")
    assert answer.status_code == 422
    [finding] = answer.json()["findings"]
    assert (finding["code"], finding["basis"][0]["cite"]) == ("COMMITTEE_TOO_SMALL", "人社部令第40号")


async def test_a_draw_is_taken_once(hall):
    """A second draw, in the hope of a better one, is not available."""
    await hall.draw()
    answer = await hall.act("DRAW")
    assert (answer.status_code, answer.json()["code"]) == (409, "ACTION_NOT_AVAILABLE")


async def test_an_empty_agenda_is_not_drawn_for(hall, season):
    """Conflicts are judged by the agenda, so it stands before the draw."""
    season.declarations.clear()
    body = {
        "committee_id": str(season.committee_id),
        "held_on": "2024-01-10",
        "plan": {"qualification_review": "a"},
    }
    hall.id = (await hall.ask(season.office, "POST", "/v1/meetings", body)).json()["record"]["id"]
    await hall.did("FILE_PLAN", plan={"qualification_review": "a", "preparation": "b"})
    answer = await hall.act("DRAW")
    assert [each["code"] for each in answer.json()["findings"]] == ["AGENDA_EMPTY"]


async def test_without_knowing_units_nobody_is_drawn(hall, season, accounts):
    """While accounts is away the draw is refused as unavailable, and possible again afterwards."""
    await hall.plan()
    accounts.away = True
    answer = await hall.act("DRAW")
    assert (answer.status_code, answer.json()["code"]) == (503, "PART_UNAVAILABLE")
    accounts.away = False
    assert len((await hall.did("DRAW"))["experts"]) == 11
    assert (await hall.get(season.office)).json()["state"] == "DRAWN"
