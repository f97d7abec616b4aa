"""Which step of an import may follow which. What the worker does it does as the system; a person decides to apply."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from services.accounts.authorization import Act
from services.accounts.intake.states import Action, State
from services.accounts.takers import at, taker, this_service
from services.kit.steps import Broken, Step, Steps, Taker, rule

ARTICLE = "imports"


@dataclass(frozen=True, slots=True)
class IntakeCase:
    """The facts of an import that its steps are judged by."""

    id: UUID
    state: State
    version: int
    organisation_id: UUID
    accepted: int
    refused: int
    skip_refused: bool = False

    @property
    def lineage(self) -> Collection[UUID]:
        """It is the organisation's own, and nobody's above: wherever that moves it goes along untouched."""
        return (self.organisation_id,)


MANAGER: Taker[IntakeCase] = taker(
    "导入机构的机构管理员", at(Act.IMPORT, lambda case: (case.organisation_id,))
)
BY_SYSTEM: Taker[IntakeCase] = taker("系统", this_service(lambda case: case.organisation_id))


@rule(
    "SOMETHING_ACCEPTED",
    article=ARTICLE,
    zh="至少一行通过校验",
    en="At least one row was accepted.",
)
def something_accepted(case: IntakeCase) -> Broken | None:
    """There is something to import."""
    if case.accepted:
        return None
    return Broken("没有通过校验的行，无可导入", "No row was accepted, so there is nothing to import.")


@rule(
    "REFUSED_ROWS_SKIPPED",
    article=ARTICLE,
    zh="未通过校验的行须确认跳过",
    en="Refused rows are left out knowingly.",
)
def refused_rows_skipped(case: IntakeCase) -> Broken | None:
    """Whoever applies a file with refused rows says that they are left out."""
    if case.skip_refused or not case.refused:
        return None
    return Broken(
        f"有 {case.refused} 行未通过校验，请修改后重新上传，或确认跳过",
        f"{case.refused} rows were refused. Mend the file and send it again, or say that they are skipped.",
        "skip_refused",
    )


STEPS: Steps[IntakeCase] = {
    (State.RECEIVING, Action.RECEIVE): Step(State.CHECKING, MANAGER, ARTICLE),
    (State.RECEIVING, Action.CANCEL): Step(State.CANCELLED, MANAGER, ARTICLE),
    (State.RECEIVING, Action.FAIL): Step(State.FAILED, BY_SYSTEM, ARTICLE),
    (State.CHECKING, Action.CLOSE_CHECK): Step(State.CHECKED, BY_SYSTEM, ARTICLE),
    (State.CHECKING, Action.CANCEL): Step(State.CANCELLED, MANAGER, ARTICLE),
    (State.CHECKING, Action.FAIL): Step(State.FAILED, BY_SYSTEM, ARTICLE),
    (State.CHECKED, Action.APPLY): Step(
        State.APPLYING, MANAGER, ARTICLE, rules=(something_accepted, refused_rows_skipped)
    ),
    (State.CHECKED, Action.RECHECK): Step(State.CHECKING, MANAGER, ARTICLE),
    (State.CHECKED, Action.CANCEL): Step(State.CANCELLED, MANAGER, ARTICLE),
    (State.CHECKED, Action.FAIL): Step(State.FAILED, BY_SYSTEM, ARTICLE),
    (State.APPLYING, Action.FINISH): Step(State.DONE, BY_SYSTEM, ARTICLE),
    (State.APPLYING, Action.RECHECK): Step(State.CHECKING, BY_SYSTEM, ARTICLE),
    (State.APPLYING, Action.FAIL): Step(State.FAILED, BY_SYSTEM, ARTICLE),
}
