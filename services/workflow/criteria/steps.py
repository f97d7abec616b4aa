"""Who approves and publishes review criteria, and from when they may apply."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Broken, Step, Steps, Taker, rule
from services.workflow.criteria.states import CriteriaAction, CriteriaState
from services.workflow.cycle.steps import provincial_officer


@dataclass(frozen=True, slots=True)
class CriteriaFacts:
    """Criteria as their steps see them; `issued` is the day of the notice.

    `lower` are the items in which criteria of a region or unit fall short of the provincial ones.
    """

    id: UUID
    state: CriteriaState
    version: int
    lineage: tuple[UUID, ...]
    effective_from: date
    issued: date
    today: date
    lower: tuple[Broken, ...] = ()


def publishing_seat(actor: Actor, case: CriteriaFacts) -> Seat | None:
    """The caller's seat at the office that proposed them, or at an HRSS above."""
    own = actor.seat(Role.COMMITTEE_OFFICE, within=case.lineage[-1:])
    return own or actor.seat(Role.TITLE_OFFICER, within=case.lineage)


PROVINCIAL: Taker[CriteriaFacts] = Taker(
    Role.TITLE_OFFICER, "省人力资源社会保障厅职称管理部门", provincial_officer
)
PUBLISHER: Taker[CriteriaFacts] = Taker(
    Role.COMMITTEE_OFFICE, "报送评审条件的评委会办事机构或人社部门职称管理", publishing_seat
)


@rule(
    "NOT_RETROACTIVE",
    article="criteria_in_force",
    zh="通知印发后的评审条件自公布之日或以后施行",
    en="Criteria issued after the notice apply from their publication or later.",
)
def not_retroactive(case: CriteriaFacts) -> Broken | None:
    """Criteria in force before the notice may be recorded; newer ones never reach back."""
    if case.effective_from < case.issued or case.effective_from >= case.today:
        return None
    return Broken(
        f"施行日期 {case.effective_from} 早于公布日 {case.today}",
        f"They would apply from {case.effective_from}, before their publication on {case.today}.",
        field="effective_from",
    )


@rule(
    "LOWER_THAN_PROVINCIAL",
    article="criteria_not_lower",
    zh="地区、单位评审条件逐项不低于全省统一标准",
    en="Criteria of a region or unit are in no item lower than the provincial ones.",
)
def not_lower(case: CriteriaFacts) -> tuple[Broken, ...]:
    """Criteria of a region or unit are in no item lower than the provincial ones (一（三）1)."""
    return case.lower


CRITERIA_STEPS: Steps[CriteriaFacts] = {
    (CriteriaState.PROPOSED, CriteriaAction.APPROVE): Step(
        CriteriaState.APPROVED, by=PROVINCIAL, article="criteria_documents", rules=(not_lower,)
    ),
    (CriteriaState.APPROVED, CriteriaAction.PUBLISH): Step(
        CriteriaState.PUBLISHED, by=PUBLISHER, article="criteria_public", rules=(not_retroactive, not_lower)
    ),
}
