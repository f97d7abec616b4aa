"""A ledger is begun with many rows at once: a whole roster and plan, or nothing of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.kit.auth import Actor, Seat
from services.kit.clock import Moment, now
from services.quota import policy
from services.quota.contract import PostPool, TitleLevel
from services.quota.main import articles_named
from services.quota.staffing import bulk, reading, store
from services.quota.staffing.bulk import Batch, Opening, OpeningPost, OpeningQualification, Plan
from services.quota.staffing.errors import RowsRefused
from services.quota.staffing.service import keeper_of
from tests.platform.settings import POLICIES

YEAR = policy.load(POLICIES, "qinghai", used=articles_named()).newest
OPENED = date(2022, 12, 31)
A, M, J = TitleLevel.ASSOCIATE_SENIOR, TitleLevel.MIDDLE, TitleLevel.JUNIOR


@pytest.fixture
def record(session, hospital):
    """`await record(openings, plans)`: as the hospital's 推荐经办."""
    seat = Seat(role="RECOMMENDER", organisation_id=hospital.lineage[-1].id, lineage=hospital.lineage)
    keeper = keeper_of(
        Actor(uuid4(), "person", "测试人员", (seat,)), hospital.lineage[-1].id, YEAR, "qinghai"
    )

    async def begin(openings=(), plans=(), on=OPENED):
        async with session("quota") as tx:
            moment: Moment = await now(tx, simulated=True)
            return await bulk.record_many(
                tx, Batch(on=on, openings=openings, plans=plans), keeper, YEAR, moment
            )

    return begin


async def figures(session, hospital, pool=PostPool.GENERAL, on=OPENED):
    """Approved, employed and qualified of every level."""
    async with session("quota") as tx:
        told = await reading.balances(tx, UUID(hospital.id), pool, on=on, window=YEAR.staffing.exits_window)
    return {level: (b.approved, b.employed, b.qualified_not_employed) for level, b in told.items()}


ROSTER = [
    Opening(
        name="李青山",
        person_id=uuid4(),
        post=OpeningPost(level=M, title="主治医师", post_grade="专业技术八级", employed_on=date(2018, 5, 1)),
        qualified=OpeningQualification(level=A, title="副主任医师"),
    ),
    Opening(name="张伟", post=OpeningPost(level=M)),
    Opening(name="张伟（内科）", post=OpeningPost(level=J)),
    Opening(name="王软", qualified=OpeningQualification(level=M, by_examination=True)),
    Opening(
        name="赵软",
        qualified=OpeningQualification(
            level=M, by_examination=True, takes_post=True, reason="承担信息系统运维"
        ),
    ),
    Opening(
        name="孙软",
        qualified=OpeningQualification(
            level=M, by_examination=True, takes_post=False, reason="与岗位职责无关"
        ),
    ),
]
PLANS = [Plan(level=A, posts=5, document="青人社事〔2022〕8号"), Plan(level=M, posts=9, document="同上")]


@pytest.mark.clause("A2.n2.exam")
async def test_a_roster_becomes_balances(session, hospital, record):
    """Posts, waiting qualifications and decided examinations are counted; an undecided one is named and not counted."""
    done = await record(ROSTER, PLANS)
    assert (done.people, done.movements) == (6, 11)
    assert await figures(session, hospital) == {
        TitleLevel.FULL_SENIOR: (0, 0, 0),
        A: (5, 0, 1),
        M: (9, 2, 1),
        J: (0, 1, 0),
    }
    async with session("quota") as tx:
        undecided = await reading.undecided_of(tx, UUID(hospital.id), PostPool.GENERAL, on=OPENED)
        person = ROSTER[0].person_id
        counted = await reading.counted_people(tx, UUID(hospital.id), PostPool.GENERAL, on=OPENED)
        told = await reading.staff_of(tx, UUID(hospital.id), [person], on=OPENED)
        assert await reading.keeps_ledger(tx, UUID(hospital.id))
        assert not await reading.keeps_ledger(tx, UUID(hospital.id), PostPool.TARGETED)
    assert [each.name for each in undecided] == ["王软"]
    assert {(M, True), (A, False)} == {(level, in_post) for who, level, in_post in counted if who == person}
    assert told[person] == reading.Staff("副主任医师", "主治医师", date(2018, 5, 1), "专业技术八级")


@pytest.mark.parametrize(
    ("openings", "plans", "faults"),
    [
        ([Opening(name="李青山")], [], {("openings.0", "ROW_EMPTY")}),
        ([Opening(name="张伟", post=OpeningPost(level=M))] * 2, [],
         {("openings.0", "ROW_TWICE"), ("openings.1", "ROW_TWICE")}),
        ([], [PLANS[0], PLANS[0]], {("plans.0", "ROW_TWICE"), ("plans.1", "ROW_TWICE")}),
        ([], [Plan(level=A, posts=1, document="")], {("plans.0.document", "FIELD_MISSING")}),
        ([], [Plan(level=J, posts=1, document="x", pool=PostPool.TARGETED)],
         {("plans.0.level", "LEVEL_WITHOUT_POSTS")}),
        ([Opening(name="李青山", post=OpeningPost(level=M, employed_on=date(2023, 1, 1)))], [],
         {("openings.0.post.employed_on", "SINCE_AFTER_DATE")}),
        ([Opening(name="李青山", post=OpeningPost(level=M, title="主" * 61))], [],
         {("openings.0.post.title", "TOO_LONG")}),
        ([Opening(name="李青山", post=OpeningPost(level=M), qualified=OpeningQualification(level=J))], [],
         {("openings.0.qualified.level", "NOT_NEW")}),
        ([Opening(name="王软", qualified=OpeningQualification(level=M, by_examination=True, takes_post=True))],
         [], {("openings.0.qualified.reason", "DECISION_INCOMPLETE")}),
        ([Opening(name="王软", qualified=OpeningQualification(level=M, takes_post=True, reason="x"))],
         [], {("openings.0.qualified.level", "NO_EXAM")}),
    ],
)  # fmt: skip
async def test_a_faulty_row_refuses_the_batch(session, record, openings, plans, faults):
    """Every fault is named with its row, and nothing was written beside it."""
    with pytest.raises(RowsRefused) as refused:
        await record([*openings, Opening(name="无过", post=OpeningPost(level=M))], plans)
    assert {(each.field, each.code) for each in refused.value.findings} == faults
    assert all(each.basis and each.zh and each.en for each in refused.value.findings)
    async with session("quota") as tx:
        assert await tx.scalar(text("select count(*) from staff_member")) == 0
        assert await tx.scalar(text("select count(*) from staffing_movement")) == 0


async def test_a_roster_is_recorded_once(session, hospital, record):
    """The same roster again is refused row by row; another plan of a later day replaces the first."""
    await record(ROSTER, PLANS)
    with pytest.raises(RowsRefused) as refused:
        await record(ROSTER)
    assert {each.field for each in refused.value.findings} >= {
        "openings.0.name", "openings.1.name", "openings.2.name", "openings.3.qualified.level",
    }  # fmt: skip
    later = date(2023, 1, 2)
    await record(plans=[Plan(level=A, posts=4, document="青人社事〔2023〕1号")], on=later)
    assert (await figures(session, hospital, on=later))[A] == (4, 0, 1)
    assert (await figures(session, hospital))[A] == (5, 0, 1)


async def test_a_namesake_must_be_told_apart(record):
    """Somebody of a known name and an account of his own is perhaps the same person: that has to be said."""
    await record(ROSTER)
    with pytest.raises(RowsRefused) as refused:
        await record([Opening(name="张伟", person_id=uuid4(), post=OpeningPost(level=M))])
    assert [each.code for each in refused.value.findings] == ["STAFF_NAME_AMBIGUOUS"]


async def test_a_roster_may_have_more_rows_than_a_statement_takes_parameters(session, hospital):
    """A database takes 32,767 parameters a statement; who is known already is asked in one all the same."""
    ids = [uuid4() for _ in range(33_000)]
    async with session("quota") as tx:
        assert await store.members_like(tx, UUID(hospital.id), ids, [str(each) for each in ids]) == []
        assert set(await store.steps_of(tx, ids)) == set(ids)
