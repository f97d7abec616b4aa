"""How a request moves: judged by its table, with its last day and its event; who verifies and who stands above."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.accounts.contract import OrganisationKind
from services.kit.clock import CalendarUnknown, add_working_days
from services.kit.steps import Move, decide
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.contract import RecognitionMoved
from services.workflow.policy import NoticePolicy
from services.workflow.recognition.model import Recognition
from services.workflow.recognition.rules import RecognitionFacts
from services.workflow.recognition.states import RecognitionAction, RecognitionState, Wish
from services.workflow.recognition.steps import RECOGNITION_STEPS


def facts_of(row: Recognition, act: Act) -> RecognitionFacts:
    """A request as its steps judge it, but for what a step itself says."""
    late = row.due_on is not None and row.due_on < act.moment.today
    return RecognitionFacts(
        id=row.id,
        state=RecognitionState(row.state),
        version=row.version,
        lineage=tuple(row.lineage),
        person_id=row.person_id,
        unit_id=row.unit_id,
        hrss_id=row.hrss_id,
        wish=Wish(row.wish),
        by_unit=row.by_unit,
        own=act.actor.person_id == row.person_id,
        verified_by_caller=row.verified_by is not None and act.actor.answers_for(row.verified_by),
        overdue_untold=late and row.escalated_on is None,
    )


def judge(
    act: Act, row: Recognition, action: RecognitionAction, version: int | None = None, **said: Any
) -> Move:
    """What a step would do; `said` is what the step says.

    Raises:
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: it cannot be taken.
    """
    facts = replace(facts_of(row, act), **said)
    articles = act.policies[row.policy].articles
    return decide(RECOGNITION_STEPS, facts, action, act.actor, articles, version=version)


async def take(act: Act, row: Recognition, move: Move, *, note: str | None = None, **changes: Any) -> None:
    """Take a judged step: whoever has it next has a last day of its own."""
    if move.action is RecognitionAction.ESCALATE:
        told = event(row, move.action, move.after)
        await rows.take(act, row, move, event=told, escalated_on=act.moment.today)
        return
    due = due_on(act.policies[row.policy], RecognitionState(move.after), act.moment.today)
    told = event(row, move.action, move.after, reason=note, due=due)
    told = told.model_copy(update={"hrss_id": changes.get("hrss_id", row.hrss_id)})
    await rows.take(act, row, move, event=told, note=note, due_on=due, escalated_on=None, **changes)


def due_on(policy: NoticePolicy, state: RecognitionState, today: date) -> date | None:
    """The last day of who has it from today on; counted plainly where the calendar is not out yet."""
    given = policy.recognition.days.given(state)
    if given is None:
        return None
    try:
        return add_working_days(today, given)
    except CalendarUnknown:
        return today + timedelta(days=given)


def event(
    row: Recognition, action: str, after: str, *, reason: str | None = None, due: date | None = None
) -> RecognitionMoved:
    """What others are told of a step."""
    return RecognitionMoved(
        recognition_id=row.id,
        person_id=row.person_id,
        person_name=row.person_name,
        title_name=row.title_name,
        level=row.level,
        wish=row.wish,
        unit_id=row.unit_id,
        hrss_id=row.hrss_id,
        superior_id=_superior(row),
        action=action,
        after=after,
        reason=reason,
        due_on=due or row.due_on,
        lineage=row.lineage,
    )


def _superior(row: Recognition) -> UUID:
    """Above the employer the HRSS that verified; above that the next HRSS, and at the top itself."""
    if row.state == RecognitionState.AT_EMPLOYER:
        return row.hrss_id
    line = [UUID(str(each["id"])) for each in row.path if each["kind"] == OrganisationKind.HRSS]
    place = line.index(row.hrss_id)
    return line[max(place - 1, 0)]
