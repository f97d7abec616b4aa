"""What anybody reads of a year's reviews: how many declarations there are, where they stand, and how one goes on."""

from uuid import UUID

from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.http import BasisOut, Page, refusals, router
from services.kit.steps import Branch, Step
from services.workflow.cycle import store as cycles
from services.workflow.cycle.errors import CycleNotFound
from services.workflow.declaration.case import Case
from services.workflow.declaration.states import Action, State
from services.workflow.declaration.steps import STEPS
from services.workflow.policy import CurrentPolicies, NoticePolicy
from services.workflow.season_report import store
from services.workflow.season_report.naming import public_figures
from services.workflow.season_report.schemas import ProcessStateOut, ProcessStepOut, PublicFiguresOut

routes = router(prefix="/v1", tags=["season report 年度评审情况报告"])


@routes.get("/cycles/{cycle_id}/figures", responses=refusals(CycleNotFound))
async def figures(
    cycle_id: UUID, tx: Tx, moment: CurrentMoment, policies: CurrentPolicies
) -> PublicFiguresOut:
    """How many declarations a year has, by level, series, prefecture and state; public, so small numbers are not told."""
    cycle = await cycles.get(tx, cycle_id)
    total, counts = await store.counted(tx, store.Scope(cycle, cycle.lineage))
    return public_figures(total, counts, cycle, policies[cycle.policy], moment)


@routes.get("/declaration-process")
async def process(policies: CurrentPolicies) -> Page[ProcessStateOut]:
    """The states of a declaration, and the steps that lead on from each, with who takes them on which article; public."""
    items = [
        ProcessStateOut(code=state, name=state.zh, steps=_steps(state, policies.latest)) for state in State
    ]
    return Page(items=items, total=len(items))


def _steps(before: State, policy: NoticePolicy) -> list[ProcessStepOut]:
    """The steps out of a state; those that leave it as it is lead nowhere."""
    return [
        ProcessStepOut(
            code=action,
            name=Action(action).zh,
            role=step.by.role,
            by=step.by.zh,
            leads_to=leads_to,
            basis=[BasisOut.model_validate(policy.articles[step.article])],
        )
        for (state, action), step in STEPS.items()
        if state is before and (leads_to := [each for each in _options(step) if each is not before])
    ]


def _options(step: Step[Case]) -> list[State]:
    """The states to which it can lead."""
    options = step.to.options if isinstance(step.to, Branch) else (step.to,)
    return [State(each) for each in options]
