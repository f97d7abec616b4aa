"""The steps of a version of the questions; the provincial title office takes them, or the platform for its policy file."""

from services.accounts.authorization import Act
from services.accounts.question_bank.rules import CHECKS, one_in_use
from services.accounts.question_bank.states import Action, Bank, State
from services.accounts.takers import may, taker, this_service
from services.kit.steps import Step, Steps, Taker

BY_OFFICE: Taker[Bank] = taker(
    "省人社厅职称管理部门",
    this_service(lambda bank: list(bank.lineage)[-1]),
    may(Act.MANAGE_QUESTIONS, lambda bank: list(bank.lineage)[:1]),
)
"""The title officer at the root; this service itself replaces a policy file's old questions."""

STEPS: Steps[Bank] = {
    (State.DRAFT, Action.PUBLISH): Step(State.PUBLISHED, BY_OFFICE, "online_test", CHECKS),
    (State.DRAFT, Action.RETIRE): Step(State.RETIRED, BY_OFFICE, "online_test"),
    (State.PUBLISHED, Action.RETIRE): Step(State.RETIRED, BY_OFFICE, "online_test", (one_in_use,)),
    (State.RETIRED, Action.PUBLISH): Step(State.PUBLISHED, BY_OFFICE, "online_test", CHECKS),
}
