"""What is overdue is told above once: to the next of the chain, above the office of a committee to its superior."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.dialects import postgresql

from services.kit.outbox import outbox
from services.workflow.committee.model import Committee
from services.workflow.contract import DeclarationOverdue
from services.workflow.declaration.model import Declaration
from services.workflow.review_chain import escalation
from services.workflow.sweeps import FIRST
from tests.platform.statistics import forget
from tests.services.workflow.applicants import record
from tests.services.workflow.season import IN_NOVEMBER

LAST_DAY = "2023-11-27T23:59+08:00"
DAY_AFTER = "2023-11-28T00:01+08:00"


@pytest.fixture
async def sweep(workflow_app, at):
    """The sweep of the app under test; the clock goes back to November."""
    yield workflow_app.state.escalation
    await at(IN_NOVEMBER, "workflow")


async def told(session) -> list[dict[str, str]]:
    """Every event of something overdue."""
    async with session("workflow") as tx:
        rows = select(outbox.c.data).where(outbox.c.type == DeclarationOverdue.type).order_by(outbox.c.seq)
        return list(await tx.scalars(rows))


@pytest.mark.clause("3.1")
async def test_on_the_day_after_who_reviews_next_is_told_once(office, season, session, at, sweep):
    """Until midnight nothing is told; then once, however often and however many at once it is swept."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    await at(LAST_DAY, "workflow")
    assert (await sweep.once(), await told(session)) == (0, [])
    await at(DAY_AFTER, "workflow")
    assert sum(await asyncio.gather(*(sweep.once() for _ in range(8)))) == 1
    assert await sweep.once() == 0
    (event,) = await told(session)
    assert (event["at_organisation_id"], event["superior_id"], event["due_on"]) == (
        str(person.line.ids[3]),
        str(person.line.ids[2]),
        "2023-11-27",
    )
    reviewer = person.line.token("REVIEWER", 3)
    history = await office.call("GET", f"/v1/declarations/{declaration['id']}/history", reviewer)
    last = history.json()["items"][-1]
    assert (last["action"], last["actor_name"], last["basis"][0]["cite"]) == (
        "ESCALATE",
        "workflow",
        "三（一）",
    )
    assert (await office.read(declaration, reviewer))["state"] == "UNDER_REVIEW"
    await office.passed(declaration, reviewer)


@pytest.mark.clause("3.1")
async def test_every_turn_is_told_anew_up_to_the_office(office, season, session, at, sweep):
    """Late at each level the next is told, after the last level the office, above the office its superior."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    for day, place in (("28", 3), ("29", 2), ("30", 1)):
        await late(session, declaration)
        await at(f"2023-11-{day}T09:00+08:00", "workflow")
        assert await sweep.once() == 1, place
        await office.passed(declaration, person.line.token("REVIEWER", place))
        assert await sweep.once() == 0
    await at("2023-12-15T09:00+08:00", "workflow")
    assert await sweep.once() == 1
    ids = [str(each) for each in person.line.ids]
    assert [(each["at_organisation_id"], each["superior_id"]) for each in await told(session)] == [
        (ids[3], ids[2]),
        (ids[2], ids[1]),
        (ids[1], str(season.office.id)),
        (str(season.office.id), str(season.root.id)),
    ]
    await office.look_through(declaration, season.office_token)
    record(await office.act(declaration, "ACCEPT", season.office_token))
    await at("2024-01-20T09:00+08:00", "workflow")
    assert await sweep.once() == 0


async def late(session, declaration):
    """Due some days ago."""
    async with session("workflow") as tx:
        row = update(Declaration).where(Declaration.id == declaration["id"])
        await tx.execute(row.values(due_on=date(2023, 11, 21)))


async def test_an_office_at_the_top_hears_of_itself(office, season, session, at, sweep):
    """Where nobody stands above, the office's own title officers are told."""
    person = await season.recommended()
    async with session("workflow") as tx:
        await tx.execute(update(Committee).values(lineage=[season.office.id]))
    declaration = await office.submitted(person)
    for place in (3, 2, 1):
        await office.passed(declaration, person.line.token("REVIEWER", place))
    await at("2023-12-15T09:00+08:00", "workflow")
    assert await sweep.once() == 1
    (event,) = await told(session)
    assert event["superior_id"] == str(season.office.id)


async def test_a_sweep_waits_for_nobody(office, season, session, at, sweep):
    """What somebody has in hand this moment is passed over and told by the next sweep; the others are told."""
    held, other = [await office.submitted(await season.recommended()) for _ in range(2)]
    await at(DAY_AFTER, "workflow")
    async with session("workflow") as tx:
        await tx.execute(select(Declaration.id).where(Declaration.id == held["id"]).with_for_update())
        assert await asyncio.wait_for(sweep.once(), 30) == 1
    assert [each["declaration_id"] for each in await told(session)] == [other["id"]]
    assert await sweep.once() == 1


async def test_the_longest_overdue_is_told_first_and_found_by_an_index(office, season, session, at, sweep):
    """By due day, a page after the other, at any number of declarations that are not due."""
    every = [await office.submitted(await season.recommended()) for _ in range(3)]
    for declaration, day in zip(every, (23, 21, 22), strict=True):
        async with session("workflow") as tx:
            row = update(Declaration).where(Declaration.id == declaration["id"])
            await tx.execute(row.values(due_on=date(2023, 11, day)))
    async with session("workflow") as tx:
        await forget(tx)
        await tx.execute(text("set local enable_seqscan = off"))
        wanted = escalation.untold(date(2023, 11, 28), (date.min, FIRST), 100)
        sql = wanted.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
        plan = "\n".join(await tx.scalars(text(f"explain {sql}")))
    assert "using ix_declaration_overdue" in plan
    assert "Sort" not in plan
    await at(DAY_AFTER, "workflow")
    assert await sweep.once() == 3
    assert [each["declaration_id"] for each in await told(session)] == [every[n]["id"] for n in (1, 2, 0)]


async def test_what_the_applicant_has_is_not_overdue(office, season, session, at, sweep):
    """Drafts, returned and withdrawn declarations have no due day."""
    drafts = await season.recommended()
    await office.draft(drafts)
    person = await season.recommended()
    declaration = await office.submitted(person)
    items = [{"item": "basic", "reason": "请补充"}]
    record(await office.act(declaration, "SEND_BACK", person.line.token("REVIEWER", 3), items=items))
    other = await season.recommended()
    record(await office.act(await office.submitted(other), "WITHDRAW", other.token))
    await at("2023-12-20T09:00+08:00", "workflow")
    assert (await sweep.once(), await told(session)) == (0, [])
