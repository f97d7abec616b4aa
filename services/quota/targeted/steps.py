"""Which step of a targeted plan may follow which: a later approval of the unit and year replaces it, and nothing else."""

from services.kit.steps import Step, Steps
from services.quota.system import BY_SYSTEM
from services.quota.targeted.rules import PlanCase
from services.quota.targeted.states import Action, PlanState

STEPS: Steps[PlanCase] = {
    (PlanState.IN_FORCE, Action.REPLACE): Step(PlanState.REPLACED, BY_SYSTEM, "targeted_pool"),
}
