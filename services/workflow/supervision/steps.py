"""What supervisors do with what is flagged, and under what rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Broken, Step, Steps, Taker, rule
from services.workflow.supervision.states import FlagAction, FlagState

OVERSEERS = (Role.SUPERVISOR, Role.TITLE_OFFICER)
"""Who supervises, at an organisation above what is supervised."""


@dataclass(frozen=True, slots=True)
class FlagFacts:
    """A flag as its rules see it; `own`: it concerns the caller, or whom the caller acts for, or who acts for the caller."""

    id: UUID
    state: FlagState
    version: int
    lineage: tuple[UUID, ...]
    own: bool = False
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


@rule("REASON_GIVEN", article="supervised", zh="撤销提示须写明理由", en="A flag is dismissed with a reason.")
def flag_reason_given(case: FlagFacts) -> Broken | None:
    """A decision says why (三（二）)."""
    return None if case.reason else Broken("请写明理由", "Give the reason.", field="reason")


FLAG_STEPS: Steps[FlagFacts] = {
    (FlagState.OPEN, FlagAction.DISMISS): Step(
        FlagState.DISMISSED,
        by=OVERSEER,
        article="supervised",
        rules=(not_ones_own_pace, flag_reason_given),
    ),
}
