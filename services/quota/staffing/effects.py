"""What each cause does to the numbers: one literal table of entries. Balances are sums of entries and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.kit.words import Word
from services.quota.contract import PostPool, TitleLevel
from services.quota.contract import StaffingCause as Cause
from services.quota.contract import StaffingMeasure as Measure
from services.quota.staffing.standing import Place, Standing, Step
from services.quota.staffing.states import EXITS


class Where(Word):
    """Which level of which pool an entry is at."""

    LEVEL = "LEVEL", "所登记级别"
    HELD = "HELD", "原聘岗位级别"
    REACHED = "REACHED", "所登记级别及以下本人已计入"
    WAITING = "WAITING", "各级本人已计入"


class By(Word):
    """How far it moves the number."""

    UP = "UP", "加一"
    DOWN = "DOWN", "减一"
    IF_COUNTED = "IF_COUNTED", "加一（以考代评的，认定占岗后方计入）"
    AS_DECIDED = "AS_DECIDED", "按认定结果加一或减一"
    TO_POSTS = "TO_POSTS", "改为所核定的数"


@dataclass(frozen=True, slots=True)
class Effect:
    """One entry that a cause makes."""

    measure: Measure
    where: Where
    by: By


@dataclass(frozen=True, slots=True)
class Entry:
    """A change of one number."""

    place: Place
    measure: Measure
    delta: int

    @property
    def pool(self) -> PostPool:
        """The pool of posts."""
        return self.place[0]

    @property
    def level(self) -> TitleLevel:
        """The level."""
        return self.place[1]


GAINS_POST = Effect(Measure.EMPLOYED, Where.LEVEL, By.UP)
LOSES_POST = Effect(Measure.EMPLOYED, Where.HELD, By.DOWN)
WAITS_NO_MORE = Effect(Measure.QUALIFIED, Where.REACHED, By.DOWN)
WAITS_AGAIN = Effect(Measure.QUALIFIED, Where.HELD, By.UP)
LEAVES = (
    LOSES_POST,
    Effect(Measure.EXIT, Where.HELD, By.UP),
    Effect(Measure.QUALIFIED, Where.WAITING, By.DOWN),
)

EFFECTS: Mapping[Cause, tuple[Effect, ...]] = {
    Cause.PLAN_SET: (Effect(Measure.APPROVED, Where.LEVEL, By.TO_POSTS),),
    Cause.OPENING_POST: (GAINS_POST, WAITS_NO_MORE),
    Cause.OPENING_QUALIFIED: (Effect(Measure.QUALIFIED, Where.LEVEL, By.IF_COUNTED),),
    Cause.QUALIFIED: (Effect(Measure.QUALIFIED, Where.LEVEL, By.IF_COUNTED),),
    Cause.EMPLOYED: (GAINS_POST, WAITS_NO_MORE),
    Cause.PROMOTED: (LOSES_POST, GAINS_POST, WAITS_NO_MORE),
    Cause.LOWERED: (LOSES_POST, GAINS_POST, WAITS_AGAIN),
    Cause.REGRADED: (),
    Cause.RELEASED: (LOSES_POST, WAITS_AGAIN),
    Cause.TRANSFERRED_IN: (GAINS_POST,),
    Cause.POST_DECISION: (Effect(Measure.QUALIFIED, Where.LEVEL, By.AS_DECIDED),),
    **dict.fromkeys(EXITS, LEAVES),
}
"""Every cause but the reversal, which makes the entries of what it reverses once more with the other sign."""


def entries_of(step: Step, before: Standing) -> list[Entry]:
    """The entries that a person's movement makes, upon where the person stood before it."""
    made = [
        Entry(place, effect.measure, _delta(effect, step, before))
        for effect in EFFECTS[step.cause]
        for place in _places(effect, step, before)
    ]
    return [each for each in made if each.delta]


def entries_of_plan(place: Place, posts: int, so_far: int) -> list[Entry]:
    """The entry that brings the approved posts of a level from `so_far` to `posts`."""
    return [Entry(place, Measure.APPROVED, posts - so_far)] if posts != so_far else []


def reversed_entries(entries: Iterable[Entry]) -> list[Entry]:
    """The same with the other sign."""
    return [Entry(each.place, each.measure, -each.delta) for each in entries]


def _places(effect: Effect, step: Step, before: Standing) -> Sequence[Place]:
    match effect.where:
        case Where.HELD:
            return [before.held.place] if before.held else []
        case Where.REACHED:
            return [each.place for each in before.reached(step.place[1]) if each.counted]
        case Where.WAITING:
            return [each.place for each in before.waiting if each.counted]
        case _:
            return [step.place]


def _delta(effect: Effect, step: Step, before: Standing) -> int:
    match effect.by:
        case By.IF_COUNTED:
            return 0 if step.by_examination else 1
        case By.AS_DECIDED:
            waiting = before.waits_at(step.place)
            return int(bool(step.takes_post)) - int(waiting is not None and waiting.counted)
        case By.DOWN:
            return -1
        case _:
            return 1
