"""An implausible pace is flagged with its figures, once a burst, for who stands above; nothing is refused for it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql

from services.kit.auth import Actor
from services.kit.outbox import outbox
from services.workflow.contract import ReviewFlagged
from services.workflow.supervision import pace
from services.workflow.supervision.states import Group
from tests.platform.tokens import mint, seat
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.season import HOSPITAL, IN_NOVEMBER, Line
from tests.services.workflow.supervision.scene import flags, submitted

LATER = "2023-11-20T09:05+08:00"


@pytest.fixture
async def place(season):
    """A department, and one of its reviewers."""
    line = Line.of(HOSPITAL, season.root)
    return line, line.token("REVIEWER", 3, sub=uuid4(), name="韩审核")


async def approvals(office, token, flag):
    """What a flag rests on."""
    answer = await office.call("GET", f"/v1/supervision/flags/{flag['id']}/approvals", token)
    return answer.json()["items"]


async def told(session):
    """Every event of a flag that was raised."""
    async with session("workflow") as tx:
        rows = select(outbox.c.data).where(outbox.c.type == ReviewFlagged.type).order_by(outbox.c.seq)
        return list(await tx.scalars(rows))


@pytest.mark.clause("3.2.3")
async def test_a_hasty_burst_is_one_flag_told_above(office, season, session, place):
    """Approvals right after opening go through; the first is flagged and told, the next joins it, with figures."""
    line, reviewer = place
    first, second = await submitted(office, season, session, line, 2)
    assert (await office.passed(first, reviewer))["state"] == "UNDER_REVIEW"
    await office.passed(second, reviewer)
    above = line.token("SUPERVISOR", 2, name="监督")
    (flag,) = await flags(office, above)
    assert (flag["reviewer_name"], flag["state"], flag["approvals"]) == ("韩审核", "OPEN", 2)
    assert (flag["shortest_seconds"] < 20, flag["most_in_window"]) == (True, 2)
    found = await approvals(office, above, flag)
    assert [each["declaration_id"] for each in found] == [second["id"], first["id"]]
    for each in found:
        assert (each["grounds"], each["materials"], each["seconds_per_material"]) == (["HASTY"], 4, 5)
        assert each["seconds"] < 4 * 5
    (event,) = await told(session)
    assert (event["superior_id"], event["hrss_id"], event["number"]) == (
        str(line.ids[2]),
        str(line.ids[0]),
        first["number"],
    )
    read = await office.read(first, line.token("SUPERVISOR", 2))
    assert read["materials"], "who supervises opens what was flagged"


@pytest.mark.clause("3.2.3")
async def test_one_opened_long_before_wins_the_others_no_time(office, season, session, at, place):
    """Five minutes after the first material the other three are opened and passed in seconds: it is flagged for these."""
    line, reviewer = place
    (one,) = await submitted(office, season, session, line, 1)
    early, *_ = (await office.read(one, reviewer))["materials"]
    record(await office.open(early, reviewer))
    try:
        await at(LATER, "workflow")
        await office.passed(one, reviewer)
    finally:
        await at(IN_NOVEMBER, "workflow")
    above = line.token("SUPERVISOR", 2)
    (flag,) = await flags(office, above)
    (found,) = await approvals(office, above, flag)
    assert (found["grounds"], found["materials"]) == (["HASTY"], 3)
    assert found["seconds"] < 3 * 5


@pytest.mark.clause("3.2.3")
async def test_too_many_at_the_same_instant_are_one_flag(office, season, session, place):
    """Of twelve pushed through at once the eleventh and the twelfth are flagged, however they interleave; told once."""
    line, reviewer = place
    _, *mine = await submitted(office, season, session, line, 13)
    async with session("workflow") as tx:
        await tx.execute(text("delete from material"))
    answers = await asyncio.gather(*(office.act(each, "PASS", reviewer) for each in mine))
    assert {each.status_code for each in answers} == {200}
    above = line.token("TITLE_OFFICER", 0)
    (flag,) = await flags(office, above)
    assert (flag["approvals"], flag["most_in_window"], flag["shortest_seconds"]) == (2, 12, None)
    found = await approvals(office, above, flag)
    assert [(each["grounds"], each["approvals"]) for each in found] == [(["BURST"], 12), (["BURST"], 11)]
    assert len(await told(session)) == 1


@pytest.mark.clause("3.2.3")
async def test_the_figures_of_each_reviewer(office, season, session, at, place):
    """Counts, seconds and the share of returns: of each reviewer, of each organisation, page by page, of the own subtree."""
    line, reviewer = place
    one, two, three, four = await submitted(office, season, session, line, 4)
    colleague = line.token("REVIEWER", 3, sub=uuid4(), name="同事")
    for each in (one, two, three):
        await office.look_through(each, reviewer)
    items = [{"item": "basic", "reason": "请补充"}]
    await office.passed(one, reviewer)
    try:
        await at(LATER, "workflow")
        record(await office.act(two, "PASS", reviewer))
        record(await office.act(three, "SEND_BACK", reviewer, items=items))
        await office.passed(four, colleague)
        await at("2023-11-20T10:02+08:00", "workflow")
        above = line.token("SUPERVISOR", 2)
        by_name = {each["reviewer_name"]: each for each in await every_page(office, above)}
        (whole,) = await every_page(office, above, of="ORGANISATION")
    finally:
        await at(IN_NOVEMBER, "workflow")
    mine = by_name["韩审核"]
    assert (mine["approvals"], mine["approvals_last_hour"], mine["approvals_last_day"]) == (2, 1, 2)
    assert (mine["returns"], round(mine["approval_share"], 3)) == (1, 0.667)
    assert mine["shortest_seconds"] < 20 < mine["median_seconds"] < 200
    (flag,) = [each for each in await flags(office, above) if each["reviewer_name"] == "韩审核"]
    assert flag["approvals"] == 1, "five minutes over four materials are plausible"
    assert (by_name["同事"]["approvals"], by_name["同事"]["returns"]) == (1, 0)
    assert (whole["reviewer_name"], whole["approvals"], whole["returns"]) == (None, 3, 1)
    for elsewhere in (line.token("SUPERVISOR", 0, sub=uuid4()), line.token("TITLE_OFFICER", 0)):
        assert len(await every_page(office, elsewhere, organisation_id=str(line.ids[3]))) == 2
        assert await every_page(office, elsewhere, since="2023-11-21") == []


async def every_page(office, token, **params):
    """The figures, read one a page."""
    found, after = [], {}
    while True:
        sent = {"first": 1, **params, **after}
        answer = await office.call("GET", "/v1/supervision/pace", token, params=sent)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if (cursor := answer.json().get("next_cursor")) is None:
            return found
        after = {"after": cursor}


@pytest.mark.clause("3.2.3")
async def test_a_flag_is_dismissed_by_who_stands_above_and_nobody_else(office, season, session, place):
    """Others find no such flag; the own organisation reads it; nobody decides on the own; of two at once one does."""
    line, reviewer = place
    (one,) = await submitted(office, season, session, line, 1)
    person = uuid4()
    both = [seat("REVIEWER", *line.nodes), seat("SUPERVISOR", *line.nodes[:3])]
    himself = mint(both, person_id=person, name="兼任")
    await office.passed(one, himself)
    (flag,) = await flags(office, line.token("SUPERVISOR", 2))
    strangers = [
        *(line.token(role, 2) for role in ("REVIEWER", "RECOMMENDER", "ORGANISATION_MANAGER")),
        Line.of(HOSPITAL, season.root).token("SUPERVISOR", 2),
        reviewer,
        mint(),
    ]
    for token in strangers:
        assert await flags(office, token) == []
        assert codes(await dismiss(office, flag, token), 404) == ["FLAG_NOT_FOUND"]
    assert (await dismiss(office, flag, None)).status_code == 401
    assert codes(await dismiss(office, flag, line.token("SUPERVISOR", 3)), 403) == ["NOT_YOUR_STEP"]
    other_account = mint([seat("SUPERVISOR", *line.nodes[:2])], person_id=person)
    for token in (himself, other_account):
        assert codes(await dismiss(office, flag, token)) == ["OWN_PACE", "OVERSEER_IS_DISINTERESTED"]
    for reason in ("", " ", "x" * 20_001, "\0"):
        assert (await dismiss(office, flag, line.token("SUPERVISOR", 2), reason)).status_code == 422
    answers = await asyncio.gather(
        *(dismiss(office, flag, line.token("SUPERVISOR", n % 3)) for n in range(8))
    )
    assert sorted(each.status_code for each in answers) == [200] + [409] * 7
    (done,) = await flags(office, line.token("TITLE_OFFICER", 0), state="DISMISSED")
    assert (done["reason"], done["available_actions"]) == ("系纸质材料已先行核对", [])
    assert await flags(office, line.token("TITLE_OFFICER", 0), state="OPEN") == []


async def dismiss(office, flag, token, reason="系纸质材料已先行核对"):
    """Say that there is nothing to it."""
    path = f"/v1/supervision/flags/{flag['id']}/dismiss"
    return await office.call("POST", path, token, json={"reason": reason})


@pytest.mark.parametrize("cursor", ["x", "", "." * 40, "01890000-0000-7000-8000-000000000000"])
async def test_what_is_no_cursor_is_refused(office, season, cursor):
    """A made-up cursor is told as such, and figures are for who supervises."""
    line = Line.of(HOSPITAL, season.root)
    params = {"after": cursor}
    answer = await office.call("GET", "/v1/supervision/pace", line.token("SUPERVISOR", 1), params=params)
    assert codes(answer) == ["CURSOR_UNREADABLE"]
    answer = await office.call("GET", "/v1/supervision/pace", line.token("REVIEWER", 1))
    assert codes(answer, 403) == ["ROLE_MISSING"]


MANY = """
    insert into review_endorsement (id, province, created_at, declaration_id, organisation_id, position, turn, round, action,
        account_id, answering, reviewer_name, endorsed_at, lineage)
    select gen_random_uuid(), 'qinghai', now(), d.id, o, 0, n, 1, 'PASS', a, '{}', '审核人',
        timestamptz '2023-11-20' + n * interval '1 second', array[o]
    from declaration d, generate_series(1, 20000) n,
        lateral (select md5((n % 400)::text)::uuid as o, md5((n % 1000)::text || 'a')::uuid as a) x
"""


async def test_figures_are_answered_from_indexes(office, season, session, resetter, place):
    """Among twenty thousand approvals of four hundred organisations those of one subtree are found by index."""
    line, _ = place
    await submitted(office, season, session, line, 1)
    async with session("workflow") as tx:
        await tx.execute(text(MANY))
        mine = await tx.scalar(text("select organisation_id from review_endorsement limit 1"))
    await resetter.execute("analyze workflow.review_endorsement")
    root = line.nodes[0].model_copy(update={"id": mine})
    overseer = Actor(uuid4(), "person", "监督", (seat("SUPERVISOR", root),))
    now = datetime.fromisoformat("2023-11-21T00:00+08:00")
    for of in Group:
        query = pace.figures(pace.Asked(overseer, now, now - timedelta(days=30), of), 20, None)
        compiled = query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
        told = str(compiled).replace(f"ARRAY['{mine}']", f"ARRAY['{mine}'::uuid]")
        async with session("workflow") as tx:
            plan = "\n".join((await tx.scalars(text(f"explain {told}"))).all())
            assert "Seq Scan on review_endorsement" not in plan, plan
            assert "ix_review_endorsement_lineage" in plan, plan
            assert len((await tx.execute(query)).all()) == (1 if of is Group.ORGANISATION else 5)
