"""What supervisors do with what is flagged, what follows from a finding, and under what rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Broken, Step, Steps, Taker, rule
from services.workflow.supervision.states import FindingAction, FindingState, FlagAction, FlagState
from services.workflow.system import BY_SYSTEM

OVERSEERS = (Role.SUPERVISOR, Role.TITLE_OFFICER)
"""Who supervises, at an organisation above what is supervised."""

CONCERNED = (Role.REVIEWER, Role.COMMITTEE_OFFICE, Role.ORGANISATION_MANAGER)
"""Who answers for an organisation that has to correct something."""


@dataclass(frozen=True, slots=True)
class FlagFacts:
    """A flag as its rules see it.

    `own`: it concerns the caller, or whom the caller acts for, or who acts for the caller; `involved`: one of these
    declares, or acted on, what was flagged.
    """

    id: UUID
    state: FlagState
    version: int
    lineage: tuple[UUID, ...]
    own: bool = False
    involved: bool = False
    reason: str | None = None


def above(lineage: Sequence[UUID]) -> Sequence[UUID]:
    """The organisations above one; what is at the top has nobody above it but itself."""
    return lineage[:-1] or lineage


def _overseer(actor: Actor, case: FlagFacts) -> Seat | None:
    return actor.seat(*OVERSEERS, within=above(case.lineage))


OVERSEER: Taker[FlagFacts] = Taker(Role.SUPERVISOR, "上级机构的监督人员或人社部门职称管理人员", _overseer)


@rule(
    "OWN_PACE",
    article="supervised",
    zh="不得核查对本人的提示",
    en="Nobody decides on a flag of his or her own.",
)
def not_ones_own_pace(case: FlagFacts) -> Broken | None:
    """Nobody supervises himself or herself (三（二）)."""
    if not case.own:
        return None
    return Broken("该提示涉及您本人或与您互为委托的人", "The flag concerns you, or who you act for.")


@rule(
    "OVERSEER_IS_DISINTERESTED",
    article="supervised",
    zh="办理过所涉申报的人不得核查该提示",
    en="Who acted on what was flagged does not decide on the flag.",
)
def overseer_is_disinterested(case: FlagFacts) -> Broken | None:
    """Nobody supervises the own work, or what became of the own declaration (三（二）)."""
    if not case.involved:
        return None
    return Broken(
        "您或与您互为委托的人申报或办理过所涉申报",
        "You, or who you act for, declared or acted on what was flagged.",
    )


@rule("REASON_GIVEN", article="supervised", zh="撤销提示须写明理由", en="A flag is dismissed with a reason.")
def flag_reason_given(case: FlagFacts) -> Broken | None:
    """A decision says why (三（二）)."""
    return None if case.reason else Broken("请写明理由", "Give the reason.", field="reason")


FLAG_STEPS: Steps[FlagFacts] = {
    (FlagState.OPEN, FlagAction.DISMISS): Step(
        FlagState.DISMISSED,
        by=OVERSEER,
        article="supervised",
        rules=(not_ones_own_pace, overseer_is_disinterested, flag_reason_given),
    ),
    (FlagState.OPEN, FlagAction.FIND): Step(
        FlagState.FOUND,
        by=OVERSEER,
        article="supervised",
        rules=(not_ones_own_pace, overseer_is_disinterested, flag_reason_given),
    ),
}


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """A finding as its rules see it: whom it concerns, by when, and what is told now.

    `answered`: the caller, or whom the caller acts for, gave the answer; `due_on` is the day that is set now, `latest` how
    far off it may be.
    """

    id: UUID
    state: FindingState
    version: int
    lineage: tuple[UUID, ...]
    organisation_id: UUID
    today: date
    overdue_untold: bool = False
    answered: bool = False
    due_on: date | None = None
    latest: date = date.max


def _concerned(actor: Actor, case: FindingFacts) -> Seat | None:
    return actor.seat(*CONCERNED, within=(case.organisation_id,))


def _decider(actor: Actor, case: FindingFacts) -> Seat | None:
    return actor.seat(*OVERSEERS, within=above(case.lineage))


ANSWERER: Taker[FindingFacts] = Taker(Role.REVIEWER, "被要求纠正的机构", _concerned)
DECIDER: Taker[FindingFacts] = Taker(Role.SUPERVISOR, "上级机构的监督人员或人社部门职称管理人员", _decider)


@rule(
    "OWN_ANSWER",
    article="supervised",
    zh="不得认定本人报送的纠正情况",
    en="Nobody decides on an answer of his or her own.",
)
def not_ones_own_answer(case: FindingFacts) -> Broken | None:
    """Nobody supervises himself or herself (三（二）)."""
    if not case.answered:
        return None
    return Broken("纠正情况由您或委托您的人报送", "The answer is yours, or of someone you act for.")


@rule(
    "NEW_DAY_NEEDED",
    article="supervised",
    zh="不予认可的，须重新限定日期",
    en="What is not accepted is ordered anew by a later day.",
)
def new_day_set(case: FindingFacts) -> Broken | None:
    """What is not accepted is ordered anew by a day to come (三（二）)."""
    if case.due_on is not None and case.today < case.due_on <= case.latest:
        return None
    return Broken(
        f"请重新限定今后的日期，最晚 {case.latest}",
        f"Set a day to come, {case.latest} at the latest.",
        "due_on",
    )


@rule(
    "NOT_OVERDUE",
    article="supervised",
    zh="逾期未报送纠正情况或未认定的，向上级报告一次",
    en="What is not answered, or not decided on, in time is told above, once.",
)
def finding_overdue(case: FindingFacts) -> Broken | None:
    """What is not answered, or not decided on, in time is told above, once (三（二）)."""
    if case.overdue_untold:
        return None
    return Broken("尚未逾期，或已报告上级", "It is not overdue, or was told above.", "due_on")


FINDING_STEPS: Steps[FindingFacts] = {
    (FindingState.ORDERED, FindingAction.ANSWER): Step(FindingState.ANSWERED, ANSWERER, "supervised"),
    (FindingState.ORDERED, FindingAction.ESCALATE): Step(
        FindingState.ORDERED, BY_SYSTEM, "supervised", (finding_overdue,)
    ),
    (FindingState.ANSWERED, FindingAction.ESCALATE): Step(
        FindingState.ANSWERED, BY_SYSTEM, "supervised", (finding_overdue,)
    ),
    (FindingState.ANSWERED, FindingAction.ACCEPT): Step(
        FindingState.CORRECTED, DECIDER, "supervised", (not_ones_own_answer,)
    ),
    (FindingState.ANSWERED, FindingAction.REJECT): Step(
        FindingState.ORDERED, DECIDER, "supervised", (not_ones_own_answer, new_day_set)
    ),
}
