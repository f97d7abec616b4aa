"""Who orders, draws, checks and closes a spot check, and under what rules."""

from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Broken, Case, Step, Steps, Taker, rule
from services.workflow.cycle.steps import is_provincial
from services.workflow.spot_check.states import ItemAction, ItemState, SpotCheckAction, SpotCheckState

CHECKERS = (Role.TITLE_OFFICER, Role.SUPERVISOR)
"""Who orders and checks, at the provincial HRSS."""


@dataclass(frozen=True, slots=True)
class SpotCheckFacts:
    """A spot check as its rules see it: how many results its scope holds now, how many items have no verdict, what is told."""

    id: UUID
    state: SpotCheckState
    version: int
    lineage: tuple[UUID, ...]
    results: int = 0
    open_items: int = 0
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """An item as its rules see it.

    `mine`: the caller has it in hand; `involved`: the caller, or whom the caller acts for, declares or acted on what is
    checked.
    """

    id: UUID
    state: ItemState
    version: int
    lineage: tuple[UUID, ...]
    mine: bool = False
    involved: bool = False
    note: str | None = None


def provincial(actor: Actor, case: Case) -> Seat | None:
    """The caller's seat as officer or supervisor of the provincial HRSS that ordered it."""
    return next((seat for seat in provincial_seats(actor) if seat.organisation_id in case.lineage), None)


def provincial_seats(actor: Actor) -> list[Seat]:
    """The caller's seats as officer or supervisor of a provincial HRSS."""
    return [seat for seat in actor.seats if seat.role in CHECKERS and is_provincial(seat)]


PROVINCE = "省人力资源社会保障厅职称管理或监督人员"
ORDERER: Taker[SpotCheckFacts] = Taker(Role.TITLE_OFFICER, PROVINCE, provincial)
CHECKER: Taker[ItemFacts] = Taker(Role.SUPERVISOR, PROVINCE, provincial)


@rule(
    "RESULTS_TO_CHECK",
    article="spot_checked",
    zh="抽查范围内已有评审结果",
    en="There are results in the scope of a spot check.",
)
def results_to_check(case: SpotCheckFacts) -> Broken | None:
    """Nothing is drawn from nothing (三（五）)."""
    if case.results:
        return None
    return Broken("抽查范围内尚无评审结果", "There is no result in its scope yet.")


@rule(
    "EVERY_ITEM_HAS_A_VERDICT",
    article="spot_checked",
    zh="抽中的申报全部作出结论后方可办结",
    en="A spot check is closed once every item has its verdict.",
)
def every_item_has_a_verdict(case: SpotCheckFacts) -> Broken | None:
    """What was drawn is checked, all of it (三（五）)."""
    if not case.open_items:
        return None
    return Broken(f"尚有 {case.open_items} 件未作出结论", f"{case.open_items} items have no verdict yet.")


@rule(
    "SPOT_CHECK_REASON_GIVEN",
    article="spot_checked",
    zh="取消抽查须写明理由，办结抽查须写明总体结论",
    en="To cancel says why, to close says what came of it all.",
)
def note_given(case: SpotCheckFacts) -> Broken | None:
    """The end of a spot check says something (三（五）)."""
    return (
        None if case.note else Broken("请写明理由或总体结论", "Give the reason, or the conclusion.", "note")
    )


@rule(
    "SPOT_CHECKER_IS_DISINTERESTED",
    article="spot_checked",
    zh="申报人本人和办理过该申报的人不得检查该申报",
    en="Who declares, or acted on the declaration, does not check it.",
)
def checker_is_disinterested(case: ItemFacts) -> Broken | None:
    """Nobody checks the own work (三（五）)."""
    if not case.involved:
        return None
    return Broken(
        "您或与您互为委托的人申报或办理过该申报，应由他人检查",
        "You, or who you act for, declared or acted on it; somebody else checks it.",
    )


@rule(
    "ITEM_IN_ONES_OWN_HAND",
    article="spot_checked",
    zh="由领取该事项的检查人作出结论",
    en="Who has an item in hand gives its verdict.",
)
def in_ones_own_hand(case: ItemFacts) -> Broken | None:
    """A verdict is that of who checked (三（五）)."""
    return None if case.mine else Broken("该事项由他人检查", "Somebody else has it in hand.")


@rule(
    "ITEM_VERDICT_TOLD",
    article="spot_checked",
    zh="结论须写明检查情况",
    en="A verdict says what was looked at and found.",
)
def verdict_told(case: ItemFacts) -> Broken | None:
    """A verdict says what it rests on (三（五）)."""
    return None if case.note else Broken("请写明检查情况", "Say what was found.", "note")


SPOT_CHECK_STEPS: Steps[SpotCheckFacts] = {
    (SpotCheckState.ORDERED, SpotCheckAction.DRAW): Step(
        SpotCheckState.UNDER_WAY, ORDERER, "spot_checked", (results_to_check,)
    ),
    (SpotCheckState.ORDERED, SpotCheckAction.CANCEL): Step(
        SpotCheckState.CANCELLED, ORDERER, "spot_checked", (note_given,)
    ),
    (SpotCheckState.UNDER_WAY, SpotCheckAction.CLOSE): Step(
        SpotCheckState.CLOSED, ORDERER, "spot_checked", (every_item_has_a_verdict, note_given)
    ),
}

DECIDING = (in_ones_own_hand, checker_is_disinterested, verdict_told)

ITEM_STEPS: Steps[ItemFacts] = {
    (ItemState.WAITING, ItemAction.TAKE): Step(
        ItemState.IN_HAND, CHECKER, "spot_checked", (checker_is_disinterested,)
    ),
    (ItemState.IN_HAND, ItemAction.RELEASE): Step(ItemState.WAITING, CHECKER, "spot_checked"),
    (ItemState.IN_HAND, ItemAction.CLEAR): Step(ItemState.IN_ORDER, CHECKER, "spot_checked", DECIDING),
    (ItemState.IN_HAND, ItemAction.FIND): Step(ItemState.FOUND, CHECKER, "spot_checked", DECIDING),
}
