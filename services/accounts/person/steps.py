"""How a person's belonging to an employer changes; the account stays whatever happens (二（二）1)."""

from services.accounts.contract import PersonState, Role
from services.accounts.person.states import Action, PersonCase
from services.kit.auth import Actor, Seat
from services.kit.steps import Step, Steps, Taker, holder_at

SERVICE = "SERVICE"
EMPLOYER: Taker[PersonCase] = holder_at(
    Role.ORGANISATION_MANAGER, "用人单位的机构管理员", lambda case: case.employer_id
)


def _whoever_decided(actor: Actor, case: PersonCase) -> Seat | None:
    """The seat of whoever the change of employer let decide: its own steps have judged that."""
    if actor.kind == "service":
        return Seat(role=SERVICE, organisation_id=list(case.lineage)[-1], lineage=())
    return actor.seats[0] if actor.seats else None


BY_CHANGE: Taker[PersonCase] = Taker("EMPLOYER_CHANGE", "变更用人单位的程序", _whoever_decided)

PERSON_STEPS: Steps[PersonCase] = {
    (PersonState.ACTIVE, Action.CHANGE_KIND): Step(PersonState.ACTIVE, EMPLOYER, "created_by_unit"),
    (PersonState.ACTIVE, Action.CHANGE_DEPARTMENT): Step(PersonState.ACTIVE, EMPLOYER, "departments"),
    (PersonState.ACTIVE, Action.END_EMPLOYMENT): Step(
        PersonState.WITHOUT_EMPLOYER, EMPLOYER, "labour_relation"
    ),
    (PersonState.ACTIVE, Action.MOVE): Step(PersonState.ACTIVE, BY_CHANGE, "labour_relation"),
    (PersonState.WITHOUT_EMPLOYER, Action.MOVE): Step(PersonState.ACTIVE, BY_CHANGE, "labour_relation"),
}
