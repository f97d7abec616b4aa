"""The rules of ending what was accepted and came before no meeting in its year: by document, with a reason (三（六）)."""

from services.kit.steps import Broken, rule
from services.workflow.declaration.case import Case


@rule(
    "DOCUMENT_NUMBER_MISSING",
    article="run",
    zh="终止已受理的申报须注明依据文件的文号",
    en="What was accepted is ended by a document only.",
)
def document_named(case: Case) -> Broken | None:
    """What was accepted is ended by a document only (三（六）)."""
    if case.document_number is not None:
        return None
    return Broken("没有文号，或文号格式不对", "Name the document by its number.", "document_number")


@rule(
    "NOTE_MISSING",
    article="run",
    zh="终止已受理的申报须说明理由",
    en="What was accepted is ended with a reason.",
)
def reason_given(case: Case) -> Broken | None:
    """What was accepted is ended with a reason (三（六）)."""
    return None if (case.note or "").strip() else Broken("没有说明理由", "Give the reason.", "note")
