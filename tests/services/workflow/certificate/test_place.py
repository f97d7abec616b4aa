"""What becomes of the recommendation's place when the committee has decided (附件2 说明2)."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select, text

from services.kit.outbox import outbox
from services.workflow.contract import RecommendationEnded
from services.workflow.declaration.model import Declaration
from services.workflow.recommendation.model import Recommendation
from tests.services.workflow.certificate.office import DAY_AFTER, certified, file, publicised
from tests.services.workflow.meeting.season import seed_declaration


async def behind(session, declaration_id):
    """The recommendation behind a declaration."""
    async with session("workflow") as tx:
        source_id = (await tx.get_one(Declaration, declaration_id)).recommendation_id
        return await tx.get_one(Recommendation, source_id)


async def ends(session):
    """Every end of a recommendation that was told: which, and why."""
    async with session("workflow") as tx:
        told = await tx.scalars(
            select(outbox.c.data).where(outbox.c.type == RecommendationEnded.type).order_by(outbox.c.seq)
        )
        return [(each["recommendation_id"], each["reason"]) for each in told]


@pytest.mark.clause("A2.n2.deemed")
async def test_who_does_not_pass_gives_the_place_back(hall, season, session):
    """The vote fails: the recommendation lapses in the same transaction, on the article of places; the others stay."""
    await hall.decide(in_favour=7)
    source = await behind(session, season.declarations[0])
    assert (source.state, source.version) == ("LAPSED", 2)
    assert await ends(session) == [(str(source.id), "评审未通过")]
    async with session("workflow") as tx:
        line = (
            await tx.execute(
                text("select note, basis, role from history where subject_id = :id"), {"id": source.id}
            )
        ).one()
    assert (line.note, line.role) == ("评审未通过", "SERVICE")
    assert [each["cite"] for each in line.basis] == ["附件2 说明2"]


@pytest.mark.clause("A2.n2.deemed")
async def test_who_passes_keeps_the_place_to_the_certificate_and_after(hall, season, session):
    """Passed, publicised and certified: the place stays used, by one who is employed or waits as qualified."""
    await certified(hall)
    assert (await behind(session, season.declarations[0])).state == "CONFIRMED"
    assert await ends(session) == []


@pytest.mark.clause("A2.n2.deemed")
async def test_one_meeting_gives_back_exactly_the_places_of_who_failed(hall, season, session):
    """Of three on one agenda one fails; the vote is closed by two at the same instant; one end is told."""
    async with session("workflow") as tx:
        for _ in range(2):
            await seed_declaration(tx, season)
    voters = await hall.open()
    for number, declaration_id in enumerate(season.declarations):
        await hall.vote_all([number != 1] * 11, voters, declaration_id)
    answers = await asyncio.gather(hall.act("CLOSE_VOTE"), hall.act("CLOSE_VOTE"))
    assert sorted(each.status_code for each in answers) == [200, 409]
    sources = [await behind(session, each) for each in season.declarations]
    assert [each.state for each in sources] == ["CONFIRMED", "LAPSED", "CONFIRMED"]
    assert [each for each, _ in await ends(session)] == [str(sources[1].id)]


@pytest.mark.clause("A2.n2.deemed")
async def test_a_void_result_gives_the_place_back(hall, season, session):
    """The office declares the result void: the recommendation lapses, once, however often it is tried."""
    await publicised(hall)
    path = f"/v1/results/{season.declarations[0]}/void"
    answers = await asyncio.gather(
        *(hall.ask(season.office, "POST", path, {"note": "业绩不实"}) for _ in range(4))
    )
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    source = await behind(session, season.declarations[0])
    assert source.state == "LAPSED"
    assert await ends(session) == [(str(source.id), "评审结果被宣布无效")]


@pytest.mark.clause("A2.n2.deemed")
async def test_filed_or_void_but_not_both(hall, season, session):
    """The HRSS files while the office voids: either a certificate and a place that is used, or neither."""
    await publicised(hall)
    await hall.at(DAY_AFTER, "workflow")
    path = f"/v1/results/{season.declarations[0]}/void"
    filed, void = await asyncio.gather(
        file(hall), hall.ask(season.office, "POST", path, {"note": "业绩不实"})
    )
    assert (filed.status_code == 201) != (void.status_code == 200)
    source = await behind(session, season.declarations[0])
    assert source.state == ("CONFIRMED" if filed.status_code == 201 else "LAPSED")
    assert len(await ends(session)) == (0 if filed.status_code == 201 else 1)
