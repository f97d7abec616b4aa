"""A meeting's steps, each judged by the table and then taken with everything that belongs to it."""

import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.accounts.contract import OrganisationKind, Role
from services.kit import audit
from services.kit.auth import Seat
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import decide
from services.workflow import rows
from services.workflow.batch import store as batches
from services.workflow.batch.states import WINDOWS as OF_A_BATCH
from services.workflow.call import Call
from services.workflow.committee import store as committees
from services.workflow.committee.model import Committee
from services.workflow.committee.states import CommitteeState
from services.workflow.contract import MeetingMoved
from services.workflow.cycle import store as cycles
from services.workflow.cycle.service import require_window, window_of
from services.workflow.cycle.states import Window
from services.workflow.declaration import moving
from services.workflow.declaration.states import Action as DeclarationAction
from services.workflow.integrity import ending
from services.workflow.meeting import access, agenda, ballot, drawing, judging, replacing, results, store
from services.workflow.meeting.asking import Asked
from services.workflow.meeting.draw import commitment
from services.workflow.meeting.errors import (
    CommitteeNotUsable,
    CommitteeOfAnotherCycle,
    FieldNeeded,
    HeldInThePast,
    NotPresent,
    PostponedToEarlier,
)
from services.workflow.meeting.model import Meeting, Member
from services.workflow.meeting.pseudonym import KEY_BYTES, seed_of
from services.workflow.meeting.rules import Facts
from services.workflow.meeting.states import Action, Kind, State
from services.workflow.meeting.steps import STEPS

Changes = Mapping[str, Any]
RESTS_ON = {Kind.ORDINARY: ("meeting_plan",), Kind.SINGLE_CASE: ("meeting_plan", "single_case")}
"""The articles on which a session is planned."""
PLAN = ("qualification_review", "preparation")
WINDOWS = {Action.OPEN: Window.MEET}
"""The window of a step; the others only need the year's run to be under way, and CANCEL not even that."""


async def create(
    call: Call,
    committee_id: UUID,
    held_on: date,
    plan: Mapping[str, str],
    *,
    kind: Kind = Kind.ORDINARY,
    cycle_id: UUID | None = None,
) -> tuple[Meeting, list[Basis]]:
    """Plan a meeting of an approved committee, or one for a single case (二（四）1（3）); its seed is made and committed to at once.

    Raises:
        RoleMissing: the caller is not of the committee's office.
        CommitteeNotUsable: the committee was not approved.
        CommitteeOfAnotherCycle: `cycle_id` names another cycle than the committee's.
        HeldInThePast: the day has passed.
    """
    committee = await committees.get(call.tx, committee_id)
    seat = call.actor.require(Role.COMMITTEE_OFFICE, within=(committee.office_id,))
    policy = await call.policy(committee.cycle_id)
    basis = [policy.articles[key] for key in RESTS_ON[kind]]
    require_window(await cycles.get(call.tx, committee.cycle_id), Window.RUN, call.moment)
    if committee.state != CommitteeState.APPROVED:
        raise CommitteeNotUsable(field="committee_id", basis=[policy.articles["expert_draw"]])
    if cycle_id not in (None, committee.cycle_id):
        raise CommitteeOfAnotherCycle(field="cycle_id")
    if held_on < call.moment.today:
        raise HeldInThePast(held_on=held_on, field="held_on")
    meeting = _new(call, committee, held_on, plan, kind)
    await rows.begin(call, meeting, seat, basis=basis)
    await _commit(call, meeting, seat)
    return meeting, basis


async def _commit(call: Call, meeting: Meeting, seat: Seat) -> None:
    """What the draw is committed to stands in the log too, whose lines are chained."""
    await audit.record(
        call.tx,
        actor=call.actor,
        action="meeting.COMMITTED",
        subject=f"meeting/{meeting.id}",
        moment=call.moment,
        organisation_id=seat.organisation_id,
        role=seat.role,
        detail={"seed_commitment": meeting.seed_commitment},
    )


def _new(call: Call, committee: Committee, held_on: date, plan: Mapping[str, str], kind: Kind) -> Meeting:
    key = os.urandom(KEY_BYTES)
    seed, meeting_id = seed_of(key), new_id()
    return Meeting(
        id=meeting_id,
        province=committee.province,
        committee_id=committee.id,
        cycle_id=committee.cycle_id,
        office_id=committee.office_id,
        kind=kind,
        held_on=held_on,
        plan=dict(plan),
        size=committee.size,
        seed=call.sealer.seal(seed, context=drawing.context_of(meeting_id)),
        seed_commitment=commitment(seed),
        key=call.sealer.seal(key, context=drawing.key_of(meeting_id)),
        state=State.PREPARING,
        lineage=list(committee.lineage),
    )


async def act(call: Call, meeting: Meeting, action: Action, asked: Asked) -> tuple[Basis, ...]:
    """Take one step of a meeting that is locked, with all that belongs to it; the articles it rests on.

    Raises:
        RulesBroken, NotYourStep, ActionNotAvailable, StaleVersion: as `decide` says.
        RunOver, OutsideWindow: the year's time does not allow it.
    """
    policy = await call.policy(meeting.cycle_id)
    case = await facts(call, meeting, asked)
    move = decide(STEPS, case, action, call.actor, policy.articles, version=asked.version)
    await _require_time(call, meeting, action)
    changes = dict(await DOING[action](call, meeting, asked))
    event = MeetingMoved(
        meeting_id=meeting.id,
        committee_id=meeting.committee_id,
        office_id=meeting.office_id,
        action=action,
        after=move.after,
        held_on=changes.get("held_on", meeting.held_on),
        hrss_id=_nearest_hrss(move.seat),
        expert_account_ids=[each.account_id for each in await store.members(call.tx, meeting.id)],
        left_account_id=changes.pop("left", None),
        entered_account_id=changes.pop("entered", None),
    )
    await rows.take(call, meeting, move, event=event, note=asked.note, **changes)
    return move.basis


async def _require_time(call: Call, meeting: Meeting, action: Action) -> None:
    """Refuse a step outside of its time: what is in a batch is heard in the batch's own window (一（四）2)."""
    if action is Action.CANCEL:
        return
    cycle = await cycles.get(call.tx, meeting.cycle_id)
    name = WINDOWS.get(action, Window.RUN)
    heard = await agenda.batches_heard(call.tx, meeting.id) if name in OF_A_BATCH else set()
    own = await batches.by_id(call.tx, heard)
    for batch_id in heard or {None}:
        require_window(cycle, name, call.moment, batch=own.get(batch_id))


def _nearest_hrss(seat: Seat) -> UUID | None:
    """The HRSS in charge of the office that acts (三（三）: 向相应人力资源社会保障部门报备)."""
    return next((node.id for node in reversed(seat.lineage) if node.kind == OrganisationKind.HRSS), None)


async def facts(call: Call, meeting: Meeting, asked: Asked) -> Facts:
    """What the steps of a meeting are judged by, as it stands now."""
    committee = await committees.get(call.tx, meeting.committee_id)
    policy = (await call.policy(meeting.cycle_id)).meeting
    members = await store.members(call.tx, meeting.id)
    present = [each for each in members if each.present]
    lacking = await store.missing(call.tx, meeting.cycle_id, [each.expert_id for each in present])
    voting = meeting.state == State.OPEN
    chair = _account_of(members, meeting.chair_id)
    return Facts(
        id=meeting.id,
        state=State(meeting.state),
        version=meeting.version,
        lineage=meeting.lineage,
        office_id=meeting.office_id,
        today=call.moment.today,
        held_on=meeting.held_on,
        plan_filed_on=meeting.plan_filed_on,
        plan_ahead_days=policy.plan_ahead.days,
        plan_complete=is_complete(asked.plan or meeting.plan),
        agenda=await store.on_agenda(call.tx, meeting.id),
        size=meeting.size,
        fewest=policy.fewest_seats(committee.levels, by_specialty=bool(committee.specialty_ids)),
        drawn=len(members),
        present=len(present),
        quorum=policy.quorum.least(meeting.size),
        unready=tuple(name for names in lacking.values() for name in names),
        ballots_missing=await access.missing(call, meeting, present) if voting else 0,
        chair_account_id=chair,
        closed_by_chair=chair is not None and chair == call.actor.id,
        ungrouped=await store.ungrouped(call.tx, meeting.id),
        hearings_awaited=await store.hearings_awaited(call.tx, meeting.id),
        reason=asked.note,
        results_waiting=await results.waiting(call.tx, meeting.id),
        committee_approved=committee.state == CommitteeState.APPROVED,
        impeded=await judging.impediments(call.tx, meeting) if meeting.state == State.DRAWN else {},
        run_closes=window_of(await cycles.get(call.tx, meeting.cycle_id), Window.RUN).closes,
    )


def is_complete(plan: Mapping[str, Any]) -> bool:
    """Whether a plan says what 三（三） wants to know."""
    return all(str(plan.get(part) or "").strip() for part in PLAN)


def _account_of(members: list[Member], expert_id: UUID | None) -> UUID | None:
    return next((each.account_id for each in members if each.expert_id == expert_id), None)


async def _table(call: Call, meeting: Meeting, asked: Asked) -> Changes:
    if meeting.kind == Kind.SINGLE_CASE and not asked.declaration_ids:
        raise FieldNeeded(action=Action.TABLE, name="declaration_ids", field="declaration_ids")
    await agenda.table(call, meeting, asked.declaration_ids, asked.batch_id)
    return {}


async def _file_plan(call: Call, meeting: Meeting, asked: Asked) -> Changes:
    return {"plan_filed_on": call.moment.today, "plan": dict(asked.plan or meeting.plan)}


async def _postpone(call: Call, meeting: Meeting, asked: Asked) -> Changes:
    if asked.held_on is None:
        raise FieldNeeded(action=Action.POSTPONE, name="held_on", field="held_on")
    if asked.held_on <= meeting.held_on or asked.held_on < call.moment.today:
        raise PostponedToEarlier(held_on=max(meeting.held_on, call.moment.today), field="held_on")
    return {"held_on": asked.held_on}


async def _draw(call: Call, meeting: Meeting, asked: Asked) -> Changes:
    await drawing.draw_members(call, meeting, asked.known)
    return {}


async def _replace(call: Call, meeting: Meeting, asked: Asked) -> Changes:
    """No column of the meeting changes; who left and who came in is told."""
    if asked.expert_id is None:
        raise FieldNeeded(action=Action.REPLACE, name="expert_id", field="expert_id")
    change = await replacing.replace(call, meeting, asked.expert_id, asked.note or "", asked.known)
    return {"left": change.left, "entered": change.entered}


async def _open(call: Call, meeting: Meeting, asked: Asked) -> Changes:
    if asked.chair_id is not None:
        await _require_present(call, meeting, asked.chair_id)
    await ballot.open_boxes(call, meeting, await store.agenda(call.tx, meeting.id))
    return {"chair_id": asked.chair_id}


async def _name_chair(call: Call, meeting: Meeting, asked: Asked) -> Changes:
    """One missing ballot does not keep a meeting open for ever, where nobody presides or who does has left."""
    if asked.chair_id is None:
        raise FieldNeeded(action=Action.NAME_CHAIR, name="chair_id", field="chair_id")
    await _require_present(call, meeting, asked.chair_id)
    return {"chair_id": asked.chair_id}


async def _require_present(call: Call, meeting: Meeting, expert_id: UUID) -> None:
    if not (await store.member(call.tx, meeting.id, expert_id)).present:
        raise NotPresent(field="chair_id")


async def _close_vote(call: Call, meeting: Meeting, _: Asked) -> Changes:
    present = [each for each in await store.members(call.tx, meeting.id) if each.present]
    counted = await access.counts(call, meeting, present)
    decided = {each.declaration_id: each.present for each in counted if each.deferred is None}
    tallies = await ballot.count(call, meeting, decided)
    failed = [each.declaration_id for each in tallies if not each.passed]
    await moving.move_all(call, failed, DeclarationAction.VOTE_FAIL)
    passed = [each.declaration_id for each in tallies if each.passed]
    await moving.move_all(call, passed, DeclarationAction.VOTE_PASS)
    await agenda.defer(call, meeting, counted)
    return {"voted_on": call.moment.today}


async def _publish_results(call: Call, meeting: Meeting, _: Asked) -> Changes:
    await results.publicise(call, meeting)
    return {}


async def _cancel(call: Call, meeting: Meeting, _: Asked) -> Changes:
    """What was on the agenda waits for another meeting; the boxes are destroyed unopened."""
    await ballot.destroy(call, meeting)
    await ending.put_back(call, await store.agenda(call.tx, meeting.id), DeclarationAction.UNTABLE)
    return {}


DOING: Mapping[Action, Callable[[Call, Meeting, Asked], Awaitable[Changes]]] = {
    Action.TABLE: _table,
    Action.FILE_PLAN: _file_plan,
    Action.POSTPONE: _postpone,
    Action.DRAW: _draw,
    Action.REPLACE: _replace,
    Action.OPEN: _open,
    Action.NAME_CHAIR: _name_chair,
    Action.CLOSE_VOTE: _close_vote,
    Action.PUBLISH_RESULTS: _publish_results,
    Action.CANCEL: _cancel,
}
"""What belongs to each step beside the move itself; each tells which columns it changes."""
