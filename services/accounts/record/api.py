"""People's records over HTTP, and what follows from them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from services.accounts.contract import RecordKind, RecordState
from services.accounts.contract.records import PersonRecord, RecordEvidence
from services.accounts.evidence.schemas import told_of
from services.accounts.installation import CurrentDesk, CurrentInstallation
from services.accounts.learning.errors import TestNotPassed
from services.accounts.person import store as people
from services.accounts.person.errors import PersonNotFound
from services.accounts.person.model import Person
from services.accounts.policy import Policy
from services.accounts.record import errors, service, store
from services.accounts.record.bodies import READ, Day
from services.accounts.record.model import Record
from services.accounts.record.schemas import (
    ActIn,
    AgainIn,
    CodeOut,
    IdsIn,
    KindOut,
    LookupIn,
    RecordIn,
    RecordOut,
    RecordsLookedUp,
    RecordsOut,
    RulesOut,
    StandingIn,
    StandingsOut,
    TakenByCall,
)
from services.accounts.record.standing import standing
from services.accounts.record.states import LIVE, RecordAction
from services.accounts.record.steps import STEPS
from services.accounts.record.store import Narrow
from services.accounts.record.view import Told, View
from services.kit import transition
from services.kit.auth import Actor, CurrentActor, RoleMissing
from services.kit.db import Tx
from services.kit.http import READS, BasisOut, Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.sealing import Sealer
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions

records = router(prefix="/v1", tags=["records"])
KindAsked = Annotated[RecordKind | None, Query(description="of this kind")]
StateAsked = Annotated[RecordState | None, Query(description="in this state")]
OnAsked = Annotated[Day | None, Query(description="holding on this day")]


class RecordHistoryOut(BaseModel):
    """One step a record has taken."""

    action: str
    before: str | None
    after: str
    actor_name: str
    role: str | None
    organisation_id: UUID | None
    at: datetime
    note: str | None
    basis: list[BasisOut]


class RecordHistory(BaseModel):
    """Every step, oldest first."""

    items: list[RecordHistoryOut]


@records.post(
    "/people/{person_id}/records",
    status_code=201,
    responses=refusals(
        PersonNotFound,
        RoleMissing,
        TestNotPassed,
        RulesBroken,
        errors.SendingUnitUnknown,
        errors.RecordExists,
        errors.TooManyRecords,
        errors.NotSuperseding,
    ),
)
async def declare(
    person_id: UUID, body: RecordIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[RecordOut]:
    """Put a fact on record: the person, or the manager or recommender of the person's unit."""
    record, person, basis = await service.declare(tx, desk, actor, person_id, body)
    return decided(_out(desk.installation.sealer, record, person, actor), basis)


@records.get("/people/{person_id}/records", responses=refusals(PersonNotFound))
async def of_person(  # noqa: PLR0913 - the filters of a list, all named
    person_id: UUID,
    actor: CurrentActor,
    installation: CurrentInstallation,
    tx: Tx,
    kind: KindAsked = None,
    state: StateAsked = None,
    on: OnAsked = None,
    first: First = 50,
    after: After = None,
) -> Page[RecordOut]:
    """The records of a person whom the caller may see, newest first."""
    person = await people.get(tx, person_id, seen_by=actor)
    narrow = Narrow([kind] if kind else None, [state] if state else None, on)
    items, cursor = await page(tx, store.of_person(person_id, narrow), Record.id, first, after)
    return Page(items=[_out(installation.sealer, each, person, actor) for each in items], next_cursor=cursor)


@records.post("/people/records/lookup", openapi_extra=READS)
async def lookup(
    body: LookupIn, actor: CurrentActor, installation: CurrentInstallation, tx: Tx
) -> RecordsOut:
    """The live records of several people whom the caller may see, for services and whoever works on cases."""
    narrow = Narrow(body.kinds, body.states if body.states is not None else LIVE, body.on)
    found = await store.of_people(tx, body.person_ids, narrow, seen_by=actor)
    return RecordsOut(items=[_told(installation.sealer, record, person) for record, person in found])


@records.post("/people/standing", openapi_extra=READS)
async def standings(body: StandingIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> StandingsOut:
    """What follows on a day from the records of several people whom the caller may see."""
    policy = desk.installation.policies.on(body.on)
    found = await store.counted(tx, body.person_ids, seen_by=actor)
    employers = {person.employer_id for person, _ in found if person.employer_id}
    where = await store.regions_of(tx, employers)
    items = []
    for person, kept in found:
        code = where.get(person.employer_id) if person.employer_id else None
        view = View(
            [_seen(each) for each in kept],
            body.on,
            policy.records,
            policy.articles,
            policy.placed,
            person.employer_id,
            policy.placed.get(code or ""),
        )
        items.append(standing(person.id, view))
    return StandingsOut(items=items)


@records.get("/records")
async def awaiting(
    actor: CurrentActor,
    installation: CurrentInstallation,
    tx: Tx,
    kind: KindAsked = None,
    first: First = 50,
    after: After = None,
) -> Page[RecordOut]:
    """What waits for the caller to confirm it, newest first."""
    query = store.awaiting(actor, Narrow([kind] if kind else None))
    items, cursor = await page(tx, query, Record.id, first, after)
    whose = {each.id: each for each in await store.people_of(tx, items)}
    told = [_out(installation.sealer, each, whose[each.person_id], actor) for each in items]
    return Page(items=told, next_cursor=cursor)


@records.get("/records/rules")
async def rules(actor: CurrentActor, desk: CurrentDesk) -> RulesOut:
    """The codes that records take, who confirms which kind, and how many there may be."""
    del actor
    return _rules(desk.policy)


@records.post("/records/lookup", openapi_extra=READS)
async def by_id(
    body: IdsIn, actor: CurrentActor, installation: CurrentInstallation, tx: Tx
) -> RecordsLookedUp:
    """Records by id, those the caller may see."""
    found = await store.looked_up(tx, body.ids, seen_by=actor)
    return RecordsLookedUp(items=[_out(installation.sealer, *each, actor) for each in found])


@records.get("/records/{record_id}", responses=refusals(errors.RecordNotFound))
async def read(record_id: UUID, actor: CurrentActor, installation: CurrentInstallation, tx: Tx) -> RecordOut:
    """A record the caller may see."""
    record, person = await store.get(tx, record_id, seen_by=actor)
    return _out(installation.sealer, record, person, actor)


@records.get("/records/{record_id}/history", responses=refusals(errors.RecordNotFound))
async def history(record_id: UUID, actor: CurrentActor, tx: Tx) -> RecordHistory:
    """Every step a record has taken: who, when, why, on which article."""
    record, _ = await store.get(tx, record_id, seen_by=actor)
    steps = await transition.history_of(tx, record.id)
    return RecordHistory(items=[RecordHistoryOut.model_validate(each) for each in steps])


@records.put(
    "/records/{record_id}",
    responses=refusals(
        errors.RecordNotFound,
        ActionNotAvailable,
        NotYourStep,
        RulesBroken,
        StaleVersion,
        TestNotPassed,
        errors.KindFixed,
        errors.RecordExists,
        errors.SendingUnitUnknown,
        errors.EvidenceSent,
    ),
)
async def declare_again(
    record_id: UUID, body: AgainIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[RecordOut]:
    """Mend a refused record and declare it again."""
    record, person, basis = await service.declare_again(tx, desk, actor, record_id, body)
    return decided(_out(desk.installation.sealer, record, person, actor), basis)


@records.post(
    "/records/{record_id}/actions/{action}",
    responses=refusals(errors.RecordNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion),
)
async def act(
    record_id: UUID,
    action: TakenByCall,
    actor: CurrentActor,
    desk: CurrentDesk,
    tx: Tx,
    body: ActIn | None = None,
) -> Decided[RecordOut]:
    """Confirm or refuse it (the unit that answers for it), withdraw it (who told it), revoke a confirmation."""
    record, person, basis = await service.act(
        tx, desk, actor, record_id, RecordAction(action), body or ActIn()
    )
    return decided(_out(desk.installation.sealer, record, person, actor), basis)


def _told(sealer: Sealer, record: Record, person: Person) -> PersonRecord:
    """A record as other services read it."""
    sealed = record.document_number_sealed
    number = sealer.open_text(sealed, context=service.DOCUMENT) if sealed else None
    return PersonRecord.model_validate(
        {
            **{name: getattr(record, name) for name in PersonRecord.model_fields if hasattr(record, name)},
            "evidence": RecordEvidence.model_validate(
                {
                    **record.evidence,
                    "document_number": number,
                    "sha256": record.digest_told,
                    "file": told_of(record.file) if record.file else None,
                }
            ),
            "confirmer_id": record.confirmer_of(person),
        }
    )


def _out(sealer: Sealer, record: Record, person: Person, actor: Actor) -> RecordOut:
    """The same, with what its reader may do; superseding follows from confirming and is no call of its own."""
    actions = available_actions(STEPS, record.as_facts(person, actor), actor)
    told = _told(sealer, record, person).model_dump()
    return RecordOut(**told, available_actions=[each for each in actions if each != RecordAction.SUPERSEDE])


def _seen(record: Record) -> Told:
    """A record as a standing counts it."""
    confirmed = record.state == RecordState.CONFIRMED
    return Told(record.id, READ.validate_python(record.body), confirmed, record.supersedes_id)


def _rules(policy: Policy) -> RulesOut:
    told, articles = policy.records, policy.articles
    return RulesOut(
        year=policy.year,
        earliest=told.earliest,
        kinds=[
            KindOut(
                kind=kind,
                zh=kind.zh,
                confirmed_by=rule.confirmed_by,
                at_most=rule.at_most,
                basis=[articles[rule.article]],
            )
            for kind, rule in told.kinds.items()
        ],
        education_levels=[
            CodeOut(code=each.code, zh=each.zh, en=each.en, basis=[articles[told.education_article]])
            for each in told.education_levels
        ],
        technical_classes=[
            CodeOut(
                code=each.code,
                zh=each.zh,
                en=each.en,
                counts_as=each.counts_as,
                basis=[articles[each.article]],
            )
            for each in told.technical_classes
        ],
        honours=[
            CodeOut(code=each.code, zh=each.zh, en=each.en, level=each.level, basis=[articles[each.article]])
            for each in told.honours
        ],
    )
