"""What a bar stops of a declaration that is under way: submission, approval, acceptance, agenda, publicity and filing."""

from services.kit.steps import Broken, concerning, rule
from services.workflow.declaration.case import Case


def _is_barred(case: Case) -> bool:
    return case.barred is not None


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
