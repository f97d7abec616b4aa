"""The statement that counts a chunk finds of every unit what the rules find of it: a property over random units."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from services.kit.errors import Refusal
from services.quota import policy as policies
from services.quota.contract import PostPool, TitleLevel
from services.quota.ledger import store as ledger
from services.quota.ledger.model import Ledger
from services.quota.ledger.rules import Figures, Row, Standings, live_of
from services.quota.main import articles_named
from services.quota.ratio.rules import Unit, posts, row_for
from services.quota.ratio.states import UnitLevel
from services.quota.recalculation import counting
from services.quota.recalculation.counting import FIRST, GROUPS, LAST
from services.quota.recalculation.model import LevelStanding, UnitStanding
from services.quota.unit.model import UnitCard
from tests.platform.settings import POLICIES
from tests.services.quota.bodies import YEAR
from tests.services.quota.samples import Claimed, Sample, write

POLICY = policies.load(POLICIES, "qinghai", used=articles_named()).of(YEAR)
LIMITED = [level for level in TitleLevel if POLICY.is_limited(level)]
NAMES = ("borrowed", "lent", "by_exits", "shortage", "free")
PLACED = [getattr(LevelStanding, name) for name in ("unit_id", "level", "deemed", *NAMES)]
SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
COUNT = st.integers(0, 4)
COLUMN = st.tuples(COUNT, COUNT, COUNT)
TABLE = st.fixed_dictionaries({}, optional=dict.fromkeys(TitleLevel, COLUMN))
CLAIM = st.builds(
    Claimed,
    st.sampled_from(PostPool),
    st.sampled_from(TitleLevel),
    st.none() | st.sampled_from(TitleLevel),
    st.sampled_from(["HELD", "CONFIRMED", "RELEASED", "EXEMPT"]),
    st.booleans(),
)
SAMPLES = st.lists(
    st.builds(
        Sample,
        form=st.none() | TABLE,
        exits=st.dictionaries(st.sampled_from(TitleLevel), st.integers(0, 5)),
        decided=st.none() | st.dictionaries(st.sampled_from(TitleLevel), COUNT),
        plan=st.none() | st.fixed_dictionaries(dict.fromkeys(LIMITED, COLUMN)),
        claims=st.lists(CLAIM, max_size=5),
        region=st.sampled_from(
            ["630000", "630104", "630121", "632500", "632521", "632324", "630200", "999999"]
        ),
        level=st.sampled_from(UnitLevel).map(str),
        nature=st.sampled_from([None, "PUBLIC_INSTITUTION", "TOWNSHIP", "STATE_ENTERPRISE"]),
        industry=st.sampled_from([None, "HEALTH", "EDUCATION"]),
        in_use=st.booleans(),
    ),
    max_size=12,
)


def counted_of(sample: Sample) -> bool:
    """Whether a unit is recalculated: an institution in use, or one whose posts are counted."""
    has_posts = sample.form is not None or sample.plan is not None
    return has_posts or (sample.in_use and sample.nature in POLICY.posts.form.natures)


async def expected_levels(tx, sample: Sample) -> dict[tuple[str, str], dict[str, int | bool | None]]:
    """What the rules find of a unit's levels; without a form, nothing but what is asked for."""
    found = {}
    for pool in PostPool:
        by = await ledger.counted(tx, sample.unit_id, YEAR, pool)
        if by is None:
            continue
        for level, each in (await ledger.standings(tx, sample.unit_id, POLICY, by)).items():
            figures, places = each.figures, each.places
            decided = figures.decided is not None
            found[pool, level] = {
                "approved": figures.approved,
                "employed": figures.employed,
                "qualified_not_employed": figures.qualified_not_employed,
                "declarable": figures.decided if decided else figures.declarable,
                "decided": decided,
                "held": each.held,
                "used": each.used,
                "borrowed": places.borrowed if places else 0,
                "lent": places.lent if places else 0,
                "by_exits": places.by_exits if places else 0,
                "shortage": places.shortage if places else 0,
                "free": places.free if places else None,
                **(
                    {"deemed": places.supply.deemed, "exit_places": places.supply.exit_places}
                    if places
                    else {}
                ),
            }
    return found


def settled(sample: Sample, claimed: Claimed) -> bool:
    """Whether the person is in the figures of the level wanted, or of one above it."""
    counted = sample.form if claimed.pool is PostPool.GENERAL else sample.plan
    order, known = list(TitleLevel), claimed.known_at
    return counted is not None and known is not None and order.index(known) <= order.index(claimed.level)


def expected_ratio(sample: Sample) -> tuple[str, str | None]:
    """What the rules find of a unit's row."""
    asked = Unit(sample.region, UnitLevel(sample.level), sample.nature, sample.industry)
    try:
        row = row_for(POLICY.posts.ratios, asked, POLICY.articles)
    except Refusal as refusal:
        return ("OTHER_RULE", None) if refusal.code == "OTHER_RULE_APPLIES" else ("NO_ROW", None)
    return ("ROW", row.code) if row else ("NO_ROW", None)


async def found_of(tx, unit_id: UUID) -> tuple[UnitStanding | None, dict[tuple[str, str], LevelStanding]]:
    """What the statement has written."""
    fresh = {"populate_existing": True}
    whole = await tx.get(UnitStanding, (YEAR, unit_id), populate_existing=True)
    mine = select(LevelStanding).where(LevelStanding.unit_id == unit_id).execution_options(**fresh)
    return whole, {(each.pool, each.level): each for each in await tx.scalars(mine)}


async def assert_found(tx, sample: Sample) -> None:
    """All of it is what the rules find."""
    whole, levels = await found_of(tx, sample.unit_id)
    if not counted_of(sample):
        assert (whole, levels) == (None, {})
        return
    assert whole is not None
    expected = await expected_levels(tx, sample)
    pools = {PostPool.GENERAL, *([PostPool.TARGETED] if sample.plan is not None else [])}
    assert {pool for pool, _ in levels} == pools
    for key, figures in expected.items():
        assert {name: getattr(levels[key], name) for name in figures} == figures, key
    asked = {key: row.held + row.used for key, row in levels.items()}
    live = [each for each in sample.claims if each.is_live and not settled(sample, each)]
    assert asked == {key: sum((each.pool, each.level) == key for each in live) for key in levels}
    assert (whole.ratio, whole.row_code) == expected_ratio(sample)
    assert whole.has_form is (sample.form is not None)
    assert whole.short is any(row.shortage for row in levels.values())
    headcount = sum(column[0] for column in sample.form.values()) if sample.form is not None else None
    assert whole.headcount == headcount
    row = next((row for row in POLICY.posts.ratios.rows if row.code == whole.row_code), None)
    for name in GROUPS:
        group, _, kind = name.partition("_")
        known = row is not None and headcount is not None
        share = posts(headcount, getattr(getattr(row, group), kind)) if known else None
        assert getattr(whole, name) == share, name


@pytest.mark.clause("A1", "A2.n2.down", "A2.n2.deemed", "A2.n3")
@SLOW
@given(samples=SAMPLES)
async def test_the_statement_finds_what_the_rules_find(session, database, samples):
    """For any units: levels, pools, decisions, exits, loans, shortages, Annex 1; and again when nothing has changed."""
    async with session("quota") as tx:
        await write(tx, samples)
        for _ in range(2):
            await counting.count(tx, POLICY, FIRST, LAST)
            for sample in samples:
                await assert_found(tx, sample)
        await tx.rollback()


@SLOW
@given(samples=SAMPLES, size=st.integers(1, 5))
async def test_chunks_come_to_every_unit_once(session, database, samples, size):
    """Chunk by chunk, each unit that is recalculated is in one chunk, and as many as were to be counted."""
    async with session("quota") as tx:
        await write(tx, samples)
        after, number = None, 0
        while after != LAST:
            chunk = await counting.next_chunk(tx, POLICY, after, size)
            await counting.count(tx, POLICY, after, chunk.last)
            after, number = chunk.last, number + chunk.number
        mine = [sample for sample in samples if counted_of(sample)]
        assert number == await counting.total(tx, POLICY) == len(mine)
        for sample in samples:
            await assert_found(tx, sample)
        await tx.rollback()


def crowded(chance: Random) -> Sample:
    """A unit whose levels lend, borrow, are in the red, rest on exits, or are set by decision, as often as not."""
    table = {level: (2 + chance.choice([-1, 0, 0, 1, 2, 3]), 2, 0) for level in TitleLevel}
    claims = [
        Claimed(
            PostPool.GENERAL,
            level,
            chance.choice([None, None, None, *TitleLevel]),
            chance.choice(["HELD", "CONFIRMED"]),
            in_post=chance.random() < 2 / 3,
        )
        for level in LIMITED
        for _ in range(chance.choice([0, 0, 1, 1, 2, 3]))
    ]
    if claims and chance.random() < 1 / 5:
        claims.append(replace(claims[0], level=chance.choice(LIMITED)))
    return Sample(
        form=table,
        exits={level: chance.choice([0, 0, 2, 3]) for level in LIMITED},
        decided={chance.choice(LIMITED): chance.randint(0, 2)} if chance.random() < 1 / 4 else None,
        claims=claims,
    )


def placed_by_rules(sample: Sample) -> Standings:
    """The general pool of a unit by the rules alone."""
    assert sample.form is not None
    figures = [
        Figures(
            level,
            *(approved, employed, approved - employed, qualified, approved - employed - qualified),
            decided=(sample.decided or {}).get(level),
            exits=sample.exits.get(level, 0),
        )
        for level, (approved, employed, qualified) in sample.form.items()
    ]
    rows = [
        Row(
            uuid4(),
            *(each.person_id, each.level, each.state),
            posts=[each.known_at] if each.known_at and each.in_post else [],
            waits=[each.known_at] if each.known_at and not each.in_post else [],
        )
        for each in sample.claims
    ]
    rule = POLICY.allocation.pools[PostPool.GENERAL]
    return Standings.of(figures, live_of(rows), rule, POLICY.posts.limited_levels)


@pytest.mark.clause("A2.n2.down", "A2.n2.deemed", "A2.n3", "2.1.2")
@pytest.mark.parametrize("seed", [1, 2])
async def test_every_way_of_placing_is_met_among_many_units(session, database, seed):
    """A thousand units at once: what the statement writes of each level is what the rules place there."""
    chance = Random(seed)
    samples = [crowded(chance) for _ in range(1_000)]
    async with session("quota") as tx:
        await write(tx, samples)
        await counting.count(tx, POLICY, FIRST, LAST)
        rows = await tx.execute(select(*PLACED))
        found = {(row.unit_id, row.level): tuple(row[2:]) for row in rows}
        await tx.rollback()
    met = Counter()
    for sample in samples:
        for level, each in placed_by_rules(sample).items():
            places = each.places
            if places is None:
                continue
            parts = (places.borrowed, places.lent, places.by_exits, places.shortage, places.free)
            assert found[sample.unit_id, level] == (places.supply.deemed, *parts), (sample, level)
            met.update(name for name, part in zip(NAMES, parts, strict=True) if part)
            met["lent and free"] += bool(places.lent and places.free)
    assert min(met[name] for name in (*NAMES, "lent and free")) >= 20, met


async def test_what_is_no_more_is_removed(session, database):
    """A unit that is closed and has no posts, a plan that was taken back: their standings go with the next counting."""
    unit = Sample(plan=dict.fromkeys(LIMITED, (2, 1, 0)), form={})
    closed = Sample()
    async with session("quota") as tx:
        await write(tx, [unit, closed])
        await counting.count(tx, POLICY, FIRST, LAST)
        assert len((await found_of(tx, unit.unit_id))[1]) == len(TitleLevel) + len(LIMITED)
        await tx.execute(delete(Ledger).where(Ledger.pool == PostPool.TARGETED))
        await tx.execute(delete(UnitCard).where(UnitCard.unit_id == closed.unit_id))
        await counting.count(tx, POLICY, FIRST, LAST)
        assert len((await found_of(tx, unit.unit_id))[1]) == len(TitleLevel)
        assert await found_of(tx, closed.unit_id) == (None, {})
        await tx.rollback()
