"""Acts on the caller's own contacts and wishes."""

from collections.abc import Sequence
from uuid import UUID

from services.kit.errors import Language
from services.kit.ids import new_id
from services.notifications.contact import addresses, codes, store
from services.notifications.contact.desk import Desk
from services.notifications.contact.errors import (
    AddressWrong,
    AlreadyVerified,
    ChannelAbsent,
    ContactKnown,
    LegalNoticesStay,
    OrderWrong,
    TooManyContacts,
)
from services.notifications.contact.model import Contact
from services.notifications.contact.reach import context
from services.notifications.contact.schemas import PreferencesIn
from services.notifications.contact.states import ChannelKind, Origin


async def add(desk: Desk, channel: ChannelKind, told: str, language: Language) -> Contact:
    """Keep a further contact of the caller and send the code that proves it.

    Raises:
        ChannelAbsent: nothing goes out by that channel here.
        AddressWrong: it is no address of that channel.
        ContactKnown: the caller has it already.
        TooManyContacts: the caller has as many as the policy allows.
        TooManyCodes: too many codes went out.
    """
    address = _address(desk, channel, told)
    await store.hold(desk.tx, desk.actor.id)
    kept, digest = (
        await store.every(desk.tx, desk.actor.id),
        addresses.digest_of(desk.sealer, channel, address),
    )
    if any(each.channel == channel and each.digest == digest for each in kept):
        raise ContactKnown(field="address", basis=desk.basis)
    if sum(each.origin == Origin.OWNER for each in kept) >= desk.policy.most_contacts:
        raise TooManyContacts(most=desk.policy.most_contacts, basis=desk.basis)
    own_id = new_id()
    contact = Contact(
        id=own_id,
        province=desk.province,
        account_id=desk.actor.id,
        channel=channel,
        origin=Origin.OWNER,
        address_sealed=desk.sealer.seal_text(address, context=context(own_id)),
        digest=digest,
        masked=addresses.masked(channel, address),
        place=max((each.place for each in kept), default=0) + 1,
    )
    desk.tx.add(contact)
    await desk.tx.flush()
    await codes.send(desk, contact, language)
    await desk.record("contact.ADD", f"contact/{own_id}", channel=channel)
    return contact


async def send_code(desk: Desk, contact_id: UUID, language: Language) -> Contact:
    """Send another code to a contact that is not verified, or does not work any more.

    Raises:
        ContactNotFound: the caller has none by that id.
        AlreadyVerified: it works.
        ChannelAbsent: nothing goes out by that channel now.
        TooManyCodes: too many codes went out.
    """
    await store.hold(desk.tx, desk.actor.id)
    contact = await store.one(desk.tx, desk.actor.id, contact_id)
    _refuse_verified(desk, contact)
    channel = ChannelKind(contact.channel)
    if channel not in desk.channels:
        raise ChannelAbsent(channel=channel, channel_zh=channel.zh, basis=desk.basis)
    await codes.send(desk, contact, language)
    return contact


async def verify(desk: Desk, contact_id: UUID, code: str) -> Contact | None:
    """Verify a contact by the code that went there; None: it is not the code, or that one is over, and the try counts.

    Raises:
        ContactNotFound: the caller has none by that id.
        AlreadyVerified: it is.
    """
    contact = await store.one(desk.tx, desk.actor.id, contact_id)
    _refuse_verified(desk, contact)
    if not await codes.redeem(desk, contact, code):
        return None
    contact.verified_at, contact.failing_at = desk.moment.instant, None
    contact.refusals, contact.refused_at = 0, None
    await desk.tx.flush()
    await desk.record("contact.VERIFY", f"contact/{contact.id}", channel=contact.channel)
    return contact


async def order(desk: Desk, ids: Sequence[UUID]) -> Sequence[Contact]:
    """Put the caller's contacts into another order: the first is tried first.

    Raises:
        OrderWrong: not each of them is named once.
    """
    await store.hold(desk.tx, desk.actor.id)
    kept = {each.id: each for each in await store.every(desk.tx, desk.actor.id)}
    if sorted(ids) != sorted(kept):
        raise OrderWrong(field="ids", basis=desk.basis)
    for place, contact_id in enumerate(ids, start=1):
        kept[contact_id].place = place
    await desk.tx.flush()
    await desk.record("contact.ORDER", f"account/{desk.actor.id}")
    return [kept[each] for each in ids]


async def remove(desk: Desk, contact_id: UUID) -> Contact:
    """Forget a contact; what is on its way there goes by the next.

    Raises:
        ContactNotFound: the caller has none by that id.
    """
    contact = await store.one(desk.tx, desk.actor.id, contact_id)
    await codes.forget(desk.tx, contact.id)
    await desk.tx.delete(contact)
    await desk.record("contact.REMOVE", f"contact/{contact.id}", channel=contact.channel)
    return contact


async def wish(desk: Desk, told: PreferencesIn) -> None:
    """Keep how the caller wishes to be reached.

    Raises:
        LegalNoticesStay: legal notices were to be switched off.
    """
    if not told.legal:
        raise LegalNoticesStay(field="legal", basis=[desk.policy.articles["legal_notices"].basis()])
    off = sorted({f"{each.topic}/{each.channel}" for each in told.off})
    values = told.model_dump(exclude={"legal", "off", "time_zone"}) | {"off": off, "zone": told.time_zone}
    kept = {"account_id": desk.actor.id, "province": desk.province}
    await store.keep_wishes(desk.tx, values | kept)
    await desk.record("preference.SET", f"account/{desk.actor.id}")


def _refuse_verified(desk: Desk, contact: Contact) -> None:
    if contact.verified_at is not None and contact.failing_at is None:
        raise AlreadyVerified(basis=desk.basis)


def _address(desk: Desk, channel: ChannelKind, told: str) -> str:
    if channel not in desk.channels:
        raise ChannelAbsent(channel=channel, channel_zh=channel.zh, field="channel", basis=desk.basis)
    address = addresses.normalised(channel, told)
    if address is None:
        raise AddressWrong(channel=channel, channel_zh=channel.zh, field="address", basis=desk.basis)
    return address
