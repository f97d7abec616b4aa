"""Nothing is lost and nothing is made: whatever is recorded and reversed, the balances are those of a naive roll of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.quota.contract import PostPool, TitleLevel
from services.quota.contract import StaffingCause as Cause
from services.quota.contract import StaffingMeasure as Measure
from services.quota.staffing.draft import LEVELLED, Case, Draft, settled
from services.quota.staffing.effects import EFFECTS, entries_of
from services.quota.staffing.rules import KINDS, findings_of
from services.quota.staffing.standing import CHANGES, Standing, after
from services.quota.staffing.states import EXITS
from tests.platform.tokens import node
from tests.services.quota.people import Unit
from tests.services.quota.staffing import NEEDED, Book

OF_PEOPLE = [each for each in Cause if each not in {Cause.PLAN_SET, Cause.REVERSAL}]
RANK = {level: place for place, level in enumerate(TitleLevel)}
START = date(2022, 12, 20)
SLOW = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass
class Someone:
    """A person of a naive roll: one post, and titles without a post (True: counted)."""

    post: tuple[str, str] | None = None
    examined: bool = False
    waits: dict[tuple[str, str], bool | None] = field(default_factory=dict)
    exams: set[tuple[str, str]] = field(default_factory=set)


def takes_post(who: Someone, place: tuple[str, str]) -> None:
    """Seat somebody; titles of that level and below wait for nothing more."""
    who.examined = place in who.exams
    who.post = place
    who.waits = {at: counted for at, counted in who.waits.items() if RANK[at[1]] < RANK[place[1]]}
    who.exams &= set(who.waits)


def waits_again(who: Someone, place: tuple[str, str], *, examined: bool) -> None:
    """A title that its holder is not employed on any more."""
    who.waits[place] = True
    if examined:
        who.exams.add(place)


def apply(roll: dict[str, Someone], left: list[tuple[str, str, str, str]], made: dict[str, Any]) -> None:
    """What a clerk with pencil and paper would do for an accepted movement."""
    who = roll.setdefault(made.get("who", ""), Someone())
    place = (made.get("pool", "GENERAL"), made.get("level", ""))
    cause = made["cause"]
    if cause in {"OPENING_QUALIFIED", "QUALIFIED"}:
        assert place not in who.waits
        who.waits[place] = None if made["by_examination"] else True
        who.exams |= {place} if made["by_examination"] else set()
    elif cause == "POST_DECISION":
        assert place in who.exams
        who.waits[place] = made["takes_post"]
    elif cause in {"OPENING_POST", "EMPLOYED", "TRANSFERRED_IN"}:
        assert who.post is None
        takes_post(who, place)
        left[:] = [each for each in left if each[0] != made["who"]]  # who comes back has not left
    elif cause in {"PROMOTED", "LOWERED"}:
        former, examined = who.post, who.examined
        assert former is not None
        takes_post(who, place)
        if cause == "LOWERED":
            waits_again(who, former, examined=examined)
    elif cause == "RELEASED":
        assert who.post is not None
        waits_again(who, who.post, examined=who.examined)
        who.post = None
    elif cause in EXITS:
        if who.post is not None:
            left.append((made["who"], *who.post, made["on"]))
        roll[made["who"]] = Someone()


def figures(made: Iterable[dict[str, Any]], pool: str, until: date) -> dict[str, tuple[int, int, int, int]]:
    """Approved, employed, qualified and exits of the year by replaying everything up to a day."""
    roll: dict[str, Someone] = {}
    left: list[tuple[str, str, str, str]] = []
    plan: dict[tuple[str, str], int] = {}
    for each in made:
        if date.fromisoformat(each["on"]) > until:
            continue
        if each["cause"] == "PLAN_SET":
            plan[each["pool"], each["level"]] = each["posts"]
        else:
            apply(roll, left, each)
    employed = Counter(each.post for each in roll.values() if each.post)
    qualified = Counter(at for each in roll.values() for at, counted in each.waits.items() if counted)
    exits = Counter(tuple(at) for _, *at, on in left if on >= "2023-01-01")
    rows = {
        level: (plan.get(key, 0), employed[key], qualified[key], exits[key])
        for level in TitleLevel
        for key in [(pool, str(level))]
    }
    return {str(level): row for level, row in rows.items() if any(row)}


EVERY_LEVEL = {pool: frozenset(TitleLevel) for pool in PostPool}
CHOICES = st.integers(0, 10**6)
DAYS = st.integers(0, 6)


def drafts(cause: Cause) -> list[Draft]:
    """Every movement of a cause, in either pool, on each of three levels."""
    takes = {*KINDS[cause].needs, *KINDS[cause].may}
    needed = {name: value for name, value in NEEDED.get(cause, {}).items() if name not in VARIED}
    varied = [{}]
    for name in sorted(takes & set(VARIED)):
        varied = [{**each, name: value} for each in varied for value in VARIED[name]]
    return [Draft(cause=cause, on_date=START, **needed, **each) for each in varied]


VARIED: dict[str, list[Any]] = {
    "level": list(TitleLevel)[1:],
    "pool": list(PostPool),
    "by_examination": [True, False],
    "takes_post": [True, False],
}
ALL = {cause: drafts(cause) for cause in OF_PEOPLE}


def choose(choice: int, standing: Standing, *, begun: bool) -> Draft:
    """One of all the movements that fit who stands so; exits, of which there are several, less often each."""
    fits = {
        cause: [each for each in every if not faults(each, standing, begun=begun)]
        for cause, every in ALL.items()
    }
    causes = [cause for cause, each in fits.items() if each for _ in range(1 if cause in EXITS else 5)]
    fitting = fits[causes[choice % len(causes)]]
    return fitting[choice // len(causes) % len(fitting)]


def faults(draft: Draft, standing: Standing, *, begun: bool) -> list[Any]:
    """What the rules have against it."""
    return findings_of(Case(draft, START, EVERY_LEVEL, standing, None, begun), ARTICLES)


class Roll:
    """What was recorded, by whom it is of; each person's standing follows."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.made: list[dict[str, Any]] = []

    def stands(self, who: str) -> tuple[Standing, bool]:
        """Where somebody stands, and whether there is more than an opening."""
        standing, begun = Standing(), False
        for each in self.made:
            if each["who"] == who and each["cause"] != "PLAN_SET":
                standing = after(standing, settled(each["draft"], standing).step(uuid4()))
                begun = begun or not each["cause"].startswith("OPENING")
        return standing, begun

    async def move(self, who: str, choice: int, day: date) -> None:
        """Something that fits the person; every fifth time anything, which is refused or not."""
        standing, begun = self.stands(who)
        draft = choose(choice, standing, begun=begun)
        if choice % 5 == 0:
            of_cause = ALL[OF_PEOPLE[choice % len(OF_PEOPLE)]]
            draft = of_cause[choice // 7 % len(of_cause)]
        await self.record(who, draft, day, fits=not faults(draft, standing, begun=begun))

    async def record(self, who: str, draft: Draft, day: date, *, fits: bool) -> None:
        """Ask for it; it is recorded exactly if it fits."""
        told = {name: value for name in VARIED if (value := getattr(draft, name)) is not None}
        junior = told.get("pool") == "TARGETED" and told.get("level") == "JUNIOR"
        answer = await self.book.ask(draft.cause, who, on=day.isoformat(), **told)
        assert (answer.status_code == 201) == (fits and not junior), answer.text
        if answer.status_code == 201:
            self.keep(answer, who, draft, day, told)

    async def plan(self, choice: int, day: date) -> None:
        """A plan of posts."""
        told = {"level": list(TitleLevel)[choice % 3], "pool": PostPool.GENERAL, "posts": choice % 4}
        answer = await self.book.ask("PLAN_SET", on=day.isoformat(), **told)
        assert answer.status_code == 201, answer.text
        self.keep(answer, "", None, day, {"cause": "PLAN_SET", **told})

    def keep(self, answer: Any, who: str, draft: Draft | None, day: date, told: dict[str, Any]) -> None:
        """Note what was recorded."""
        plain = {"cause": str(draft.cause), "by_examination": False} if draft else {}
        kept = {"id": answer.json()["record"]["id"], "who": who, "draft": draft, "on": day.isoformat()}
        self.made.append({**plain, **told, **kept})

    async def reverse(self) -> None:
        """Take the latest back."""
        if self.made:
            answer = await self.book.reverse(self.made.pop())
            assert answer.status_code == 201, answer.text

    async def agrees(self, day: date) -> None:
        """Every evening, in both pools, the ledger tells what the roll does."""
        days = {date.fromisoformat(each["on"]) for each in self.made}
        for until in days | {day, START - timedelta(days=1)}:
            for pool in PostPool:
                told = await self.book.figures(on=until, pool=pool)
                assert told == figures(self.made, pool, until), (until, pool)


MOVES = st.lists(
    st.tuples(st.sampled_from(["MOVE"] * 8 + ["PLAN", "REVERSAL"]), st.sampled_from("甲乙"), CHOICES, DAYS),
    min_size=4,
    max_size=14,
)


@pytest.mark.clause("A2.n2.vacant", "A2.n2.exam", "A2.n3")
@SLOW
@given(moves=MOVES)
async def test_any_run_of_movements_is_what_a_naive_roll_makes_of_it(quota, moves):
    """On every day, in both pools, whatever was refused and reversed between; all reversed, nothing is left."""
    roll = Roll(Book(quota, Unit((node("HRSS", "PROVINCE"), node("EMPLOYER", "PROVINCE")))))
    day = START
    for kind, who, choice, days in moves:
        day += timedelta(days=days)
        if kind == "REVERSAL":
            await roll.reverse()
        elif kind == "PLAN":
            await roll.plan(choice, day)
        else:
            await roll.move(who, choice, day)
    await roll.agrees(day)
    while roll.made:
        await roll.reverse()
    await roll.agrees(day)


def counted(standing: Standing) -> Counter[tuple[Measure, Any]]:
    """What a person adds to the numbers."""
    found: Counter[tuple[Measure, Any]] = Counter()
    if standing.held:
        found[Measure.EMPLOYED, standing.held.place] += 1
    for each in standing.waiting:
        found[Measure.QUALIFIED, each.place] += each.counted
    return found


@settings(max_examples=100, deadline=None)
@given(st.lists(CHOICES, min_size=1, max_size=20))
def test_the_table_of_entries_says_what_changes_of_a_person(choices):
    """Each entry of the literal table is the difference that the movement makes; an exit is noted once beside it."""
    standing, begun = Standing(), False
    for choice in choices:
        draft = choose(choice, standing, begun=begun)
        step = settled(draft, standing).step(uuid4())
        then = after(standing, step)
        made = {(each.measure, each.place): each.delta for each in entries_of(step, standing)}
        exits = {place: delta for (measure, place), delta in made.items() if measure is Measure.EXIT}
        change = counted(then)
        change.subtract(counted(standing))
        assert {key: delta for key, delta in made.items() if key[0] is not Measure.EXIT} == {
            key: delta for key, delta in change.items() if delta
        }, draft.cause
        assert exits == ({standing.held.place: 1} if draft.cause in EXITS and standing.held else {})
        standing, begun = then, begun or not draft.cause.startswith("OPENING")


class AnyArticle(dict[str, Any]):
    """Every article there could be."""

    def __missing__(self, key: str) -> str:
        """Tell its key."""
        return key


ARTICLES = AnyArticle()


def test_every_cause_has_its_row_in_each_table():
    """What it needs, what it does, how its person stands after: no cause is forgotten."""
    causes = set(Cause) - {Cause.REVERSAL}
    assert set(KINDS) == set(EFFECTS) == causes
    assert set(CHANGES) == causes - {Cause.PLAN_SET}
    assert {each for each in KINDS if "level" in KINDS[each].needs} == set(LEVELLED)
