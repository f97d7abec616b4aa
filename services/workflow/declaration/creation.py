"""Beginning a declaration: after recommendation, publicity and test, inside its window, one a year, to one committee."""

from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import insert

from services.accounts.contract import PersonFacts, Role
from services.kit.auth import Seat
from services.kit.errors import Basis, Unavailable
from services.kit.ids import new_id
from services.quota.contract import TitleLevel
from services.workflow import rows
from services.workflow.committee import store as committees
from services.workflow.committee.errors import NoCommittee
from services.workflow.committee.model import Committee
from services.workflow.criteria import service as criteria
from services.workflow.criteria.model import Criteria
from services.workflow.cycle import service as cycles
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.model import Cycle
from services.workflow.declaration import store
from services.workflow.declaration.call import Call
from services.workflow.declaration.errors import (
    CommitteeFixed,
    CommitteeNotCompetent,
    NotRecommended,
    OneDeclarationAYear,
    TestNotPassed,
)
from services.workflow.declaration.model import CommitteeChoice, Declaration
from services.workflow.declaration.states import State
from services.workflow.policy import NoticePolicy
from services.workflow.recommendation import store as recommendations
from services.workflow.recommendation.errors import RecommendationNotFound
from services.workflow.recommendation.model import Recommendation
from services.workflow.recommendation.states import RecommendationState
from services.workflow.review_chain.chain import Link, chain_of

ARTICLES = ("declaration_order", "test_before_filling", "one_per_year", "one_committee")


async def create(
    call: Call, recommendation_id: UUID, committee_id: UUID | None
) -> tuple[Declaration, tuple[Basis, ...]]:
    """A new draft of the caller, and the articles it rests on.

    Raises:
        RecommendationNotFound: there is none by that id for the caller.
        NotRecommended: recommendation and publicity come first.
        TestNotPassed: so does the online test.
        OutsideWindow: declarations are not taken today.
        SeriesNotArranged, NoCriteriaInForce: nothing is published that it could be judged by.
        NoCommittee, CommitteeFixed, CommitteeNotCompetent: where it goes is not for the applicant to choose.
        OneDeclarationAYear: the person has one in this cycle, begun at the same instant perhaps.
    """
    source = await recommendations.get(call.tx, recommendation_id)
    if call.actor.person_id is None or call.actor.person_id != source.person_id:
        raise RecommendationNotFound(field="recommendation_id")
    seat = call.actor.require(Role.APPLICANT)
    cycle = await cycle_store.get(call.tx, source.cycle_id)
    policy = call.policies[cycle.policy]
    window = await _refuse_too_early(call, source, cycle, policy)
    in_force = await criteria.require_in_force(
        call.tx, source.series, source.specialty_id, TitleLevel(source.level), call.moment.today, policy
    )
    declaration_id = new_id()
    committee = await _committee_for(call, source, policy, committee_id, declaration_id)
    declaration = await _draft(call, declaration_id, source, policy, committee, in_force)
    basis = (window, *(policy.articles[key] for key in ARTICLES))
    await _begin(call, declaration, seat, policy, basis)
    return declaration, basis


async def _refuse_too_early(call: Call, source: Recommendation, cycle: Cycle, policy: NoticePolicy) -> Basis:
    """The article of the window; or a refusal of what comes before its turn.

    The recommendation is read again under a lock once accounts has answered: nobody withdraws what is being declared on.
    """
    window = cycles.require_window(cycle, policy.declaration.windows.first_submission, call.moment)
    await cycles.require_arranged(call.tx, cycle, source.series, policy)
    if source.state == RecommendationState.CONFIRMED and not await _test_passed(call, source, cycle):
        raise TestNotPassed(year=cycle.year, basis=[policy.articles["test_before_filling"]])
    held = await recommendations.lock(call.tx, source.id)
    if held.state != RecommendationState.CONFIRMED:
        raise NotRecommended(field="recommendation_id", basis=[policy.articles["declaration_order"]])
    return window


async def _test_passed(call: Call, source: Recommendation, cycle: Cycle) -> bool:
    """Whether accounts knows that the person passed the test of the cycle (二（三）)."""
    asked = {"person_ids": [str(source.person_id)], "cycle": cycle.year}
    answer = await call.accounts.post("/v1/people/facts", asked, as_service=True)
    try:
        facts = [PersonFacts.model_validate(each) for each in answer["items"]]
    except (KeyError, TypeError, ValidationError) as error:
        raise Unavailable(part="accounts") from error
    return any(each.test_passed for each in facts if each.person_id == source.person_id)


async def _committee_for(
    call: Call, source: Recommendation, policy: NoticePolicy, asked: UUID | None, declaration_id: UUID
) -> Committee:
    """The committee the unit's declarations of that series and level go to; the first of them fixes it (二（五）4)."""
    basis = [policy.articles["one_committee"]]
    key = (source.cycle_id, source.unit_id, source.series, source.level)
    chosen = await store.committees_chosen(call.tx, *key)
    fixed = next((each for each in chosen if _covers(each, source.specialty_id)), None)
    if fixed is not None:
        if asked not in (None, fixed.id):
            raise CommitteeFixed(name=fixed.name, field="committee_id", basis=basis)
        return fixed
    found = await committees.competent(
        call.tx, source.cycle_id, source.series, source.specialty_id, source.level, source.lineage
    )
    if found is None:
        raise NoCommittee(basis=basis)
    if asked not in (None, found.id):
        raise CommitteeNotCompetent(name=found.name, field="committee_id", basis=basis)
    cycle_id, unit_id, series, level = key
    choice = insert(CommitteeChoice).values(
        cycle_id=cycle_id,
        unit_id=unit_id,
        series=series,
        level=level,
        committee_id=found.id,
        declaration_id=declaration_id,
        chosen_at=call.moment.instant,
    )
    await call.tx.execute(choice)
    return found


def _covers(committee: Committee, specialty_id: UUID | None) -> bool:
    return not committee.specialty_ids or specialty_id in committee.specialty_ids


COPIED = (
    *(
        "province",
        "cycle_id",
        "person_id",
        "account_id",
        "person_name",
        "person_kind",
        "unit_id",
        "unit_nature",
    ),
    *("series", "specialty_id", "level"),
)
"""Facts that a declaration takes over from its recommendation."""


async def _draft(
    call: Call,
    declaration_id: UUID,
    source: Recommendation,
    policy: NoticePolicy,
    committee: Committee,
    in_force: Criteria,
) -> Declaration:
    path = [Link.model_validate(each) for each in source.path]
    chain = chain_of(path, policy.review_chain.places_for(path[-1].level))
    number = await store.next_number(call.tx)
    return Declaration(
        **{name: getattr(source, name) for name in COPIED},
        id=declaration_id,
        version=1,
        number=policy.declaration.number_of(year=policy.year, sequence=number),
        year=policy.year,
        policy=policy.name,
        recommendation_id=source.id,
        criteria_id=in_force.id,
        committee_id=committee.id,
        office_id=committee.office_id,
        state=State.DRAFT,
        chain=[link.model_dump(mode="json") for link in chain],
        position=-1,
        at_organisation_id=None,
        turn=0,
        round=0,
        content={},
        returned=[],
        touched=[],
        submitted_at=None,
        moved_at=call.moment.instant,
        lineage=list(source.lineage),
        created_at=call.moment.instant,
    )


async def _begin(
    call: Call, declaration: Declaration, seat: Seat, policy: NoticePolicy, basis: tuple[Basis, ...]
) -> None:
    second = OneDeclarationAYear(
        year=declaration.year, field="recommendation_id", basis=[policy.articles["one_per_year"]]
    )
    taken = {"uq_declaration_live": second}
    await rows.begin(call, declaration, seat, basis=basis, taken=taken)
