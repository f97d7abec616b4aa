"""Who decides on a correction, and under what rules."""

from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Broken, Step, Steps, Taker, rule
from services.workflow.correction.states import CorrectionAction, CorrectionState

ASKERS = (Role.RECOMMENDER,)
"""Who asks for the unit."""


@dataclass(frozen=True, slots=True)
class CorrectionFacts:
    """A correction as its rules see it; `deciding` are the bodies that may decide.

    `own`: who decides has asked for it or holds the certificate, or acts for who does.
    """

    id: UUID
    state: CorrectionState
    version: int
    lineage: tuple[UUID, ...]
    deciding: tuple[UUID, ...]
    requested_by: UUID
    own: bool = False
    reason: str | None = None


def _filer(actor: Actor, case: CorrectionFacts) -> Seat | None:
    return actor.seat(Role.TITLE_OFFICER, within=case.deciding)


def _requester(actor: Actor, case: CorrectionFacts) -> Seat | None:
    if not actor.answers_for(case.requested_by):
        return None
    return actor.seat(Role.APPLICANT, *ASKERS, Role.TITLE_OFFICER)


FILER: Taker[CorrectionFacts] = Taker(
    Role.TITLE_OFFICER, "发证的人社部门职称管理人员（历史证书亦可由其上级）", _filer
)
REQUESTER: Taker[CorrectionFacts] = Taker(Role.APPLICANT, "更正申请人", _requester)


@rule(
    "CORRECTED_BY_ANOTHER",
    article="certificate_corrected",
    zh="申请人和持证人不得办理该更正",
    en="Who asked for a correction, or holds the certificate, does not decide on it.",
)
def decided_by_another(case: CorrectionFacts) -> Broken | None:
    """Nobody decides on what he or she has asked for, or on the own certificate."""
    if not case.own:
        return None
    return Broken("该更正由您申请，或证书为您所持", "You asked for it, or the certificate is your own.")


@rule(
    "REASON_GIVEN",
    article="certificate_corrected",
    zh="不予更正须写明理由",
    en="A refusal gives its reason.",
)
def reason_given(case: CorrectionFacts) -> Broken | None:
    """A refusal says why."""
    return None if case.reason else Broken("请写明理由", "Give the reason.", field="reason")


CORRECTION_STEPS: Steps[CorrectionFacts] = {
    (CorrectionState.REQUESTED, CorrectionAction.APPROVE): Step(
        CorrectionState.APPROVED, FILER, "certificate_corrected", (decided_by_another,)
    ),
    (CorrectionState.REQUESTED, CorrectionAction.REFUSE): Step(
        CorrectionState.REFUSED, FILER, "certificate_corrected", (decided_by_another, reason_given)
    ),
    (CorrectionState.REQUESTED, CorrectionAction.WITHDRAW): Step(
        CorrectionState.WITHDRAWN, REQUESTER, "certificate_corrected"
    ),
}
