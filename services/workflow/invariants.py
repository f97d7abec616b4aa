"""What must hold of recommendations, declarations, votes and certificates."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.invariants.agreement import Side
from services.invariants.invariant import Broken, Guarded, Invariant, Slice, by_sql, holds
from services.invariants.machines import reached_from
from services.quota.contract import ReservationState
from services.workflow import policy
from services.workflow.avoidance.steps import RELATION_STEPS, REQUEST_STEPS
from services.workflow.batch.steps import BATCH_STEPS
from services.workflow.committee.steps import COMMITTEE_STEPS, EXPERT_STEPS
from services.workflow.correction.steps import CORRECTION_STEPS
from services.workflow.credit_listing.steps import LISTING_STEPS
from services.workflow.criteria.steps import CRITERIA_STEPS
from services.workflow.cycle.steps import ARRANGEMENT_STEPS, CYCLE_STEPS, EXTENSION_STEPS, SPECIALTY_STEPS
from services.workflow.declaration.states import Action, State
from services.workflow.declaration.steps import STEPS as DECLARATION_STEPS
from services.workflow.entitlement.steps import LIST_STEPS
from services.workflow.historic.steps import STEPS as HISTORIC_STEPS
from services.workflow.integrity.steps import CASE_STEPS
from services.workflow.meeting.steps import STEPS as MEETING_STEPS
from services.workflow.policy import Policies
from services.workflow.publicity.steps import OBJECTION_STEPS
from services.workflow.recognition.steps import RECOGNITION_STEPS
from services.workflow.recommendation.states import LIVE, RecommendationState
from services.workflow.recommendation.steps import PLAN_STEPS, RECOMMENDATION_STEPS
from services.workflow.registration.steps import REGISTRATION_STEPS
from services.workflow.report.steps import REPORT_STEPS
from services.workflow.spot_check.steps import ITEM_STEPS, SPOT_CHECK_STEPS
from services.workflow.supervision.steps import FINDING_STEPS, FLAG_STEPS

OVER = (State.WITHDRAWN, State.LAPSED, State.DISQUALIFIED)
"""States in which a declaration is not the person's one of the year any more."""

ONE_EACH = """
select t.person_id, count(*) || ' in one cycle' from {table} t
where {{slice}} and t.state <> all(:over) group by t.person_id, t.cycle_id having count(*) > 1
"""

GROUNDED = """
select t.id, 'not what was recommended: ' || concat_ws(', ',
    case when r.id is null then 'no recommendation' end, case when r.person_id <> t.person_id then 'person' end,
    case when r.cycle_id <> t.cycle_id then 'cycle' end, case when r.unit_id <> t.unit_id then 'unit' end,
    case when r.series <> t.series then 'series' end, case when r.level <> t.level then 'level' end,
    case when r.pool <> t.pool then 'pool' end)
from declaration t left join recommendation r on r.id = t.recommendation_id
where {slice} and t.recommendation_id is not null and
(r.person_id, r.cycle_id, r.unit_id, r.series, r.level, r.pool)
is distinct from (t.person_id, t.cycle_id, t.unit_id, t.series, t.level, t.pool)
"""

CONFIRMED = """
select t.id, t.state || ' on a recommendation that is ' || r.state
from declaration t join recommendation r on r.id = t.recommendation_id
where {slice} and t.state = :draft and t.ground_ended_at is null and r.state <> :confirmed
"""

VOTED_ONCE = """
select t.meeting_id, count(*) || ' votes of one expert on one declaration' from ballot_roll t
where {slice} group by t.meeting_id, t.declaration_id, t.expert_id having count(*) > 1
"""

VOTED_BY_MEMBERS = """
select t.meeting_id, 'a vote of an expert who was not present' from ballot_roll t where {slice} and not exists (
    select from meeting_member m where m.meeting_id = t.meeting_id and m.expert_id = t.expert_id and m.present
)
"""

COUNTED = """
select t.declaration_id, 'told ' || t.in_favour || ' to ' || t.against || ', ballots ' || b.pro || ' to ' || b.contra || ', votes '
    || v.cast_
from ballot_tally t cross join lateral (
    select count(*) filter (where in_favour) as pro, count(*) filter (where not in_favour) as contra
    from ballot where meeting_id = t.meeting_id and declaration_id = t.declaration_id
) b cross join lateral (
    select count(*) as cast_ from ballot_roll where meeting_id = t.meeting_id and declaration_id = t.declaration_id
) v where {slice} and (t.in_favour, t.against, t.in_favour + t.against) is distinct from (b.pro, b.contra, v.cast_)
"""

FOLLOWED = """
select t.id, t.state || coalesce(case when y.passed then ' though it passed' else ' though it did not pass' end, ' without a vote')
from declaration t left join ballot_tally y on y.declaration_id = t.id where {slice} and
case when y.passed then t.state <> all(:passed) when not y.passed then t.state <> all(:failed) else t.state = any(:voted) end
"""

CERTIFIED = """
select t.id, count(c.id) || ' certificates' from declaration t
left join certificate c on c.declaration_id = t.id and c.replaces_id is null
where {slice} group by t.id, t.state
having (t.state = :certified and count(c.id) <> 1) or (t.state <> all(:filed) and count(c.id) > 0)
"""

OF_RESULT = """
select t.id, 'not what was voted on' from certificate t left join declaration d on d.id = t.declaration_id
left join ballot_tally y on y.declaration_id = t.declaration_id
where {slice} and t.origin = 'REVIEWED' and t.replaces_id is null and
(d.person_id, d.series, d.level, d.cycle_id, y.meeting_id, true)
is distinct from (t.person_id, t.series, t.level, t.cycle_id, t.meeting_id, y.passed)
"""

GIVEN_HERE = "origin <> 'IMPORTED'"

NUMBER_ONCE = f"""
select t.number, count(*) || ' certificates' from certificate t
where {{slice}} and {GIVEN_HERE} group by t.number having count(*) > 1
"""  # noqa: S608 - a piece of this module

NUMBER_COUNTED = """
select t.stem, 'counted to ' || t.last || ', given ' || c.given from certificate_counter t cross join lateral (
    select count(distinct number) as given from certificate
    where origin <> 'IMPORTED' and number >= t.stem and number < t.stem || ':'
) c where {slice} and t.last <> c.given
"""
"""A colon sorts right behind the digits that follow the stem."""

CHANGES = """
select t.certificate_id, count(*) || ' changes, numbered to ' || max(t.no) from certificate_change t
where {slice} group by t.certificate_id having count(*) <> max(t.no) or count(*) <> count(distinct t.no)
"""

RECOMMENDATIONS = Side(
    "workflow",
    "recommendation",
    """
    select t.id, case when t.state <> all(:live) then :released when t.state = :confirmed then :used else :held end,
        t.unit_id, c.year, t.pool, t.level, t.person_id
    from recommendation t join cycle c on c.id = t.cycle_id where {slice}
    """,
    given={
        "live": list(LIVE),
        "confirmed": RecommendationState.CONFIRMED,
        "released": ReservationState.RELEASED,
        "used": ReservationState.CONFIRMED,
        "held": ReservationState.HELD,
    },
)
"""The state that the reservation should have, and for what."""

RECOMMENDED = Side(
    "workflow",
    "recommendation",
    "select t.person_id, t.account_id from recommendation t where {slice}",
    "person_id",
)
DECLARED = Side(
    "workflow",
    "declaration",
    "select t.person_id, t.account_id from declaration t where {slice}",
    "person_id",
)
RECOMMENDING = Side(
    "workflow",
    "recommendation",
    "select distinct t.unit_id from recommendation t where {slice}",
    "unit_id",
    walked_by="id",
)

MACHINES = {
    "cycle": CYCLE_STEPS,
    "cycle_extension": EXTENSION_STEPS,
    "batch": BATCH_STEPS,
    "specialty": SPECIALTY_STEPS,
    "criteria": CRITERIA_STEPS,
    "committee": COMMITTEE_STEPS,
    "expert": EXPERT_STEPS,
    "expert_relation": RELATION_STEPS,
    "avoidance_request": REQUEST_STEPS,
    "arrangement": ARRANGEMENT_STEPS,
    "entitlement_list": LIST_STEPS,
    "recommendation_plan": PLAN_STEPS,
    "registration": REGISTRATION_STEPS,
    "recommendation": RECOMMENDATION_STEPS,
    "historic_import": HISTORIC_STEPS,
    "objection": OBJECTION_STEPS,
    "declaration": DECLARATION_STEPS,
    "credit_listing": LISTING_STEPS,
    "meeting": MEETING_STEPS,
    "recognition": RECOGNITION_STEPS,
    "certificate_correction": CORRECTION_STEPS,
    "review_flag": FLAG_STEPS,
    "report": REPORT_STEPS,
    "integrity_case": CASE_STEPS,
    "review_finding": FINDING_STEPS,
    "spot_check": SPOT_CHECK_STEPS,
    "spot_check_item": ITEM_STEPS,
}

PASSED = reached_from(DECLARATION_STEPS, str(DECLARATION_STEPS[State.IN_MEETING, Action.VOTE_PASS].to))
FAILED = reached_from(DECLARATION_STEPS, str(DECLARATION_STEPS[State.IN_MEETING, Action.VOTE_FAIL].to))
VOTED = (State.PASSED, State.NOT_PASSED, State.IN_RESULT_PUBLICITY, State.CERTIFIED)
FILED = reached_from(DECLARATION_STEPS, State.CERTIFIED)


class Passed:
    """Judges tallies by the share of the year's policy, as the count did."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    async def find(self, tx: AsyncSession, rows: Slice) -> Iterable[Broken]:
        """Tallies that say otherwise."""
        asked = text(
            "select t.declaration_id, t.in_favour, t.present, t.passed, c.policy from ballot_tally t"
            " join meeting m on m.id = t.meeting_id join cycle c on c.id = m.cycle_id"
            " where t.declaration_id > :after and t.declaration_id <= :upto"
        )
        found = await tx.execute(asked, {"after": rows.after, "upto": rows.upto})
        return [
            Broken(str(each), f"{in_favour} of {present} is told as {'passed' if passed else 'not passed'}")
            for each, in_favour, present, passed, name in found
            if self._policies[name].meeting.pass_share.reached(in_favour, present) is not passed
        ]


def _one_each(table: str, *over: str) -> Invariant:
    says = f"a person has one live {table} in a cycle"
    find = by_sql(ONE_EACH.format(table=table), "person_id", over=list(over))
    return Invariant(f"{table}.one_live", says, table, find, key="person_id")


def _declarations() -> Iterable[Invariant]:
    yield _one_each("recommendation", RecommendationState.WITHDRAWN)
    yield _one_each("declaration", *OVER)
    yield holds(
        "declaration.grounded", "a declaration is for what its unit recommended", "declaration", GROUNDED
    )
    find = by_sql(CONFIRMED, draft=State.DRAFT, confirmed=RecommendationState.CONFIRMED)
    yield Invariant(
        "declaration.confirmed", "a draft rests on a confirmed recommendation", "declaration", find
    )


def _votes(policies: Policies) -> Iterable[Invariant]:
    yield holds(
        "vote.once", "nobody votes twice on a declaration", "ballot_roll", VOTED_ONCE, key="meeting_id"
    )
    yield holds(
        "vote.present", "only who was present has voted", "ballot_roll", VOTED_BY_MEMBERS, key="meeting_id"
    )
    yield holds(
        "tally.counted",
        "a tally is what ballots and votes come to",
        "ballot_tally",
        COUNTED,
        key="declaration_id",
    )
    says = "who passed reached the share of the year's policy, and nobody else"
    yield Invariant("tally.share", says, "ballot_tally", Passed(policies).find, key="declaration_id")
    find = by_sql(FOLLOWED, passed=list(PASSED), failed=list(FAILED), voted=list(VOTED))
    yield Invariant("result.followed", "a declaration stands as its vote came out", "declaration", find)


def _certificates() -> Iterable[Invariant]:
    find = by_sql(CERTIFIED, certified=State.CERTIFIED, filed=list(FILED))
    yield Invariant(
        "certificate.one", "what is filed has one certificate, and nothing else has", "declaration", find
    )
    yield holds("certificate.result", "a certificate is of a result that passed", "certificate", OF_RESULT)
    says = "no two certificates given here have one number"
    once = by_sql(NUMBER_ONCE, "number")
    yield Invariant("certificate.number", says, "certificate", once, "number", "", GIVEN_HERE)
    yield holds(
        "certificate.counted",
        "numbers are given without gaps",
        "certificate_counter",
        NUMBER_COUNTED,
        key="stem",
        first="",
    )
    yield holds(
        "certificate.changes",
        "what befell a certificate is numbered from one",
        "certificate_change",
        CHANGES,
        key="certificate_id",
    )


def guarded(policies: Path, province: str) -> Guarded:
    """The machines and invariants of the schema, by the policies of the years."""
    years = policy.load(policies, province)
    return Guarded(MACHINES, (*_declarations(), *_votes(years), *_certificates()))
