"""By when who has a case is to act, and who hears that the day is over (三（六）3)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.kit.clock import add_working_days
from services.workflow.integrity.model import IntegrityCase
from services.workflow.integrity.policy import Days
from services.workflow.integrity.states import CaseAction


def after(action: str, days: Days, today: date, answer_by: date | None = None) -> dict[str, Any]:
    """The columns that tell by when the next is to be done, after a step; nobody has to act on what is over or decided."""
    return {"due_on": _day(action, days, today, answer_by), "escalated_on": None}


def _day(action: str, days: Days, today: date, answer_by: date | None) -> date | None:
    if action in BEGUN:
        return add_working_days(today, days.take_up_working_days)
    if action in INVESTIGATING:
        return today + timedelta(days.investigate_days)
    if action in HEARING:
        return add_working_days(answer_by or today, days.decide_working_days)
    return today + timedelta(days.review_days) if action == CaseAction.APPEAL else None


COMPLAIN, OPEN = "COMPLAIN", "OPEN"
"""How a case begins: by a complaint, or by who investigates."""
BEGUN, INVESTIGATING, HEARING = (
    {COMPLAIN},
    {OPEN, CaseAction.TAKE_UP},
    {CaseAction.NOTIFY, CaseAction.STATE},
)


def above_id(case: IntegrityCase) -> UUID:
    """Who decides on an appeal: the body above the one that decided; at the top itself."""
    return _above(case, case.body_id or case.hrss_id)


def superior_id(case: IntegrityCase) -> UUID:
    """Who stands above whoever has the case: who investigates it, or decides on the appeal; at the top itself."""
    return _above(case, above_id(case) if case.appeal is not None else case.handler_id or case.hrss_id)


def _above(case: IntegrityCase, body_id: UUID) -> UUID:
    over = case.lineage[: case.lineage.index(body_id)] if body_id in case.lineage else []
    return over[-1] if over else body_id


def handling_ids(case: IntegrityCase, action: str) -> list[UUID]:
    """The bodies that hear what the person says: who investigates; of an appeal who decided too, but for who decides on it."""
    investigating = case.handler_id or case.hrss_id
    if action == CaseAction.STATE:
        return [investigating]
    if action != CaseAction.APPEAL:
        return []
    decided = [] if case.body_id is None else [case.body_id]
    return sorted({investigating, *decided} - {above_id(case)})


def told(case: IntegrityCase, action: str, due_on: date | None) -> Mapping[str, Any]:
    """What the event of a step says of who hears it."""
    return {
        "above_id": above_id(case),
        "superior_id": superior_id(case),
        "handling_ids": handling_ids(case, action),
        "due_on": due_on,
    }
