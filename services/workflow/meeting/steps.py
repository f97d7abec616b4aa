"""Which step of a meeting may follow which, who takes it, and under what rules."""

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Step, Steps, Taker, articles_used, holder_at
from services.workflow.meeting.rules import (
    Facts,
    agenda_set,
    all_pledged,
    all_trained,
    committee_approved,
    groups_whole,
    hearings_recorded,
    named_with_reason,
    nobody_impeded,
    on_the_day,
    plan_complete,
    plan_filed_ahead,
    quorum_present,
    reason_given,
    replaced_with_reason,
    results_waiting,
    run_over,
    size_lawful,
    vote_complete,
)
from services.workflow.meeting.states import Action, State


def _office_or_chair(actor: Actor, case: Facts) -> Seat | None:
    if case.chair_account_id is not None and actor.id == case.chair_account_id:
        return actor.seat(Role.EXPERT)
    return actor.seat(Role.COMMITTEE_OFFICE, within=(case.office_id,))


OFFICE: Taker[Facts] = holder_at(Role.COMMITTEE_OFFICE, "评委会办事机构", lambda case: case.office_id)
OFFICE_OR_CHAIR: Taker[Facts] = Taker(Role.COMMITTEE_OFFICE, "评委会办事机构或会议主持人", _office_or_chair)

CANCELLING_DRAWN = (reason_given, run_over)
"""Who does not like the experts drawn, or fears the vote, does not draw anew: what is drawn ends with its year."""

STEPS: Steps[Facts] = {
    (State.PREPARING, Action.TABLE): Step(State.PREPARING, OFFICE, "agenda", (committee_approved,)),
    (State.PREPARING, Action.POSTPONE): Step(State.PREPARING, OFFICE, "meeting_plan"),
    (State.PREPARING, Action.FILE_PLAN): Step(State.PLAN_FILED, OFFICE, "meeting_plan", (plan_complete,)),
    (State.PLAN_FILED, Action.TABLE): Step(State.PLAN_FILED, OFFICE, "agenda", (committee_approved,)),
    (State.PLAN_FILED, Action.POSTPONE): Step(State.PLAN_FILED, OFFICE, "meeting_plan"),
    (State.PLAN_FILED, Action.DRAW): Step(
        State.DRAWN, OFFICE, "expert_draw", (committee_approved, agenda_set, size_lawful)
    ),
    (State.DRAWN, Action.POSTPONE): Step(State.DRAWN, OFFICE, "meeting_plan"),
    (State.DRAWN, Action.REPLACE): Step(State.DRAWN, OFFICE, "expert_draw", (replaced_with_reason,)),
    (State.DRAWN, Action.OPEN): Step(
        State.OPEN,
        OFFICE,
        "secret_ballot",
        (
            *(committee_approved, plan_filed_ahead, on_the_day, agenda_set),
            *(nobody_impeded, all_trained, all_pledged, quorum_present, groups_whole),
        ),
    ),
    (State.OPEN, Action.NAME_CHAIR): Step(State.OPEN, OFFICE, "secret_ballot", (named_with_reason,)),
    (State.OPEN, Action.CLOSE_VOTE): Step(
        State.VOTED, OFFICE_OR_CHAIR, "pass_share", (hearings_recorded, vote_complete)
    ),
    (State.PREPARING, Action.CANCEL): Step(State.CANCELLED, OFFICE, "meeting_plan", (reason_given,)),
    (State.PLAN_FILED, Action.CANCEL): Step(State.CANCELLED, OFFICE, "meeting_plan", (reason_given,)),
    (State.DRAWN, Action.CANCEL): Step(State.CANCELLED, OFFICE, "expert_draw", CANCELLING_DRAWN),
    (State.OPEN, Action.CANCEL): Step(State.CANCELLED, OFFICE, "expert_draw", CANCELLING_DRAWN),
    (State.VOTED, Action.PUBLISH_RESULTS): Step(State.RESULTS_PUBLIC, OFFICE, "result_publicity"),
    (State.RESULTS_PUBLIC, Action.PUBLISH_RESULTS): Step(
        State.RESULTS_PUBLIC, OFFICE, "result_publicity", (results_waiting,)
    ),
}

ARTICLES = frozenset(
    articles_used(STEPS)
    | {"expert_pledge", "expert_training", "secret_ballot", "quorum", "agenda", "single_case"}
    | {"recusal", "group", "opinion", "expert_view", "hearing", "hearing_waived"}
)
"""Every article that the code of this concept names."""
