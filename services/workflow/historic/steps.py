"""Which step of an import of historic certificates may follow which: the person in charge decides, the platform works."""

from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract import Role
from services.kit.steps import Broken, Step, Steps, Taker, holder_at, rule
from services.workflow.historic.states import ImportAction, ImportState
from services.workflow.system import BY_SYSTEM

ARTICLE = "historic_certificates"
IN_CHARGE_ARTICLE = "historic_person_in_charge"


@dataclass(frozen=True, slots=True)
class ImportCase:
    """The facts of an import that its steps are judged by; `in_charge`: the caller is the person in charge, as told.

    `reason`: why it is taken back.
    """

    id: UUID
    state: ImportState
    version: int
    lineage: tuple[UUID, ...]
    refused: int
    in_charge: bool = True
    reason: str | None = None


MANAGER: Taker[ImportCase] = holder_at(
    Role.ORGANISATION_MANAGER, "导入机构的机构管理员", lambda case: case.lineage[-1]
)


@rule(
    "PERSON_IN_CHARGE_IMPORTS",
    article=IN_CHARGE_ARTICLE,
    zh="历史证书由本机构指定的专人导入",
    en="Historic certificates are imported by the person whom the organisation has put in charge.",
)
def person_in_charge(case: ImportCase) -> Broken | None:
    """Asked when an import begins, and again when it is applied."""
    if case.in_charge:
        return None
    return Broken(
        "您不是本机构指定的专人，请先由机构指定专人负责",
        "You are not the person in charge at the organisation; it names one first.",
    )


@rule(
    "NO_ROW_REFUSED",
    article=ARTICLE,
    zh="历史证书文件全部通过校验方可导入",
    en="A file of historic certificates is imported when all of its rows are accepted.",
)
def no_row_refused(case: ImportCase) -> Broken | None:
    """Nothing is half-imported."""
    if not case.refused:
        return None
    return Broken(
        f"有 {case.refused} 行未通过校验，请修改后重新上传",
        f"{case.refused} rows were refused. Mend the file and send it again.",
        "refused",
    )


@rule(
    "TAKEN_BACK_FOR_A_REASON",
    article=ARTICLE,
    zh="撤回导入应说明理由",
    en="Whoever takes an import back says why.",
)
def reason_told(case: ImportCase) -> Broken | None:
    """It stands beside every certificate that becomes void by it."""
    return None if case.reason else Broken("应说明撤回的理由", "Say why it is taken back.", "reason")


STEPS: Steps[ImportCase] = {
    (ImportState.RECEIVING, ImportAction.RECEIVE): Step(ImportState.CHECKING, MANAGER, ARTICLE),
    (ImportState.RECEIVING, ImportAction.CANCEL): Step(ImportState.CANCELLED, MANAGER, ARTICLE),
    (ImportState.RECEIVING, ImportAction.FAIL): Step(ImportState.FAILED, BY_SYSTEM, ARTICLE),
    (ImportState.CHECKING, ImportAction.CLOSE_CHECK): Step(ImportState.CHECKED, BY_SYSTEM, ARTICLE),
    (ImportState.CHECKING, ImportAction.CANCEL): Step(ImportState.CANCELLED, MANAGER, ARTICLE),
    (ImportState.CHECKING, ImportAction.FAIL): Step(ImportState.FAILED, BY_SYSTEM, ARTICLE),
    (ImportState.CHECKED, ImportAction.APPLY): Step(
        ImportState.APPLYING, MANAGER, IN_CHARGE_ARTICLE, (person_in_charge, no_row_refused)
    ),
    (ImportState.CHECKED, ImportAction.CANCEL): Step(ImportState.CANCELLED, MANAGER, ARTICLE),
    (ImportState.CHECKED, ImportAction.FAIL): Step(ImportState.FAILED, BY_SYSTEM, ARTICLE),
    (ImportState.APPLYING, ImportAction.FINISH): Step(ImportState.DONE, BY_SYSTEM, ARTICLE),
    (ImportState.APPLYING, ImportAction.RECHECK): Step(ImportState.CHECKING, BY_SYSTEM, ARTICLE),
    (ImportState.APPLYING, ImportAction.FAIL): Step(ImportState.FAILED, BY_SYSTEM, ARTICLE),
    (ImportState.DONE, ImportAction.TAKE_BACK): Step(
        ImportState.TAKING_BACK, MANAGER, IN_CHARGE_ARTICLE, (person_in_charge, reason_told)
    ),
    (ImportState.TAKING_BACK, ImportAction.CLOSE_TAKE_BACK): Step(ImportState.TAKEN_BACK, BY_SYSTEM, ARTICLE),
    (ImportState.TAKING_BACK, ImportAction.FAIL): Step(ImportState.DONE, BY_SYSTEM, ARTICLE),
}
