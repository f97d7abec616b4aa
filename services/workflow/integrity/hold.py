"""What a case, a finding and a bar stop of a declaration that is under way.

A bar stops submission, approval, acceptance, agenda, publicity and filing; a case about the declaration, under investigation
or with misconduct found, stops all of these but the submission.
"""

from services.kit.steps import Broken, concerning, rule
from services.workflow.declaration.case import Case
from services.workflow.integrity.states import FOUND, INVESTIGATED


def _is_barred(case: Case) -> bool:
    return case.barred is not None


def _is_charged(case: Case) -> bool:
    return case.charge is not None


@concerning(_is_barred)
@rule(
    "BARRED",
    article="misconduct_barred",
    zh="取消申报资格期间不得提交、通过、受理、提交评审、公示或备案",
    en="Nothing of who is barred goes on.",
)
def not_barred(case: Case) -> Broken | None:
    """Nothing of who is barred goes on; what a meeting had before it is declared void after its vote (一（八）)."""
    if case.barred is None:
        return None
    bar = case.barred
    return Broken(
        f"依据 {bar.document_number}，{bar.begins} 至 {bar.ends} 取消职称申报资格",
        f"By {bar.document_number} nothing is declared from {bar.begins} to {bar.ends}.",
    )


@concerning(_is_charged)
@rule(
    "MISCONDUCT_BEING_INVESTIGATED",
    article="report_checked",
    zh="涉嫌失信立案调查期间不得通过、受理、提交评审、公示或备案",
    en="Nothing goes on while misconduct is being investigated.",
)
def not_investigated(case: Case) -> Broken | None:
    """Nothing goes on while misconduct is being investigated (三（六）3)."""
    if case.charge is None or case.charge.state not in INVESTIGATED:
        return None
    return Broken(
        "该申报涉嫌失信正在调查，须待调查结束",
        "Misconduct is being investigated; wait for the decision.",
    )


@concerning(_is_charged)
@rule(
    "MISCONDUCT_FOUND",
    article="misconduct",
    zh="已认定失信的申报不得通过、受理、提交评审、公示或备案",
    en="Nothing goes on of a declaration with misconduct.",
)
def no_misconduct_found(case: Case) -> Broken | None:
    """Nothing goes on of a declaration with misconduct, serious or not; what passed is declared void (一（八）)."""
    if case.charge is None or case.charge.state not in FOUND:
        return None
    document = case.charge.document_number
    return Broken(f"依据 {document} 认定失信", f"By {document} misconduct was found.")
