"""Relations go on record, by the expert or by an office, and are lifted by an office."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import exists, or_, select

from services.accounts.contract import Role
from services.kit.auth import Seat
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.outbox import publish
from services.kit.steps import decide
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.avoidance import store
from services.workflow.avoidance.errors import NotInThePool, OneSomebody, SomebodyElse
from services.workflow.avoidance.model import Relation
from services.workflow.avoidance.schemas import FoundRelationIn, RelationIn
from services.workflow.avoidance.states import RelationAction, RelationState, Source
from services.workflow.avoidance.steps import RELATION_STEPS, RelationFacts
from services.workflow.committee import store as committees
from services.workflow.committee.errors import ExpertNotFound
from services.workflow.committee.model import Committee, Expert
from services.workflow.contract import RelationMoved
from services.workflow.declaration.errors import DeclarationNotFound
from services.workflow.declaration.model import Declaration
from services.workflow.meeting import recusal
from services.workflow.meeting import store as meetings
from services.workflow.meeting.model import Member
from services.workflow.meeting.states import Ground

Somebody = Mapping[str, UUID | None]


async def declare(act: Act, body: RelationIn) -> tuple[Relation, Basis]:
    """Put a relation of the caller, an expert of the pool, on record.

    Raises:
        NotInThePool: the caller has no entry.
        DeclarationNotFound: it is on no agenda that the caller, trained and pledged, sits over.
    """
    entries = await committees.entries(act.tx, act.actor.id)
    if not entries:
        raise NotInThePool
    declaration = await _on_own_agenda(act, body.declaration_id) if body.declaration_id else None
    readers = sorted({place for entry in entries for place in entry.lineage})
    seat = act.actor.seat(Role.EXPERT) or Seat(
        role=Role.EXPERT, organisation_id=entries[0].registered_by, lineage=()
    )
    somebody = _somebody(body, declaration, act.actor.id)
    return await _record(act, body, seat, somebody, expert=act.actor.id, readers=readers)


async def note(act: Act, expert_id: UUID, body: FoundRelationIn) -> tuple[Relation, Basis]:
    """Put on record what a committee's office has found of an expert, with where it knows it from.

    Raises:
        RoleMissing: the caller works for no committee's office.
        ExpertNotFound: the office neither keeps the entry nor has a committee of its series.
        DeclarationNotFound: the office does not take that declaration.
    """
    seat = act.actor.require(Role.COMMITTEE_OFFICE)
    expert = await _expert_of_office(act, expert_id)
    declaration = await _taken(act, body.declaration_id) if body.declaration_id else None
    readers = [node.id for node in seat.lineage]
    somebody = _somebody(body, declaration, expert.account_id)
    return await _record(act, body, seat, somebody, expert=expert.account_id, readers=readers)


async def lift(
    act: Act, relation_id: UUID, reason: str | None, version: int | None
) -> tuple[Relation, tuple[Basis, ...]]:
    """Take a relation off the record, with a reason.

    Raises:
        RelationNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    relation = await store.held_relation(act.tx, relation_id, act.actor)
    facts = facts_of(relation, reason)
    articles = act.policies.latest.articles
    step = decide(RELATION_STEPS, facts, RelationAction.LIFT, act.actor, articles, version=version)
    await rows.take(act, relation, step, event=_moved(relation, RelationAction.LIFT, step.after), note=reason)
    return relation, step.basis


def facts_of(relation: Relation, reason: str | None = None) -> RelationFacts:
    """A relation as its step sees it."""
    return RelationFacts(
        relation.id,
        RelationState(relation.state),
        relation.version,
        tuple(relation.lineage),
        relation.expert_account_id,
        reason,
    )


async def _record(
    act: Act,
    body: RelationIn,
    seat: Seat,
    somebody: Somebody,
    *,
    expert: UUID,
    readers: Iterable[UUID],
) -> tuple[Relation, Basis]:
    basis = act.policies.latest.articles["expert_relation"]
    found = isinstance(body, FoundRelationIn)
    relation = Relation(
        id=new_id(),
        province=act.province,
        expert_account_id=expert,
        kind=body.kind,
        source=Source.OFFICE if found else Source.EXPERT,
        note=body.note,
        origin=body.origin if isinstance(body, FoundRelationIn) else None,
        recorded_by=act.actor.id,
        recorded_on=act.moment.today,
        state=RelationState.ON_RECORD,
        lineage=list(readers),
        **somebody,
    )
    await rows.begin(act, relation, seat, basis=[basis])
    offices = await meetings.offices_waiting(act.tx, expert)
    await publish(act.tx, _moved(relation, "RECORD", relation.state, offices), act.moment)
    await recusal.keep_out(act, Member.account_id == expert, Ground.CONFLICT, relation)
    return relation, basis


def _moved(relation: Relation, action: str, after: str, offices: Iterable[UUID] = ()) -> RelationMoved:
    return RelationMoved(relation_id=relation.id, action=action, after=after, office_ids=list(offices))


def _somebody(body: RelationIn, declaration: Declaration | None, expert: UUID) -> Somebody:
    """Whom the relation is to; of a declaration its applicant too.

    Raises:
        OneSomebody: not exactly one is named.
        SomebodyElse: it is the expert.
    """
    named = {name: getattr(body, name) for name in ("account_id", "person_id", "declaration_id")}
    if sum(each is not None for each in named.values()) != 1:
        raise OneSomebody(field="account_id")
    if declaration is not None:
        named |= {"account_id": declaration.account_id, "person_id": declaration.person_id}
    if named["account_id"] == expert:
        raise SomebodyElse(field="account_id")
    return named


async def _on_own_agenda(act: Act, declaration_id: UUID) -> Declaration:
    seat = await store.sitting_over(act.tx, act.actor.id, declaration_id)
    if seat is None:
        raise DeclarationNotFound(field="declaration_id")
    cycle_id, expert_id = seat
    if (await meetings.missing(act.tx, cycle_id, [expert_id]))[expert_id]:
        raise DeclarationNotFound(field="declaration_id")
    return await act.tx.get_one(Declaration, declaration_id)


async def _taken(act: Act, declaration_id: UUID) -> Declaration:
    declaration = await act.tx.get(Declaration, declaration_id)
    offices = act.actor.organisation_ids(Role.COMMITTEE_OFFICE)
    if declaration is None or declaration.office_id not in offices:
        raise DeclarationNotFound(field="declaration_id")
    return declaration


async def _expert_of_office(act: Act, expert_id: UUID) -> Expert:
    offices = act.actor.organisation_ids(Role.COMMITTEE_OFFICE)
    own = exists().where(Committee.series == Expert.series, Committee.office_id.in_(offices))
    wanted = select(Expert).where(Expert.id == expert_id, or_(Expert.lineage.overlap(offices), own))
    found: Expert | None = await act.tx.scalar(wanted)
    if found is None:
        raise ExpertNotFound
    return found
