"""Many declarations moved on together, as a meeting does: what their cases need is asked for once, each step is taken alone."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Select, select

from services.kit.steps import decide
from services.workflow.act import Act
from services.workflow.batch import store as batches
from services.workflow.cycle import store as cycles
from services.workflow.declaration import facts, service, source
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import Action
from services.workflow.declaration.steps import STEPS
from services.workflow.integrity import bar as bars
from services.workflow.integrity import store as cases
from services.workflow.report import store as reports
from services.workflow.review_chain import claim


async def move_all(
    act: Act, declaration_ids: Collection[UUID], action: Action, note: str | None = None
) -> None:
    """Move declarations on for the meeting, which has judged by its own rules that it may; in the order of their ids.

    A step that may end a recommendation is taken one at a time, as it locks the recommendation first.

    Raises:
        ActionNotAvailable, NotYourStep, RulesBroken: nothing was changed.
    """
    if action in source.OVER:
        for each in sorted(declaration_ids):
            await service.move(act.tx, each, action, act.actor, act.moment, policies=act.policies, note=note)
        return
    found = list(await act.tx.scalars(_locked(declaration_ids)))
    of_batches = await batches.by_id(act.tx, {each.batch_id for each in found})
    reported = await reports.held(act.tx, declaration_ids)
    barred = await bars.barred(act.tx, {each.person_id for each in found}, act.moment.today)
    charged = await cases.charges(act.tx, declaration_ids)
    for declaration in found:
        policy = act.policies[declaration.policy]
        cycle = await cycles.get(act.tx, declaration.cycle_id)
        batch = of_batches.get(declaration.batch_id)
        case = facts.bare_case(
            declaration, cycle, policy, batch, actor=act.actor, today=act.moment.today, note=note
        )
        claimed = claim.as_facts(declaration, act.actor, act.moment)
        case = replace(
            case,
            claim=claimed,
            reported=reported.get(declaration.id),
            barred=barred.get(declaration.person_id),
            charge=charged.get(declaration.id),
        )
        decided = decide(STEPS, case, action, act.actor, policy.articles)
        await service.take(act, declaration, decided, case, note)


def _locked(declaration_ids: Collection[UUID]) -> Select[Declaration]:
    wanted = select(Declaration).where(Declaration.id.in_(declaration_ids)).order_by(Declaration.id)
    return wanted.with_for_update().execution_options(populate_existing=True)
