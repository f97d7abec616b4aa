"""Which step of an import of a roster may follow which; all are the unit's own. It imports all of a roster or nothing."""

from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract import Role
from services.kit.steps import Broken, Step, Steps, Taker, holder_at, rule
from services.quota.staffing_import.states import Action, ImportState

ARTICLE = "staffing_ledger"


@dataclass(frozen=True, slots=True)
class ImportCase:
    """The facts of an import that its steps are judged by."""

    id: UUID
    state: ImportState
    version: int
    lineage: tuple[UUID, ...]
    unit_id: UUID
    refused: int


UNIT: Taker[ImportCase] = holder_at(Role.RECOMMENDER, "本单位的推荐经办", lambda case: case.unit_id)


@rule(
    "NO_ROW_REFUSED",
    article=ARTICLE,
    zh="名册全部通过校验方可导入",
    en="A roster is imported when all of its rows are accepted.",
)
def no_row_refused(case: ImportCase) -> Broken | None:
    """Half a roster would make balances that are nobody's."""
    if not case.refused:
        return None
    return Broken(
        f"有 {case.refused} 行未通过校验，请修改后重新上传",
        f"{case.refused} rows were refused. Mend the file and send it again.",
        "refused",
    )


STEPS: Steps[ImportCase] = {
    (ImportState.RECEIVING, Action.RECEIVE): Step(ImportState.RECEIVED, UNIT, ARTICLE),
    (ImportState.RECEIVING, Action.CANCEL): Step(ImportState.CANCELLED, UNIT, ARTICLE),
    (ImportState.RECEIVED, Action.CHECK): Step(ImportState.CHECKED, UNIT, ARTICLE),
    (ImportState.RECEIVED, Action.CANCEL): Step(ImportState.CANCELLED, UNIT, ARTICLE),
    (ImportState.CHECKED, Action.CHECK): Step(ImportState.CHECKED, UNIT, ARTICLE),
    (ImportState.CHECKED, Action.APPLY): Step(ImportState.DONE, UNIT, ARTICLE, (no_row_refused,)),
    (ImportState.CHECKED, Action.CANCEL): Step(ImportState.CANCELLED, UNIT, ARTICLE),
}
