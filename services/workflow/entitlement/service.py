"""A prefecture's health authority keeps a list: begins it, puts people on it and takes them off, publishes it (二（四）2)."""

from uuid import UUID

from services.accounts.contract import PersonFacts, Role
from services.kit.auth import Seat
from services.kit.errors import Basis
from services.kit.steps import Move, decide
from services.neighbours.client import Neighbour
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.contract import EntitlementChanged
from services.workflow.cycle import service as cycles
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.model import Cycle
from services.workflow.cycle.states import Window
from services.workflow.entitlement import store
from services.workflow.entitlement.errors import ListExists, NotAKeeper, PersonNotOfPrefecture
from services.workflow.entitlement.model import EntitlementEntry, EntitlementList
from services.workflow.entitlement.schemas import EntryIn, ListIn
from services.workflow.entitlement.states import ListAction, ListState
from services.workflow.entitlement.steps import LIST_STEPS, ListFacts
from services.workflow.policy import NoticePolicy
from services.workflow.route.standing import facts_of
from services.workflow.shapes import ActionIn


async def begin(act: Act, asked: ListIn) -> tuple[EntitlementList, tuple[Basis, ...]]:
    """A list with nobody on it yet.

    Raises:
        CycleNotFound, CycleNotOpen, YearClosed, RunOver: the year's review is not on.
        NotAKeeper, ListExists: the caller's organisation keeps none, or has one by the document.
    """
    cycle = await cycle_store.get(act.tx, asked.cycle_id)
    policy = act.policies[cycle.policy]
    basis = (policy.articles["epidemic_list"],)
    seat = _require_keeper(act, policy)
    cycles.require_window(cycle, Window.RUN, act.moment)
    row = EntitlementList(
        province=act.province,
        state=ListState.DRAFT,
        published_at=None,
        organisation_id=seat.organisation_id,
        lineage=[node.id for node in seat.lineage],
        version=1,
        **asked.model_dump(),
    )
    second = ListExists(document_number=asked.document_number, field="document_number", basis=basis)
    taken = {"uq_entitlement_list_cycle_id_organisation_id_document_number": second}
    await rows.begin(act, row, seat, basis=basis, taken=taken)
    return row, basis


def _require_keeper(act: Act, policy: NoticePolicy) -> Seat:
    seat = policy.entitlement.keeper.seat(act.actor, Role.REVIEWER)
    if seat is None or seat.lineage[-2].level != policy.entitlement.keeper.level:
        raise NotAKeeper(basis=[policy.articles["epidemic_list"]])
    return seat


async def enter(
    act: Act, accounts: Neighbour, list_id: UUID, asked: EntryIn
) -> tuple[EntitlementEntry, tuple[Basis, ...]]:
    """Put somebody of the prefecture on the list, or take somebody off it.

    Raises:
        ListNotFound, CycleNotOpen, YearClosed, RunOver: no list of the caller's, or the year's review is not on.
        PersonNotOfPrefecture: nobody by that id belongs to the prefecture.
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
        Unavailable: accounts does not answer.
    """
    guide = act.policies.latest.entitlement.guide
    row = await store.seen(act.tx, list_id, act.actor, guide)
    cycle, policy = await _on(act, row)
    person = await facts_of(accounts, asked.person_id, cycle.year)
    row = await store.seen(act.tx, list_id, act.actor, guide, locked=True)
    name = await _name_of(act, row, asked, person, policy)
    is_on = bool(await store.how_many(act.tx, row.id, asked.person_id))
    own = asked.person_id == act.actor.person_id
    facts = facts_of_list(row, listed=is_on, own=own)
    move = decide(LIST_STEPS, facts, asked.action, act.actor, policy.articles, version=asked.version)
    entry = EntitlementEntry(
        province=act.province,
        list_id=row.id,
        person_id=asked.person_id,
        person_name=name,
        action=asked.action,
        reason=asked.reason,
        account_id=act.actor.id,
        actor_name=act.actor.named(move.seat.organisation_id, move.seat.role),
        at=act.moment.instant,
    )
    await rows.add(act.tx, entry)
    event = _event(row, cycle, move, asked)
    await rows.take(act, row, move, event=event, note=f"{name}：{asked.reason}")
    return entry, move.basis


async def _name_of(
    act: Act, row: EntitlementList, asked: EntryIn, person: PersonFacts | None, policy: NoticePolicy
) -> str:
    """Who is put on the list belongs to the prefecture; who is taken off may have left it."""
    if asked.action == ListAction.REMOVE and (known := await store.name_on(act.tx, row.id, asked.person_id)):
        return known
    # The keeper lies right below its prefecture: whatever lies below that is its own to determine.
    if person is None or row.lineage[-2] not in {each.id for each in person.lineage}:
        raise PersonNotOfPrefecture(field="person_id", basis=[policy.articles["epidemic_list"]])
    return person.name


async def publish(act: Act, list_id: UUID, asked: ActionIn) -> tuple[EntitlementList, tuple[Basis, ...]]:
    """Publish a list: from this transaction on, being on it is a fact.

    Raises:
        ListNotFound, CycleNotOpen, YearClosed, RunOver: no list of the caller's, or the year's review is not on.
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    row = await store.seen(act.tx, list_id, act.actor, act.policies.latest.entitlement.guide, locked=True)
    cycle, policy = await _on(act, row)
    facts = facts_of_list(row, people=await store.how_many(act.tx, row.id))
    move = decide(LIST_STEPS, facts, ListAction.PUBLISH, act.actor, policy.articles, version=asked.version)
    event = _event(row, cycle, move)
    await rows.take(act, row, move, event=event, note=asked.note, published_at=act.moment.instant)
    return row, move.basis


async def _on(act: Act, row: EntitlementList) -> tuple[Cycle, NoticePolicy]:
    """The year of a list, whose review is on, and its notice."""
    cycle = await cycle_store.get(act.tx, row.cycle_id)
    cycles.require_window(cycle, Window.RUN, act.moment)
    return cycle, act.policies[cycle.policy]


def _event(
    row: EntitlementList, cycle: Cycle, move: Move, asked: EntryIn | None = None
) -> EntitlementChanged:
    return EntitlementChanged(
        list_id=row.id,
        year=cycle.year,
        organisation_id=row.organisation_id,
        title=row.title,
        document_number=row.document_number,
        action=move.action,
        after=move.after,
        person_id=asked and asked.person_id,
        reason=asked and asked.reason,
    )


def facts_of_list(
    row: EntitlementList, *, people: int = 0, listed: bool = False, own: bool = False
) -> ListFacts:
    """A list as its steps see it."""
    return ListFacts(
        row.id, ListState(row.state), row.version, tuple(row.lineage), people=people, listed=listed, own=own
    )
