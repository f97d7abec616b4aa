"""The steps of a version of the questions; the provincial title office takes them, or the platform for its policy file."""

from services.accounts.contract import Role
from services.accounts.question_bank.rules import CHECKS, one_in_use
from services.accounts.question_bank.states import Action, Bank, State
from services.kit.auth import Actor, Seat
from services.kit.steps import Step, Steps, Taker

SERVICE = "SERVICE"


def _office(actor: Actor, bank: Bank) -> Seat | None:
    """A seat as title officer at the root; the platform itself replaces a policy file's old questions."""
    if actor.kind == "service":
        return Seat(role=SERVICE, organisation_id=list(bank.lineage)[-1], lineage=())
    return actor.seat(Role.TITLE_OFFICER, within=list(bank.lineage)[:1])


BY_OFFICE: Taker[Bank] = Taker(Role.TITLE_OFFICER, "省人社厅职称管理部门", _office)

STEPS: Steps[Bank] = {
    (State.DRAFT, Action.PUBLISH): Step(State.PUBLISHED, BY_OFFICE, "online_test", CHECKS),
    (State.DRAFT, Action.RETIRE): Step(State.RETIRED, BY_OFFICE, "online_test"),
    (State.PUBLISHED, Action.RETIRE): Step(State.RETIRED, BY_OFFICE, "online_test", (one_in_use,)),
    (State.RETIRED, Action.PUBLISH): Step(State.PUBLISHED, BY_OFFICE, "online_test", CHECKS),
}
