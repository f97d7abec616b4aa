"""Who approves a committee, and who takes that back (一（三）1); who takes experts out of the pool (三（三）)."""

from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract import OrganisationKind, OrganisationLevel, Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Broken, Step, Steps, Taker, rule
from services.workflow.committee.states import (
    CommitteeAction,
    CommitteeState,
    ExpertAction,
    ExpertState,
    Ground,
)


@dataclass(frozen=True, slots=True)
class CommitteeFacts:
    """A committee as its steps see it.

    `approving` are the levels of HRSS that may approve it; `serves_line` runs from the root to what it serves.
    """

    id: UUID
    state: CommitteeState
    version: int
    lineage: tuple[UUID, ...]
    serves_line: tuple[UUID, ...]
    approving: frozenset[OrganisationLevel]
    reason: str | None = None
    accepted: int = 0
    """How many declarations it has accepted that are not over."""


def approving_seat(actor: Actor, case: CommitteeFacts) -> Seat | None:
    """The caller's seat as title officer of an HRSS above the office and above all it serves, of a level that may."""
    for seat in actor.seats:
        place = seat.organisation
        above = (
            seat.role == Role.TITLE_OFFICER
            and place.kind == OrganisationKind.HRSS
            and place.id in case.lineage
            and place.id in case.serves_line
        )
        if above and place.level in case.approving:
            return seat
    return None


APPROVER: Taker[CommitteeFacts] = Taker(
    Role.TITLE_OFFICER, "有权批准的人社部门职称管理（高级评委会为省人社厅）", approving_seat
)


@rule(
    "REASON_MISSING",
    article="committee_approved",
    zh="撤销评委会须说明理由",
    en="A committee is withdrawn with a reason.",
)
def reason_given(case: CommitteeFacts) -> Broken | None:
    """A committee is withdrawn with a reason (一（三）1)."""
    return None if (case.reason or "").strip() else Broken("没有说明理由", "Give the reason.", "note")


@rule(
    "COMMITTEE_HAS_DECLARATIONS",
    article="committee_approved",
    zh="评委会已受理的申报办结后方可撤销",
    en="A committee is withdrawn once what it has accepted is over.",
)
def nothing_accepted(case: CommitteeFacts) -> Broken | None:
    """A committee is withdrawn once what it has accepted is over: nobody else could decide that (一（三）1)."""
    if not case.accepted:
        return None
    return Broken(
        f"该评委会已受理 {case.accepted} 件申报尚未办结",
        f"{case.accepted} declarations that the committee has accepted are not over.",
        "state",
    )


COMMITTEE_STEPS: Steps[CommitteeFacts] = {
    (CommitteeState.PROPOSED, CommitteeAction.APPROVE): Step(
        CommitteeState.APPROVED, by=APPROVER, article="committee_approved"
    ),
    (CommitteeState.APPROVED, CommitteeAction.WITHDRAW): Step(
        CommitteeState.WITHDRAWN,
        by=APPROVER,
        article="committee_approved",
        rules=(reason_given, nothing_accepted),
    ),
}

KEEPERS = (Role.COMMITTEE_OFFICE, Role.TITLE_OFFICER)
"""Who keeps the pool: committee offices and title officers, each the entries registered there or below."""


@dataclass(frozen=True, slots=True)
class ExpertFacts:
    """An entry of the pool as its steps see it; `lineage` runs from the root down to who registered it."""

    id: UUID
    state: ExpertState
    version: int
    lineage: tuple[UUID, ...]
    ground: Ground | None = None
    reason: str | None = None


def _keeper(actor: Actor, case: ExpertFacts) -> Seat | None:
    return actor.seat(*KEEPERS, within=case.lineage)


KEEPER: Taker[ExpertFacts] = Taker(Role.COMMITTEE_OFFICE, "评委会办事机构或人社部门职称管理人员", _keeper)


@rule(
    "REASON_MISSING",
    article="expert_pool",
    zh="暂停、退出和恢复入库须说明理由",
    en="An expert is taken out of the pool and back with a reason.",
)
def expert_reason_given(case: ExpertFacts) -> Broken | None:
    """An expert is taken out of the pool and back with a reason (三（三）)."""
    return None if (case.reason or "").strip() else Broken("没有说明理由", "Give the reason.", "note")


@rule(
    "GROUND_MISSING",
    article="expert_pool",
    zh="暂停和退出须写明事由",
    en="What takes an expert out of the pool is named.",
)
def ground_given(case: ExpertFacts) -> Broken | None:
    """What takes an expert out of the pool is named: a request, discipline, or what else (三（三）)."""
    return None if case.ground else Broken("没有写明事由", "Name the ground.", "ground")


OUT = (ground_given, expert_reason_given)

EXPERT_STEPS: Steps[ExpertFacts] = {
    (ExpertState.IN_POOL, ExpertAction.RENEW): Step(ExpertState.IN_POOL, KEEPER, "expert_pool"),
    (ExpertState.IN_POOL, ExpertAction.SUSPEND): Step(ExpertState.SUSPENDED, KEEPER, "expert_pool", OUT),
    (ExpertState.IN_POOL, ExpertAction.WITHDRAW): Step(ExpertState.WITHDRAWN, KEEPER, "expert_pool", OUT),
    (ExpertState.SUSPENDED, ExpertAction.RENEW): Step(ExpertState.SUSPENDED, KEEPER, "expert_pool"),
    (ExpertState.SUSPENDED, ExpertAction.WITHDRAW): Step(ExpertState.WITHDRAWN, KEEPER, "expert_pool", OUT),
    (ExpertState.SUSPENDED, ExpertAction.REINSTATE): Step(
        ExpertState.IN_POOL, KEEPER, "expert_pool", (expert_reason_given,)
    ),
    (ExpertState.WITHDRAWN, ExpertAction.REINSTATE): Step(
        ExpertState.IN_POOL, KEEPER, "expert_pool", (expert_reason_given,)
    ),
}
