"""Declaring a result void before it is filed: an objection was upheld, or the finding of an inquiry says so (三（二）)."""

from uuid import UUID

from services.accounts.contract import Role
from services.kit.errors import Basis
from services.workflow.call import Call
from services.workflow.certificate import store
from services.workflow.certificate.errors import ResultNotFound
from services.workflow.declaration import service as declarations
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import Action
from services.workflow.publicity import service as publicity
from services.workflow.publicity.states import Outcome


async def void_result(call: Call, declaration_id: UUID, note: str) -> tuple[Declaration, list[Basis]]:
    """End a result that passed and was not filed; its publicity, if any, ends with it.

    Raises:
        RoleMissing: the caller is of no committee's office.
        ResultNotFound: no such declaration of the caller's office.
        ActionNotAvailable: the declaration has not passed, or is filed already.
    """
    call.actor.require(Role.COMMITTEE_OFFICE)
    declaration = await call.tx.get(Declaration, declaration_id)
    if declaration is None or not call.actor.seat(Role.COMMITTEE_OFFICE, within=(declaration.office_id,)):
        raise ResultNotFound(field="declaration_id")
    ended = await end_result(call, declaration_id, note)
    return ended, [call.policies[declaration.policy].articles["result_void"]]


async def end_result(call: Call, declaration_id: UUID, note: str) -> Declaration:
    """End a declaration on whose result nobody may rest, for whoever has been let in; its publicity ends with it.

    Raises:
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    ended = await declarations.move(
        call.tx, declaration_id, Action.END, call.actor, call.moment, policies=call.policies, note=note
    )
    public = await store.last_result_publicity(call.tx, declaration_id)
    if public is not None:
        await publicity.lock(call.tx, public.id)
        await publicity.end(call.tx, public.id, Outcome.CANCELLED, call.moment)
    return ended
