"""Whom a complaint means, found out by who investigates: its number was not known here, or meant somebody else (三（六）3)."""

from typing import Any
from uuid import UUID

from services.workflow import rows
from services.workflow.call import Call
from services.workflow.integrity import grounds, store
from services.workflow.integrity.errors import NobodyConcerned
from services.workflow.integrity.grounds import Concerned
from services.workflow.integrity.involvement import involved
from services.workflow.integrity.opening import moved
from services.workflow.integrity.schemas import IdentifyIn
from services.workflow.integrity.service import Taken, decided, judged_by
from services.workflow.integrity.states import CaseAction
from services.workflow.integrity.steps import INVESTIGATORS
from services.workflow.supervision.errors import YouActedOnIt


async def identify(call: Call, case_id: UUID, body: IdentifyIn) -> Taken:
    """Name whom, or which certificate, a complaint means; the bodies above that unit have it from then on.

    Raises:
        CaseNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
        NobodyConcerned: nobody in the caller's reach.
        YouActedOnIt: the caller has acted on the declaration behind it, or is the person.
    """
    case = await store.case(call.tx, case_id, call.actor)
    facts = await judged_by(call, case, call.sealer)
    move = decided(call, case, facts, CaseAction.IDENTIFY, body.version)
    about = await grounds.named(call, body.number, body.holder_name, body.person_id, call.accounts)
    if call.actor.seat(*INVESTIGATORS, within=about.lineage) is None:
        raise NobodyConcerned(field="number" if body.number else "person_id")
    if await involved(call.tx, about, call.actor):
        raise YouActedOnIt(basis=move.basis)
    event = moved(case, move.action, move.after, case.due_on)
    now = _known(about)
    await rows.take(call, case, move, event=event.model_copy(update=_told(now)), **now)
    return case, move.basis


def _told(now: dict[str, Any]) -> dict[str, Any]:
    return {name: now[name] for name in ("person_id", "hrss_id") if now[name] is not None}


def _known(about: Concerned) -> dict[str, Any]:
    return {
        "person_id": about.person_id,
        "hrss_id": about.hrss_id,
        "policy": about.policy.name,
        "account_id": about.account_id,
        "person_name": about.person_name,
        "declaration_id": about.declaration_id,
        "certificate_id": about.certificate_id,
        "lineage": about.lineage,
    }
