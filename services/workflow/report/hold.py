"""What a report that is being checked holds: no approval, acceptance, agenda, publicity or filing until it is decided."""

from services.kit.steps import Broken, rule
from services.workflow.declaration.case import Case


@rule(
    "REPORT_BEING_CHECKED",
    article="report_checked",
    zh="举报核查期间不得通过、受理、提交评审、公示或备案",
    en="Nothing goes on while a report is being checked.",
)
def no_report_being_checked(case: Case) -> Broken | None:
    """Nothing goes on while a report is being checked (三（六）3)."""
    if not case.under_check:
        return None
    return Broken(
        "该申报有举报正在核查，须待核查结束", "A report against it is being checked; wait for the decision."
    )
