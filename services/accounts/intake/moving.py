"""An import takes a step: decided by its table, told by its event, in one statement."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.authorization import SYSTEM
from services.accounts.contract import ImportMoved
from services.accounts.installation import Desk
from services.accounts.intake import store
from services.accounts.intake.model import Intake
from services.accounts.intake.states import ENDED, Action, State
from services.accounts.intake.steps import STEPS
from services.kit import transition
from services.kit.auth import Actor
from services.kit.errors import Basis
from services.kit.steps import Move, decide


async def move(  # noqa: PLR0913 - a step as it is asked for, all named
    tx: AsyncSession,
    desk: Desk,
    intake: Intake,
    action: Action,
    *,
    actor: Actor = SYSTEM,
    version: int | None = None,
    skip_refused: bool = False,
    changes: Mapping[str, Any] | None = None,
    note: str | None = None,
) -> tuple[Basis, ...]:
    """Take a step; the phase that follows begins at its first row. The articles it rests on.

    Raises:
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: it cannot be taken.
    """
    case = intake.as_case(skip_refused=skip_refused)
    decided = decide(STEPS, case, action, actor, desk.policy.articles, version=version)
    set_now = dict(changes or {})
    if decided.after in ENDED:
        set_now["ended_at"] = await tx.scalar(select(func.now()))
    await store.restart_work(tx, intake.id)
    await transition.take(
        tx,
        store.table_of(Intake),
        decided,
        actor=actor,
        moment=desk.moment,
        event=_event(intake, decided, set_now),
        changes=set_now,
        note=note,
    )
    await tx.refresh(intake)
    return decided.basis


def _event(intake: Intake, decided: Move, set_now: Mapping[str, Any]) -> ImportMoved:
    counts = {name: set_now.get(name, getattr(intake, name)) for name in ("accepted", "refused", "created")}
    return ImportMoved(
        import_id=intake.id,
        organisation_id=intake.organisation_id,
        account_id=intake.account_id,
        kind=intake.what,
        file_name=intake.file_name,
        action=decided.action.value,
        after=State(decided.after),
        **counts,
    )
