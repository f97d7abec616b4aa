"""The steps of a delegation: ended before its last day by either side or a manager, or by itself when its ground is gone."""

from uuid import UUID

from services.accounts.contract import Role
from services.accounts.delegation.rules import not_over
from services.accounts.delegation.states import Action, Handover, State
from services.kit.auth import Actor, Seat
from services.kit.steps import Step, Steps, Taker


def _either_or_manager(actor: Actor, case: Handover) -> Seat | None:
    """A seat at the organisation of whoever gave or got the role, or of a manager there or directly above."""
    if actor.id in {case.delegator_id, case.delegate_id}:
        return next((seat for seat in actor.seats if seat.organisation_id == case.organisation_id), None)
    return actor.seat(Role.ORGANISATION_MANAGER, within=list(case.lineage)[-2:])


SYSTEM = Actor(id=UUID(int=0), kind="service", name="accounts")


def _system(actor: Actor, case: Handover) -> Seat | None:
    if actor.kind != "service" or actor.id != SYSTEM.id:
        return None
    return Seat(role="SERVICE", organisation_id=case.organisation_id, lineage=())


STEPS: Steps[Handover] = {
    (State.AGREED, Action.END): Step(
        State.ENDED,
        by=Taker(Role.ORGANISATION_MANAGER, "委托人、受托人或机构管理员", _either_or_manager),
        article="delegation",
        rules=(not_over,),
    ),
    (State.AGREED, Action.LAPSE): Step(
        State.ENDED, by=Taker("SERVICE", "系统", _system), article="delegation", rules=(not_over,)
    ),
}
