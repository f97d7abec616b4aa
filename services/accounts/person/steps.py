"""How a person's belonging to an employer changes; the account stays whatever happens (二（二）1)."""

from services.accounts.authorization import Act
from services.accounts.contract import PersonState
from services.accounts.person.states import Action, PersonCase
from services.accounts.takers import at, decided_elsewhere, taker, this_service
from services.kit.steps import Step, Steps, Taker

EMPLOYER: Taker[PersonCase] = taker(
    "用人单位的机构管理员", at(Act.MANAGE_PERSON, lambda case: (case.employer_id,))
)
BY_CHANGE: Taker[PersonCase] = taker(
    "变更用人单位的程序", this_service(lambda case: list(case.lineage)[-1]), decided_elsewhere()
)
"""Whoever the change of employer let decide: its own steps have judged that."""

PERSON_STEPS: Steps[PersonCase] = {
    (PersonState.ACTIVE, Action.CHANGE_KIND): Step(PersonState.ACTIVE, EMPLOYER, "created_by_unit"),
    (PersonState.ACTIVE, Action.CHANGE_DEPARTMENT): Step(PersonState.ACTIVE, EMPLOYER, "departments"),
    (PersonState.ACTIVE, Action.END_EMPLOYMENT): Step(
        PersonState.WITHOUT_EMPLOYER, EMPLOYER, "labour_relation"
    ),
    (PersonState.ACTIVE, Action.MOVE): Step(PersonState.ACTIVE, BY_CHANGE, "labour_relation"),
    (PersonState.WITHOUT_EMPLOYER, Action.MOVE): Step(PersonState.ACTIVE, BY_CHANGE, "labour_relation"),
}
