"""Which step of a recalculation may follow which: the platform goes on by itself, an official of the province stops it."""

from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Step, Steps, Taker
from services.quota.recalculation.states import Action, RecalculationState
from services.quota.system import BY_SYSTEM

OFFICIALS = (Role.TITLE_OFFICER, Role.REVIEWER)
"""Who has the whole province recalculated, at the root of the tree."""
ARTICLE = "ratios"


@dataclass(frozen=True, slots=True)
class RecalculationCase:
    """The facts of a recalculation that its steps are judged by."""

    id: UUID
    state: RecalculationState
    version: int
    organisation_id: UUID

    @property
    def lineage(self) -> tuple[UUID, ...]:
        """It is the province's own."""
        return (self.organisation_id,)


def _official_seat(actor: Actor, case: RecalculationCase) -> Seat | None:
    return actor.seat(*OFFICIALS, within=case.lineage)


OFFICIAL: Taker[RecalculationCase] = Taker(Role.TITLE_OFFICER, "省人社厅的职称管理或审核人", _official_seat)

STEPS: Steps[RecalculationCase] = {
    (RecalculationState.COLLECTING, Action.COUNT): Step(RecalculationState.COUNTING, BY_SYSTEM, ARTICLE),
    (RecalculationState.COLLECTING, Action.STOP): Step(RecalculationState.STOPPED, OFFICIAL, ARTICLE),
    (RecalculationState.COUNTING, Action.FINISH): Step(RecalculationState.DONE, BY_SYSTEM, ARTICLE),
    (RecalculationState.COUNTING, Action.STOP): Step(RecalculationState.STOPPED, OFFICIAL, ARTICLE),
}
