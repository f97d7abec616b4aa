"""What a meeting costs does not grow in statements with its agenda, and nobody who looks at it reads what was declared."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.platform.statements import statements
from tests.services.workflow.meeting.season import seed_declaration

CASES = 1_000
FILL = [
    text(
        "create temporary table new on commit drop as select gen_random_uuid() as id, gen_random_uuid() as person, n"
        " from generate_series(1, :many) as n"
    ),
    text("""
        insert into recommendation select made.* from recommendation as one, new, jsonb_populate_record(
            one, jsonb_build_object('id', new.id, 'person_id', new.person, 'reservation_id', gen_random_uuid(), 'place', gen_random_uuid())) as made
        where one.id = (select recommendation_id from declaration where id = :one)"""),
    text("""
        insert into declaration select made.* from declaration as one, new, jsonb_populate_record(
            one, jsonb_build_object('id', gen_random_uuid(), 'person_id', new.person, 'account_id', new.person,
                'recommendation_id', new.id, 'number', 'F' || new.n, 'content', jsonb_build_object('long', repeat('x', 5000)))
        ) as made
        where one.id = :one"""),
]


async def fill(session, season, many):
    """So many accepted declarations more, each on a recommendation of its own."""
    async with session("workflow") as tx:
        for each in FILL:
            given = {"many": many} if each is FILL[0] else {"one": season.declarations[0]}
            await tx.execute(each, given)


@pytest.mark.clause("3.3.3")
async def test_a_thousand_cases_cost_the_statements_of_one(hall, season, session):
    """Tabled, read, drawn for, opened, closed and put off by as many statements as one; a page is read without contents."""
    costs = []
    for many in (0, CASES):
        hall.id = ""
        if many:
            await fill(session, season, many)
        cost = {}
        with statements() as asked:
            await hall.plan()
            cost["tabled"] = len(asked)
        members = await hall.gather()
        for name, token, path in (
            ("office", season.office, ""),
            ("expert", members[1][1].token, ""),
            ("agenda", members[1][1].token, "/agenda?first=20"),
        ):
            with statements() as asked:
                answer = await hall.get(token, path)
                assert answer.status_code == 200
            assert not [each for each in asked if "declaration.content" in each]
            cost[name] = len(asked)
        found = answer.json()
        assert (found["total"], len(found["items"])) == (many + 1, min(many + 1, 20))
        with statements() as asked:
            await hall.did("OPEN", chair_id=members[0][0])
            cost["opened"] = len(asked)
        with statements() as asked:
            closed = await hall.act("CLOSE_VOTE", token=members[0][1].token)
            assert closed.status_code == 200, closed.text
            cost["closed"] = len(asked)
        assert len((await hall.get(season.office)).json()["deferred"]) == many + 1
        costs.append(cost)
    assert all(costs[0].values())
    assert costs[0] == costs[1]


@pytest.mark.clause("3.3.3")
async def test_the_agenda_is_paged(hall, season, session):
    """Page by page an expert meets every declaration once, those stepped back from never."""
    await fill(session, season, 24)
    members = await hall.gather()
    who = members[0][1]
    body = {"declaration_id": str(season.declarations[0]), "note": "同学"}
    assert (await hall.post(who.token, "/recusals", body)).status_code == 200
    met, after = [], ""
    while True:
        answer = (await hall.get(who.token, f"/agenda?first=10{after}")).json()
        met += [each["declaration_id"] for each in answer["items"]]
        if answer["next_cursor"] is None:
            break
        after = f"&after={answer['next_cursor']}"
    assert len(met) == len(set(met)) == answer["total"] == 24
    assert str(season.declarations[0]) not in met
    assert (await hall.get(who.token, "/agenda?first=101")).status_code == 422


TOLD = text("""
    select state, (select count(*) from history where subject_id = d.id and action like 'VOTE_%'),
        (select count(*) from audit_log where subject = 'declaration/' || d.id and action like 'declaration.VOTE_%'),
        (select count(*) from outbox where subject = 'declaration/' || d.id and data ->> 'action' like 'VOTE_%'),
        (select r.state || count(h.id) from recommendation r left join history h
            on h.subject_id = r.id and h.action = 'LAPSE' where r.id = d.recommendation_id group by r.state)
    from declaration d where id = any(:ids) order by state""")


@pytest.mark.clause("3.3.3")
async def test_a_vote_is_closed_by_the_same_statements_however_many_pass_and_fail(hall, season, session):
    """Two passed and two failed cost what one and one do; each keeps its history, audit and event, and so does what ends with it."""
    costs = []
    for new in (1, 4):
        hall.id = ""
        async with session("workflow") as tx:
            for _ in range(new):
                await seed_declaration(tx, season)
        voters = await hall.open()
        agenda = (await hall.get(season.office)).json()["agenda"]
        for number, each in enumerate(agenda):
            await hall.vote_all([number % 2 == 0] * 11, voters, each)
        with statements() as asked:
            record = await hall.did("CLOSE_VOTE")
        costs.append(len(asked))
        assert sorted(each["passed"] for each in record["results"]) == sorted(
            [True, False] * (len(agenda) // 2)
        )
        async with session("workflow") as tx:
            told = [tuple(each) for each in await tx.execute(TOLD, {"ids": agenda})]
        failed, passed = ("NOT_PASSED", 1, 1, 1, "LAPSED1"), ("PASSED", 1, 1, 1, "CONFIRMED0")
        assert told == [failed] * (len(agenda) // 2) + [passed] * (len(agenda) // 2)
    assert costs[0] == costs[1]
