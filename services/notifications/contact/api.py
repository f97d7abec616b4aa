"""The caller's own contacts and wishes over HTTP. None is for clients: whoever changes them decides who is told what."""

from uuid import UUID

from fastapi import Request, Response

from services.kit.http import OWN, Decided, decided, language_of, problem, refusals, router
from services.notifications.contact import errors, service, store
from services.notifications.contact.desk import CurrentDesk
from services.notifications.contact.reach import wishes_of
from services.notifications.contact.rules import Wishes
from services.notifications.contact.schemas import (
    CodeIn,
    ContactIn,
    ContactOut,
    Contacts,
    OrderIn,
    PreferencesIn,
    PreferencesOut,
)

contacts = router(prefix="/v1/contacts", tags=["contacts"])
unremembered = router(prefix="/v1/contacts", tags=["contacts"], idempotent=False)
preferences = router(prefix="/v1/contact-preferences", tags=["contacts"])
SENDING = (errors.PeopleOnly, errors.ChannelAbsent, errors.TooManyCodes)


@contacts.get("", responses=refusals(errors.PeopleOnly), openapi_extra=OWN)
async def list_contacts(desk: CurrentDesk) -> Contacts:
    """The caller's contacts in the order in which they are tried; addresses are masked."""
    items = [ContactOut.model_validate(each) for each in await store.every(desk.tx, desk.actor.id)]
    return Contacts(items=items, channels=list(desk.channels))


@unremembered.post(
    "",
    status_code=201,
    responses=refusals(*SENDING, errors.AddressWrong, errors.ContactKnown, errors.TooManyContacts),
    openapi_extra=OWN,
)
async def add(body: ContactIn, request: Request, desk: CurrentDesk) -> Decided[ContactOut]:
    """Add a contact; a code goes there at once."""
    contact = await service.add(desk, body.channel, body.address, language_of(request))
    return decided(ContactOut.model_validate(contact), desk.basis)


@contacts.put("/order", responses=refusals(errors.PeopleOnly, errors.OrderWrong), openapi_extra=OWN)
async def order(body: OrderIn, desk: CurrentDesk) -> Decided[Contacts]:
    """Put the contacts into another order."""
    items = [ContactOut.model_validate(each) for each in await service.order(desk, body.ids)]
    return decided(Contacts(items=items, channels=list(desk.channels)), desk.basis)


@contacts.post(
    "/{contact_id}/code",
    responses=refusals(*SENDING, errors.ContactNotFound, errors.AlreadyVerified),
    openapi_extra=OWN,
)
async def send_code(contact_id: UUID, request: Request, desk: CurrentDesk) -> Decided[ContactOut]:
    """Send another code to a contact; the one before is void."""
    contact = await service.send_code(desk, contact_id, language_of(request))
    return decided(ContactOut.model_validate(contact), desk.basis)


@unremembered.post(
    "/{contact_id}/verify",
    response_model=Decided[ContactOut],
    responses=refusals(errors.PeopleOnly, errors.ContactNotFound, errors.AlreadyVerified, errors.CodeWrong),
    openapi_extra=OWN,
)
async def verify(
    contact_id: UUID, body: CodeIn, request: Request, desk: CurrentDesk
) -> Decided[ContactOut] | Response:
    """Show that a contact is the own one, by the code that went there."""
    contact = await service.verify(desk, contact_id, body.code)
    if contact is None:  # told, not raised: the transaction that counted the try is committed
        return problem(request, errors.CodeWrong(field="code", basis=desk.basis))
    return decided(ContactOut.model_validate(contact), desk.basis)


@contacts.delete(
    "/{contact_id}", responses=refusals(errors.PeopleOnly, errors.ContactNotFound), openapi_extra=OWN
)
async def remove(contact_id: UUID, desk: CurrentDesk) -> Decided[ContactOut]:
    """Forget a contact."""
    contact = await service.remove(desk, contact_id)
    return decided(ContactOut.model_validate(contact), desk.basis)


@preferences.get("", responses=refusals(errors.PeopleOnly), openapi_extra=OWN)
async def read_preferences(desk: CurrentDesk) -> PreferencesOut:
    """How the caller wishes to be reached."""
    row = await store.wishes(desk.tx, desk.actor.id)
    return PreferencesOut.of(wishes_of(row) if row else Wishes())


@preferences.put("", responses=refusals(errors.PeopleOnly, errors.LegalNoticesStay), openapi_extra=OWN)
async def set_preferences(body: PreferencesIn, desk: CurrentDesk) -> Decided[PreferencesOut]:
    """Say how one wishes to be reached, by topic and channel, when, and in which language."""
    await service.wish(desk, body)
    row = await store.wishes(desk.tx, desk.actor.id)
    assert row is not None
    return decided(PreferencesOut.of(wishes_of(row)), desk.basis)
