"""What a report holds, being checked or found true: approval, acceptance, agenda, publicity and filing."""

from services.kit.steps import Broken, rule
from services.workflow.declaration.case import Case
from services.workflow.report.states import ReportState


@rule(
    "REPORT_BEING_CHECKED",
    article="report_checked",
    zh="举报核查期间不得通过、受理、提交评审、公示或备案",
    en="Nothing goes on while a report is being checked.",
)
def no_report_being_checked(case: Case) -> Broken | None:
    """Nothing goes on while a report is being checked (三（六）3)."""
    if case.reported is not ReportState.CHECKING:
        return None
    return Broken(
        "该申报有举报正在核查，须待核查结束", "A report against it is being checked; wait for the decision."
    )


@rule(
    "REPORT_FOUNDED",
    article="report_checked",
    zh="举报查实的，不得通过、受理、提交评审、公示或备案",
    en="Nothing goes on once a report was found true.",
)
def no_report_found_true(case: Case) -> Broken | None:
    """Nothing goes on once a report was found true: it is sent back, refused, withdrawn or declared void (三（六）3)."""
    if case.reported is not ReportState.FOUNDED:
        return None
    return Broken(
        "对该申报人本年度申报的举报已查实，不得继续办理",
        "A report against it, or against another declaration of the person this year, was found true.",
    )
