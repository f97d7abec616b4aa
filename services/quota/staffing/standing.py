"""Where a person stands in a unit's ledger: the post held, and the qualifications that wait for one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.quota.contract import PostPool, TitleLevel
from services.quota.contract import StaffingCause as Cause
from services.quota.staffing.states import EXITS

Place = tuple[PostPool, TitleLevel]
"""A level of a pool of posts."""


def post_words(title: str | None, post_grade: str | None) -> str:
    """A post as a form names it: 副主任医师（专业技术七级）."""
    return f"{title}（{post_grade}）" if post_grade else title or ""


def is_above(one: TitleLevel, other: TitleLevel) -> bool:
    """Whether a level is higher than another."""
    order = list(TitleLevel)
    return order.index(one) < order.index(other)


@dataclass(frozen=True, slots=True)
class Held:
    """The post a person holds; `since` is when the employment on this level began."""

    place: Place
    since: date
    title: str | None = None
    post_grade: str | None = None
    by_examination: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A qualification on which the person is not employed; one by examination counts as decided (附件2 说明2)."""

    place: Place
    since: date
    title: str | None = None
    by_examination: bool = False
    takes_post: bool | None = None

    @property
    def counted(self) -> bool:
        """Whether the number of qualified people who are not employed includes it."""
        return self.takes_post is True or not self.by_examination

    @property
    def undecided(self) -> bool:
        """Whether it was obtained by examination, and nobody decided yet whether it takes a post."""
        return self.by_examination and self.takes_post is None


@dataclass(frozen=True, slots=True)
class Step:
    """A movement of a person as far as it matters for where the person stands."""

    id: UUID
    cause: Cause
    on_date: date
    pool: PostPool
    level: TitleLevel | None = None
    title: str | None = None
    post_grade: str | None = None
    since: date | None = None
    by_examination: bool = False
    takes_post: bool | None = None

    @property
    def place(self) -> Place:
        """The level of a pool that it names."""
        assert self.level is not None, f"{self.cause} names a level"
        return self.pool, self.level


@dataclass(frozen=True, slots=True)
class Standing:
    """A person at the unit; neither post nor qualification: not there."""

    held: Held | None = None
    waiting: tuple[Waiting, ...] = ()

    @property
    def here(self) -> bool:
        """Whether the ledger knows the person as one of the unit."""
        return self.held is not None or bool(self.waiting)

    def waits_at(self, place: Place) -> Waiting | None:
        """The qualification that waits at a level of a pool."""
        return next((each for each in self.waiting if each.place == place), None)

    def reached(self, level: TitleLevel) -> tuple[Waiting, ...]:
        """Qualifications that a post of `level` leaves nothing to wait for."""
        return tuple(each for each in self.waiting if not is_above(each.place[1], level))


def standing_after(steps: Iterable[Step]) -> Standing:
    """Where a person stands after all of it, told in its order."""
    standing = Standing()
    for step in steps:
        standing = after(standing, step)
    return standing


def after(standing: Standing, step: Step) -> Standing:
    """Where the person stands after one movement more."""
    return CHANGES[step.cause](standing, step)


def _leaves(_: Standing, __: Step) -> Standing:
    return Standing()


def _qualified(standing: Standing, step: Step) -> Standing:
    new = Waiting(step.place, step.on_date, step.title, step.by_examination)
    return replace(standing, waiting=(*standing.waiting, new))


def _decided(standing: Standing, step: Step) -> Standing:
    waiting = [
        replace(each, takes_post=step.takes_post) if each.place == step.place else each
        for each in standing.waiting
    ]
    return replace(standing, waiting=tuple(waiting))


def _released(standing: Standing, step: Step) -> Standing:
    return Standing(None, (*standing.waiting, *_again(standing, step)))


def _lowered(standing: Standing, step: Step) -> Standing:
    employed = _employed(standing, step)
    return replace(employed, waiting=(*employed.waiting, *_again(standing, step)))


def _regraded(standing: Standing, step: Step) -> Standing:
    assert standing.held is not None, "the rules ask for a post"
    return replace(standing, held=replace(standing.held, post_grade=step.post_grade))


def _employed(standing: Standing, step: Step) -> Standing:
    """On a post; what waited at its level or below waits no more."""
    qualified = standing.waits_at(step.place)
    held = Held(
        step.place,
        step.since or step.on_date,
        step.title,
        step.post_grade,
        qualified is not None and qualified.by_examination,
    )
    reached = standing.reached(step.place[1])
    return Standing(held, tuple(each for each in standing.waiting if each not in reached))


def _again(standing: Standing, step: Step) -> tuple[Waiting, ...]:
    """Who leaves a post and stays is qualified, and not employed, at its level again."""
    held = standing.held
    if held is None:
        return ()
    took = True if held.by_examination else None
    return (Waiting(held.place, step.on_date, held.title, held.by_examination, took),)


Change = Callable[[Standing, Step], Standing]

CHANGES: Mapping[Cause, Change] = {
    Cause.QUALIFIED: _qualified,
    Cause.OPENING_QUALIFIED: _qualified,
    Cause.POST_DECISION: _decided,
    Cause.RELEASED: _released,
    Cause.LOWERED: _lowered,
    Cause.REGRADED: _regraded,
    Cause.OPENING_POST: _employed,
    Cause.EMPLOYED: _employed,
    Cause.PROMOTED: _employed,
    Cause.TRANSFERRED_IN: _employed,
    **dict.fromkeys(EXITS, _leaves),
}
"""How each cause of a person's movement changes where the person stands."""
