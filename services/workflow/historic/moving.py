"""A step of an import, taken: by whoever acts, or by the platform itself."""

from typing import Any

from services.kit.errors import Basis
from services.kit.steps import decide
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.contract import HistoricImportMoved
from services.workflow.historic.model import HistoricImport
from services.workflow.historic.states import ImportAction
from services.workflow.historic.steps import STEPS


async def move(
    act: Act,
    row: HistoricImport,
    action: ImportAction,
    *,
    in_charge: bool = True,
    version: int | None = None,
    why: str | None = None,
    **changes: Any,
) -> tuple[Basis, ...]:
    """Take a step with an import, which is locked; `changes` are columns to set with the state.

    Raises:
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: the step cannot be taken.
    """
    articles = act.policies.latest.articles
    case = row.as_case(in_charge=in_charge, reason=why)
    step = decide(STEPS, case, action, act.actor, articles, version=version)
    event = HistoricImportMoved(
        import_id=row.id,
        organisation_id=row.organisation_id,
        account_id=row.account_id,
        file_name=row.file_name,
        action=action,
        after=step.after,
        rows=changes.get("rows", row.rows),
        refused=changes.get("refused", row.refused),
        imported=changes.get("imported", row.imported),
    )
    await rows.take(act, row, step, event=event, note=why, **changes)
    return step.basis
