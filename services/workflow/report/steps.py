"""Who checks a report, and under what rules."""

from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Broken, Step, Steps, Taker, rule
from services.workflow.report.states import ReportAction, ReportState
from services.workflow.system import BY_SYSTEM

CHECKERS = (Role.TITLE_OFFICER, Role.SUPERVISOR)
"""Who checks, at an HRSS or authority above the unit concerned."""


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A report as its rules see it.

    `lineage` are the bodies above the unit concerned. `by_author`: the caller reported; `involved`: the caller declares,
    or has recommended, reviewed or moved the declaration, or acts for who has; `overdue_untold`: its day is over and nobody
    above was told.
    """

    id: UUID
    state: ReportState
    version: int
    lineage: tuple[UUID, ...]
    by_author: bool = False
    involved: bool = False
    reason: str | None = None
    overdue_untold: bool = False


def _checker(actor: Actor, case: ReportFacts) -> Seat | None:
    return actor.seat(*CHECKERS, within=case.lineage)


CHECKER: Taker[ReportFacts] = Taker(Role.TITLE_OFFICER, "上级人社部门职称管理人员或上级监督人员", _checker)


@rule(
    "CHECKER_IS_DISINTERESTED",
    article="report_checked",
    zh="核查人不是举报人，也未办理过该申报",
    en="Who checks has neither reported nor acted on the declaration.",
)
def checker_is_disinterested(case: ReportFacts) -> Broken | None:
    """Nobody checks the own report, the own declaration or the own work (三（六）3)."""
    if not case.by_author and not case.involved:
        return None
    return Broken(
        "举报人、申报人和办理过该申报的人不得核查",
        "The author, the applicant and who acted on it do not check it.",
    )


@rule("REASON_GIVEN", article="report_checked", zh="处理意见须写明理由", en="A decision gives its reason.")
def reason_given(case: ReportFacts) -> Broken | None:
    """A decision says why (三（六）3)."""
    return None if case.reason else Broken("请写明理由", "Give the reason.", field="reason")


@rule(
    "REPORT_NOT_OVERDUE",
    article="report_checked",
    zh="逾期未受理或未核查完毕的举报，向上级报告一次",
    en="A report that is not taken up, or not decided on, in time is told above, once.",
)
def report_overdue(case: ReportFacts) -> Broken | None:
    """A report that is not taken up, or not decided on, in time is told above, once (三（六）3)."""
    if case.overdue_untold:
        return None
    return Broken("尚未逾期，或已报告上级", "It is not overdue, or was told above.", "due_on")


CHECKED = (checker_is_disinterested, reason_given)

REPORT_STEPS: Steps[ReportFacts] = {
    (ReportState.RECEIVED, ReportAction.TAKE_UP): Step(
        ReportState.CHECKING, CHECKER, "report_checked", (checker_is_disinterested,)
    ),
    (ReportState.RECEIVED, ReportAction.DECLINE): Step(
        ReportState.NOT_TAKEN_UP, CHECKER, "report_checked", CHECKED
    ),
    (ReportState.RECEIVED, ReportAction.ESCALATE): Step(
        ReportState.RECEIVED, BY_SYSTEM, "report_checked", (report_overdue,)
    ),
    (ReportState.CHECKING, ReportAction.ESCALATE): Step(
        ReportState.CHECKING, BY_SYSTEM, "report_checked", (report_overdue,)
    ),
    (ReportState.CHECKING, ReportAction.UPHOLD): Step(
        ReportState.FOUNDED, CHECKER, "report_checked", CHECKED
    ),
    (ReportState.CHECKING, ReportAction.DISMISS): Step(
        ReportState.UNFOUNDED, CHECKER, "report_checked", CHECKED
    ),
}
