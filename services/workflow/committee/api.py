"""The HTTP face of committees."""

from dataclasses import replace
from uuid import UUID

from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import (
    ActionNotAvailable,
    NotYourStep,
    RulesBroken,
    StaleVersion,
    available_actions,
    decide,
)
from services.workflow import rows
from services.workflow.act import Act, CurrentAct, CurrentLook, Look
from services.workflow.committee import store
from services.workflow.committee.errors import (
    CommitteeExists,
    CommitteeNotFound,
    CommitteeTooSmall,
    DelegationUnknown,
    OrganisationUnknown,
    OutsideDelegation,
)
from services.workflow.committee.expert_api import routes as experts
from services.workflow.committee.model import Committee
from services.workflow.committee.organisations import KnownOrganisations
from services.workflow.committee.proposal import propose
from services.workflow.committee.rules import approving_levels
from services.workflow.committee.schemas import CommitteeIn, CommitteeOut, DelegationOut
from services.workflow.committee.states import CommitteeAction, CommitteeState
from services.workflow.committee.steps import COMMITTEE_STEPS, CommitteeFacts
from services.workflow.contract import CommitteeApproved, CommitteeWithdrawn
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.errors import (
    CycleNotFound,
    CycleNotOpen,
    RunOver,
    SeriesUnknown,
    SpecialtyNotFiled,
    SpecialtyPast,
)
from services.workflow.cycle.service import require_window
from services.workflow.cycle.states import Window
from services.workflow.declaration import store as declarations
from services.workflow.policy import CurrentPolicies
from services.workflow.shapes import ActionIn

routes = router(prefix="/v1", tags=["committee"])

AGAINST = (
    CycleNotFound,
    CycleNotOpen,
    RunOver,
    SeriesUnknown,
    SpecialtyNotFiled,
    SpecialtyPast,
    OrganisationUnknown,
    CommitteeTooSmall,
    CommitteeExists,
    OutsideDelegation,
    DelegationUnknown,
)


@routes.post("/committees", status_code=201, responses=refusals(*AGAINST))
async def create(body: CommitteeIn, act: CurrentAct, known: KnownOrganisations) -> Decided[CommitteeOut]:
    """Propose a committee with its jurisdiction; it is used once approved."""
    committee, seat, basis = await propose(act, body, known)
    taken = {"uq_committee_cycle_id_name": CommitteeExists(name=body.name, field="name")}
    await rows.begin(act, committee, seat, basis=basis, taken=taken)
    return decided(await told(committee, act), basis)


@routes.post(
    "/committees/{committee_id}/actions/{action}",
    responses=refusals(
        CommitteeNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, RunOver
    ),
)
async def move(
    committee_id: UUID, action: CommitteeAction, act: CurrentAct, body: ActionIn | None = None
) -> Decided[CommitteeOut]:
    """Approve a committee, or withdraw it with a reason: a senior one is the provincial HRSS's to approve."""
    asked = body or ActionIn()
    committee = await store.hold(act.tx, committee_id, alone=True)  # nothing is accepted beside a withdrawal
    cycle = await cycle_store.get(act.tx, committee.cycle_id)
    accepted = await declarations.with_committee(act.tx, committee.id, cycle.id)
    facts = replace(await facts_of(committee, act), reason=asked.note, accepted=accepted)
    articles = act.policies[cycle.policy].articles
    step = decide(COMMITTEE_STEPS, facts, action, act.actor, articles, version=asked.version)
    require_window(cycle, Window.RUN, act.moment)
    told_as = CommitteeApproved if action is CommitteeAction.APPROVE else CommitteeWithdrawn
    event = told_as(
        committee_id=committee.id,
        cycle_id=cycle.id,
        name=committee.name,
        series=committee.series,
        levels=committee.levels,
        office_id=committee.office_id,
    )
    await rows.take(act, committee, step, event=event, note=asked.note)
    return decided(await told(committee, act), step.basis)


@routes.get("/committees")
async def every_committee(
    look: CurrentLook,
    cycle_id: UUID | None = None,
    series: str | None = None,
    state: CommitteeState | None = None,
    first: First = 20,
    after: After = None,
) -> Page[CommitteeOut]:
    """The committees and their jurisdictions, newest first; public once approved."""
    found, cursor = await page(
        look.tx, store.committees(look.actor, cycle_id, series, state), Committee.id, first, after
    )
    return Page(items=[await told(each, look) for each in found], next_cursor=cursor)


@routes.get("/committees/{committee_id}", responses=refusals(CommitteeNotFound))
async def one_committee(committee_id: UUID, look: CurrentLook) -> CommitteeOut:
    """One committee; public once approved."""
    return await told(await store.seen(look.tx, committee_id, look.actor), look)


@routes.get("/delegations")
async def every_delegation(policies: CurrentPolicies, year: int | None = None) -> Page[DelegationOut]:
    """The bodies that review authority was delegated to; public."""
    policy = policies.of_year(year) if year else policies.latest
    given = policy.committee.delegations
    items = [DelegationOut.of(each, policy.articles[each.article].cite) for each in given]
    return Page(items=items, total=len(items))


async def facts_of(committee: Committee, look: Act | Look) -> CommitteeFacts:
    """What the steps of a committee ask."""
    policy = look.policies[(await cycle_store.get(look.tx, committee.cycle_id)).policy]
    return CommitteeFacts(
        committee.id,
        CommitteeState(committee.state),
        committee.version,
        tuple(committee.lineage),
        tuple(committee.serves_line),
        approving_levels(policy.committee, committee.levels),
    )


async def told(committee: Committee, look: Act | Look) -> CommitteeOut:
    """The committee with what its reader may do."""
    facts, actor = await facts_of(committee, look), look.actor
    return CommitteeOut.of(committee, available_actions(COMMITTEE_STEPS, facts, actor) if actor else [])


routes.include_router(experts)
