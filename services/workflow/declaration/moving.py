"""Many declarations moved on together, as a meeting does: each by its own case, in a few statements however many they are."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Select, select

from services.kit.steps import decide
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.batch import store as batches
from services.workflow.cycle import store as cycles
from services.workflow.declaration import facts, hindrance, service, source
from services.workflow.declaration.case import Case
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import Action
from services.workflow.declaration.steps import STEPS
from services.workflow.review_chain import claim


async def move_all(
    act: Act, declaration_ids: Collection[UUID], action: Action, note: str | None = None
) -> None:
    """Move declarations on for the meeting, which has judged by its own rules that it may.

    The recommendations that the step may end are locked before any of the declarations is; each in the order of its id.

    Raises:
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    if not declaration_ids:
        return
    sources = await source.lock_for(act.tx, declaration_ids, action)
    found = list(await act.tx.scalars(_locked(declaration_ids)))
    cases = await _cases(act, found, note)
    moved = [
        (each, case, decide(STEPS, case, action, act.actor, act.policies[each.policy].articles))
        for each, case in zip(found, cases, strict=True)
    ]
    await rows.take_all(act, [service.to_take(act, each, move, case, note) for each, case, move in moved])
    await source.settle_all(act, sources, moved)


async def _cases(act: Act, found: Sequence[Declaration], note: str | None) -> list[Case]:
    """The declarations as every step sees them."""
    of_batches = await batches.by_id(act.tx, {each.batch_id for each in found})
    held = await hindrance.of(act.tx, [each.id for each in found], act.moment.today)
    of_cycles = await cycles.by_id(act.tx, {each.cycle_id for each in found})
    return [
        replace(
            held.get(each.id, hindrance.NONE).on(
                facts.bare_case(
                    each,
                    of_cycles[each.cycle_id],
                    act.policies[each.policy],
                    of_batches.get(each.batch_id),
                    actor=act.actor,
                    today=act.moment.today,
                    note=note,
                )
            ),
            claim=claim.as_facts(each, act.actor, act.moment),
        )
        for each in found
    ]


def _locked(declaration_ids: Collection[UUID]) -> Select[Declaration]:
    wanted = select(Declaration).where(Declaration.id.in_(declaration_ids)).order_by(Declaration.id)
    return wanted.with_for_update().execution_options(populate_existing=True)
