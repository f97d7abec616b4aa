"""People over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import CheckedPerson, DocumentKind, PersonKind, PersonState
from services.accounts.installation import CurrentDesk, CurrentInstallation
from services.accounts.learning.errors import TestNotPassed
from services.accounts.person import (
    checking,
    document,
    errors,
    identity,
    mending,
    numbers,
    projection,
    resident_id,
    service,
    store,
)
from services.accounts.person.schemas import (
    AdviceOut,
    ContactIn,
    CreditCheckIn,
    DocumentAddedIn,
    DocumentIn,
    DocumentMendedIn,
    DocumentRemovedIn,
    FactsIn,
    FactsOut,
    LookupIn,
    NumbersIn,
    NumbersOut,
    People,
    PersonCreatedOut,
    PersonIn,
    PersonOut,
    UnmaskedOut,
    UnmaskIn,
)
from services.accounts.sign_in.errors import LoginTaken
from services.accounts.sign_in.schemas import ActivationOut, Name
from services.kit.auth import CurrentActor, CurrentService, RoleMissing, ServiceOnly
from services.kit.db import Tx
from services.kit.errors import Language
from services.kit.http import LAGS, OWN, READS, TELLS, Decided, Page, decided, language_of, refusals, router
from services.kit.paging import After, First

people = router(prefix="/v1/people", tags=["people"])
unremembered = router(prefix="/v1/people", tags=["people"], idempotent=False)
DOCUMENT_REFUSALS = (errors.DocumentWrong, errors.NationalityMissing, errors.NationalityNeedless)
MENDING = (errors.PersonNotFound, RoleMissing, errors.DocumentNotFound, errors.LastDocument)

REGION_ADVICE = {
    Language.ZH: "身份号码前六位不在行政区划代码表中，请再次核对",
    Language.EN: "The first six digits are no known region. Look again.",
}


@people.post(
    "",
    status_code=201,
    responses=refusals(
        errors.CountyOnly,
        errors.NotAtThisUnit,
        errors.RestsOnMissing,
        errors.RestsOnNeedless,
        errors.ContractMissing,
        errors.AidMissing,
        errors.AidNeedless,
        errors.PeriodWrong,
        *DOCUMENT_REFUSALS,
        errors.PersonExists,
        LoginTaken,
    ),
)
async def create(
    body: PersonIn, request: Request, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[PersonCreatedOut]:
    """Give a person an account at a unit or internal department that the caller manages."""
    person, code, basis = await service.create(tx, desk, actor, body)
    created = PersonCreatedOut(
        person=identity.shown(desk.installation.sealer, person),
        activation=ActivationOut.told(code, actor),
        advice=_advice(body.document, language_of(request)),
    )
    return decided(created, basis)


@people.post(
    "/{person_id}/documents",
    status_code=201,
    responses=refusals(
        errors.PersonNotFound,
        TestNotPassed,
        *DOCUMENT_REFUSALS,
        errors.DocumentElsewhere,
        errors.DocumentsTooMany,
    ),
)
async def add_document(
    person_id: UUID, body: DocumentAddedIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[PersonOut]:
    """Add a further document, as the employer's manager or as the person; adding it again changes nothing."""
    person, basis = await identity.add_document(tx, desk, actor, person_id, body.document)
    return decided(identity.shown(desk.installation.sealer, person), basis)


@people.put(
    "/{person_id}/documents/{document_id}",
    responses=refusals(*MENDING, *DOCUMENT_REFUSALS, errors.DocumentElsewhere, errors.DocumentTwice),
)
async def correct_document(
    person_id: UUID,
    document_id: UUID,
    body: DocumentMendedIn,
    actor: CurrentActor,
    desk: CurrentDesk,
    tx: Tx,
) -> Decided[PersonOut]:
    """Put a mistyped document right, as the employer's manager; the person is told, the audit keeps it masked."""
    named = (person_id, document_id)
    person, basis = await mending.correct(tx, desk, actor, named, body.document, body.reason)
    return decided(identity.shown(desk.installation.sealer, person), basis)


@people.delete("/{person_id}/documents/{document_id}", responses=refusals(*MENDING))
async def remove_document(
    person_id: UUID,
    document_id: UUID,
    body: DocumentRemovedIn,
    actor: CurrentActor,
    desk: CurrentDesk,
    tx: Tx,
) -> Decided[PersonOut]:
    """Take away a document that is not the person's; the last one by which he or she is known stays."""
    person, basis = await mending.remove(tx, desk, actor, (person_id, document_id), body.reason)
    return decided(identity.shown(desk.installation.sealer, person), basis)


@people.put("/{person_id}/contact", responses=refusals(errors.PersonNotFound, TestNotPassed))
async def set_contact(
    person_id: UUID, body: ContactIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[PersonOut]:
    """Change one's own telephone or e-mail address, once the online test of the cycle is passed."""
    person, basis = await identity.set_contact(tx, desk, actor, person_id, body)
    return decided(identity.shown(desk.installation.sealer, person), basis)


@unremembered.post("/{person_id}/unmask", responses=refusals(errors.PersonNotFound), openapi_extra=OWN)
async def unmask(
    person_id: UUID, body: UnmaskIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[UnmaskedOut]:
    """Read numbers whole, for a purpose that is kept with the reader's name; no answer of it is kept for a retry."""
    whole, basis = await identity.unmask(tx, desk, actor, person_id, body.purpose)
    return decided(whole, (basis,))


@people.post("/lookup", openapi_extra=READS | TELLS)
async def lookup(body: LookupIn, actor: CurrentActor, installation: CurrentInstallation, tx: Tx) -> People:
    """People by id, those the caller may see."""
    found = await store.looked_up(tx, body.ids, seen_by=actor)
    return People(items=[identity.shown(installation.sealer, each) for each in found])


@people.post("/facts", openapi_extra=READS)
async def facts(body: FactsIn, actor: CurrentActor, tx: Tx) -> FactsOut:
    """What the review of declarations needs to know of people the caller may see."""
    return FactsOut(items=await store.facts(tx, body.person_ids, body.cycle, seen_by=actor))


@unremembered.post("/by-number", responses=refusals(ServiceOnly))
async def by_number(body: NumbersIn, _: CurrentService, desk: CurrentDesk, tx: Tx) -> NumbersOut:
    """Whose resident ids are (services only): a file that was sent names people by them."""
    return NumbersOut(items=await numbers.found(tx, desk, body.numbers))


@unremembered.post("/{person_id}/credit-check", responses=refusals(ServiceOnly, errors.PersonNotFound))
async def checked(
    person_id: UUID, body: CreditCheckIn, asking: CurrentService, desk: CurrentDesk, tx: Tx
) -> CheckedPerson:
    """Name and resident id whole, for one check at a credit platform (the notifications service only); each time is audited."""
    return await checking.checked(tx, desk, asking, person_id, body.check_id)


@people.get("", responses=refusals(), openapi_extra=LAGS)
async def list_people(  # noqa: PLR0913 - what a list is narrowed to, each by its own name
    actor: CurrentActor,
    installation: CurrentInstallation,
    tx: Tx,
    organisation_id: UUID | None = None,
    q: Annotated[Name | None, Query(description="part of the name")] = None,
    kind: PersonKind | None = None,
    state: PersonState | None = None,
    fields: projection.Fields = None,
    first: First = 50,
    after: After = None,
) -> Page[PersonOut]:
    """The people of the caller's subtrees, newest first."""
    parts = projection.asked(fields)
    within, wanted = authorization.scope(Act.READ_PERSON, actor), store.Wanted(q, kind, state, parts)
    items, cursor = await store.page(tx, actor, within, organisation_id, wanted, first=first, after=after)
    return Page(
        items=[identity.shown(installation.sealer, each, parts) for each in items], next_cursor=cursor
    )


@people.get("/{person_id}", responses=refusals(errors.PersonNotFound))
async def read(person_id: UUID, actor: CurrentActor, installation: CurrentInstallation, tx: Tx) -> PersonOut:
    """A person the caller may see."""
    return identity.shown(installation.sealer, await store.get(tx, person_id, seen_by=actor))


def _advice(told: DocumentIn, language: Language) -> list[AdviceOut]:
    number = document.normalised(told.number.get_secret_value())
    if told.kind is not DocumentKind.RESIDENT_ID or resident_id.region_is_known(number):
        return []
    return [AdviceOut(code="REGION_UNKNOWN", message=REGION_ADVICE[language], field="document")]
