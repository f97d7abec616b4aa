"""Putting facts on record, and deciding about them."""

import hashlib
import unicodedata
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import (
    OrganisationKind,
    RecordConfirmed,
    RecordDeclared,
    RecordEnded,
    RecordEvent,
    RecordKind,
    RecordRefused,
    RecordState,
)
from services.accounts.evidence import store as evidence
from services.accounts.installation import Desk
from services.accounts.learning.service import require_passed
from services.accounts.organisation.errors import OrganisationNotFound
from services.accounts.organisation.store import get as organisation
from services.accounts.person.model import Person
from services.accounts.record import store
from services.accounts.record.bodies import Body, VillagePosting
from services.accounts.record.errors import (
    EvidenceSent,
    KindFixed,
    NotSuperseding,
    RecordExists,
    SendingUnitUnknown,
    TooManyRecords,
)
from services.accounts.record.model import Record
from services.accounts.record.rules import Claim, Measure, record_fit, unfit
from services.accounts.record.schemas import ActIn, AgainIn, EvidenceIn, RecordIn
from services.accounts.record.states import RecordAction
from services.accounts.record.steps import STEPS
from services.kit import outbox, transition
from services.kit.auth import Actor, Seat
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import Broken, Move, decide, refuse_broken

DOCUMENT = "person_record.document_number"


async def declare(
    tx: AsyncSession, desk: Desk, actor: Actor, person_id: UUID, asked: RecordIn
) -> tuple[Record, Person, tuple[Basis, ...]]:
    """Put a fact on record for a person: oneself, or someone of the caller's unit.

    Raises:
        PersonNotFound: there is none, or none of the caller's.
        RoleMissing: the caller is neither the person nor the unit's manager or recommender.
        TestNotPassed: no personal data before the person has passed the online test (二（三）).
        RulesBroken: what is told does not hold; the findings name all of it.
        SendingUnitUnknown: a posting's sending unit is none.
        RecordExists, TooManyRecords: the same is told, or as many as there may be.
        NotSuperseding: it cannot be the new version of that record.
    """
    person = await store.lock_person(tx, person_id, seen_by=actor)
    seat = _declaring_seat(actor, person)
    passed = await require_passed(tx, desk, person.id)
    kind, articles = asked.body.kind, desk.policy.articles
    values = {
        **_told(desk, asked.body, asked.evidence),
        "id": new_id(),
        "province": desk.installation.province,
        "person_id": person.id,
        "kind": kind,
        "state": RecordState.DECLARED,
        "supersedes_id": asked.supersedes_id,
        "told_by": actor.id,
    }
    draft = Record(**values, version=1)
    facts = draft.as_facts(person, actor, unfit=_unfit(desk, asked.body, asked.evidence))
    refuse_broken("DECLARE", (record_fit,), facts, articles)
    await _require_sending_unit(tx, desk, asked.body)
    await _require_room(tx, desk, draft, asked.supersedes_id)
    record = await store.add(tx, values)
    basis = (articles[desk.policy.records.kinds[kind].article], *((passed,) if passed else ()))
    await _tell_declared(tx, desk, actor, seat, record, person, basis)
    return record, person, basis


async def declare_again(
    tx: AsyncSession, desk: Desk, actor: Actor, record_id: UUID, asked: AgainIn
) -> tuple[Record, Person, tuple[Basis, ...]]:
    """Mend a refused record and declare it again.

    Raises:
        RecordNotFound: there is none, or none of the caller's.
        TestNotPassed, KindFixed, RecordExists, SendingUnitUnknown, EvidenceSent: it cannot be told so.
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: the step is refused.
    """
    record, person = await store.get(tx, record_id, seen_by=actor)
    if record.kind != asked.body.kind:
        raise KindFixed(field="body.kind")
    broken = _unfit(desk, asked.body, asked.evidence)
    facts = record.as_facts(person, actor, unfit=broken)
    move = decide(
        STEPS, facts, RecordAction.DECLARE_AGAIN, actor, desk.policy.articles, version=asked.version
    )
    await require_passed(tx, desk, person.id)
    await store.lock_person(tx, person.id, seen_by=actor)
    await _require_sending_unit(tx, desk, asked.body)
    told = _told(desk, asked.body, asked.evidence)
    told["evidence"]["sha256"] = _digest_kept(record, asked.evidence)
    await _require_new(tx, desk, record, told["key_digest"])
    anew = {"told_by": actor.id, "reason": None, "decided_at": None}
    await take(tx, desk, actor, record, move, _event(record, person, move, None), told | anew)
    return record, person, move.basis


async def act(
    tx: AsyncSession, desk: Desk, actor: Actor, record_id: UUID, action: RecordAction, asked: ActIn
) -> tuple[Record, Person, tuple[Basis, ...]]:
    """Confirm, refuse, withdraw or revoke a record; a confirmed new version takes the place of the old one.

    Raises:
        RecordNotFound: there is none, or none of the caller's.
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: the step is refused.
    """
    record, person = await store.get(tx, record_id, seen_by=actor)
    unopened = action == RecordAction.CONFIRM and await _is_unopened(tx, record, actor)
    facts = record.as_facts(person, actor, unopened=unopened, reason=asked.note)
    move = decide(STEPS, facts, action, actor, desk.policy.articles, version=asked.version)
    changes: dict[str, Any] = {"decided_at": desk.moment.instant}
    if action in (RecordAction.REFUSE, RecordAction.REVOKE):
        changes["reason"] = asked.note
    if action == RecordAction.CONFIRM and record.supersedes_id is not None:
        await _supersede(tx, desk, actor, record, person)
    event = _event(record, person, move, asked.note)
    await take(tx, desk, actor, record, move, event, changes, note=asked.note)
    if action == RecordAction.WITHDRAW:
        await evidence.let_go(tx, record.id)
    kind = desk.policy.records.kinds[RecordKind(record.kind)]
    return record, person, tuple(dict.fromkeys((*move.basis, desk.policy.articles[kind.article])))


async def _is_unopened(tx: AsyncSession, record: Record, actor: Actor) -> bool:
    file = record.file
    return file is not None and not await evidence.has_opened(tx, file.id, actor.id)


def _digest_kept(record: Record, told: EvidenceIn) -> str | None:
    """The digest of a record that is told again: once a file is there, it is that file's."""
    if record.file is None:
        return told.sha256
    if told.sha256 not in (None, record.digest_told):
        raise EvidenceSent(field="evidence.sha256")
    return record.digest_told


def _declaring_seat(actor: Actor, person: Person) -> Seat | None:
    """The seat in which the caller tells something of a person; None as the person without one."""
    if actor.person_id == person.id:
        return authorization.own_seat(actor, person.id)
    seat = authorization.seat_at(Act.DECLARE_RECORD, actor, person.employer_id, person.department_id)
    if seat is None:
        raise authorization.missing(Act.DECLARE_RECORD)
    return seat


def _unfit(desk: Desk, body: Body, evidence: EvidenceIn) -> tuple[Broken, ...]:
    policy = desk.policy
    measure = Measure(policy.records, policy.regions, policy.articles, desk.moment.today)
    return unfit(Claim(body, evidence.issued_on, evidence.note), measure)


def _told(desk: Desk, body: Body, evidence: EvidenceIn) -> dict[str, Any]:
    """The columns that follow from what is told; a document's number is sealed."""
    sealer, number = desk.installation.sealer, evidence.document_number
    first, last = body.span()
    return {
        "body": body.model_dump(mode="json"),
        "evidence": evidence.model_dump(mode="json", exclude={"document_number"}),
        "document_number_sealed": sealer.seal_text(number, context=DOCUMENT) if number else None,
        "key_digest": digest_of(body),
        "holds_from": first,
        "holds_until": last,
        "sending_unit_id": body.sending_unit_id if isinstance(body, VillagePosting) else None,
    }


def digest_of(body: Body) -> bytes:
    """What two bodies that tell the same have in common, however their text is written."""
    told = body.model_dump(mode="json", include=set(body.natural))
    plain = unicodedata.normalize("NFKC", orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode())
    return hashlib.sha256("".join(plain.casefold().split()).encode()).digest()


async def _require_sending_unit(tx: AsyncSession, desk: Desk, body: Body) -> None:
    if not isinstance(body, VillagePosting):
        return
    kind = desk.policy.records.kinds[RecordKind.VILLAGE_POSTING]
    unknown = SendingUnitUnknown(field="body.sending_unit_id", basis=(desk.policy.articles[kind.article],))
    try:
        unit = await organisation(tx, body.sending_unit_id)
    except OrganisationNotFound:
        raise unknown from None
    if unit.kind == OrganisationKind.INTERNAL_DEPARTMENT:
        raise unknown


async def _require_room(tx: AsyncSession, desk: Desk, draft: Record, supersedes_id: UUID | None) -> None:
    """There is place for the draft, and nothing tells the same; the person is locked."""
    await _require_new(tx, desk, draft, draft.key_digest)
    kind = RecordKind(draft.kind)
    at_most = desk.policy.records.kinds[kind].at_most
    if supersedes_id is not None:
        former = await tx.get(Record, supersedes_id)
        right = former is not None and (former.person_id, former.kind) == (draft.person_id, kind)
        if not right or former is None or former.state != RecordState.CONFIRMED:
            raise NotSuperseding(field="supersedes_id")
        if await store.pending_version(tx, former.id) is not None:
            raise NotSuperseding(field="supersedes_id")
    elif await store.how_many(tx, draft.person_id, kind) >= at_most:
        raise TooManyRecords(kind=kind, kind_zh=kind.zh, at_most=at_most, field="body.kind")


async def _require_new(tx: AsyncSession, desk: Desk, record: Record, digest: bytes) -> None:
    kind = RecordKind(record.kind)
    but = [each for each in (record.id, record.supersedes_id) if each]
    found = await store.same(tx, record.person_id, kind, digest, but=but)
    if found is not None:
        state = RecordState(found.state)
        article = desk.policy.articles[desk.policy.records.kinds[kind].article]
        raise RecordExists(kind_zh=kind.zh, state=state, state_zh=state.zh, field="body", basis=(article,))


async def _supersede(tx: AsyncSession, desk: Desk, actor: Actor, record: Record, person: Person) -> None:
    """The old version gives way to the one that is being confirmed; one revoked meanwhile has done so."""
    former = await tx.get_one(Record, record.supersedes_id)
    if former.state != RecordState.CONFIRMED:
        return
    facts = former.as_facts(person, actor, confirmer_id=record.confirmer_of(person))
    move = decide(STEPS, facts, RecordAction.SUPERSEDE, actor, desk.policy.articles)
    await take(tx, desk, actor, former, move, _event(former, person, move, None), {})


async def take(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    record: Record,
    move: Move,
    event: RecordEvent,
    changes: dict[str, Any],
    *,
    note: str | None = None,
) -> None:
    """Take a decided step of a record, and read it again.

    Raises:
        StaleVersion: somebody was faster.
    """
    table = Record.__table__
    assert isinstance(table, Table)
    await transition.take(
        tx, table, move, actor=actor, moment=desk.moment, event=event, changes=changes, note=note
    )
    await tx.refresh(record)


def about(record: Record, person: Person) -> dict[str, Any]:
    """What every event of a record tells."""
    return {
        "record_id": record.id,
        "person_id": person.id,
        "record_kind": RecordKind(record.kind),
        "confirmer_id": record.confirmer_of(person),
    }


def _event(record: Record, person: Person, move: Move, note: str | None) -> RecordEvent:
    told = about(record, person)
    if move.after == RecordState.CONFIRMED:
        return RecordConfirmed.model_validate(told)
    if move.after == RecordState.DECLARED:
        return RecordDeclared.model_validate(told)
    if move.after in (RecordState.REFUSED, RecordState.REVOKED):
        return RecordRefused.model_validate(told | {"after": move.after, "reason": note})
    return RecordEnded.model_validate(told | {"after": move.after})


async def _tell_declared(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    seat: Seat | None,
    record: Record,
    person: Person,
    basis: tuple[Basis, ...],
) -> None:
    table = Record.__table__
    assert isinstance(table, Table)
    await transition.begin(
        tx,
        table,
        subject_id=record.id,
        state=RecordState.DECLARED,
        actor=actor,
        moment=desk.moment,
        organisation_id=seat.organisation_id if seat else None,
        role=seat.role if seat else authorization.OWN,
        action="DECLARE",
        basis=basis,
    )
    await outbox.publish(tx, RecordDeclared.model_validate(about(record, person)), desk.moment)
