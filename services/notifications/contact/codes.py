"""One-time codes: sent to the address that they prove, kept as keyed digests, counted before they are looked at.

A wrong code is answered, not raised: what was counted must be kept. Codes run by the database's clock. They go out through delivery like any legal notice, to that one
address, by no other way and never into the inbox; until then the words that hold them are sealed.
"""

import hmac
import secrets
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.errors import Language
from services.kit.ids import new_id
from services.kit.sealing import Sealer
from services.notifications.contact import secret
from services.notifications.contact.desk import Desk
from services.notifications.contact.errors import TooManyCodes
from services.notifications.contact.events import ContactCodeSent
from services.notifications.contact.model import Contact, ContactCode
from services.notifications.contact.reach import Reach, Way
from services.notifications.contact.states import ChannelKind
from services.notifications.delivery import copies
from services.notifications.delivery.model import ONE_CONTACT, Dispatch
from services.notifications.delivery.priority import Priority
from services.notifications.template.rendering import render

DIGITS = 6
DAY = timedelta(days=1)
BARE = {"synchronize_session": False}


async def send(desk: Desk, contact: Contact, language: Language) -> None:
    """Send a new code to a contact; an older one is void.

    Raises:
        TooManyCodes: the account or the address had as many as the policy allows, or one a moment ago.
    """
    await _refuse_too_many(desk, contact)
    await forget(desk.tx, contact.id)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    kept = ContactCode(
        id=new_id(),
        account_id=contact.account_id,
        contact_id=contact.id,
        address=contact.digest,
        digest=digest_of(desk.sealer, contact.id, code),
        sent_at=func.clock_timestamp(),
        expires_at=func.clock_timestamp() + timedelta(minutes=desk.policy.code_minutes),
        tries=0,
    )
    desk.tx.add(kept)
    await desk.tx.flush()
    event = ContactCodeSent(
        contact_id=contact.id, account_id=contact.account_id, code=code, minutes=desk.policy.code_minutes
    )
    await _hand_over(desk, contact, event, kept.id, language)


async def redeem(desk: Desk, contact: Contact, code: str) -> bool:
    """Whether it is the contact's newest code, which it uses up: not expired, and not tried too often."""
    digest = await _counted(desk.tx, contact, desk.policy.code_tries)
    if digest is None or not hmac.compare_digest(digest, digest_of(desk.sealer, contact.id, code)):
        return False
    await forget(desk.tx, contact.id)
    return True


async def forget(tx: AsyncSession, contact_id: UUID) -> None:
    """Make the codes of a contact void; that they were sent still counts."""
    void = update(ContactCode).where(ContactCode.contact_id == contact_id).values(expires_at=func.now())
    await tx.execute(void.execution_options(**BARE))


def digest_of(sealer: Sealer, contact_id: UUID, code: str) -> bytes:
    """What is kept of a code."""
    return sealer.index(code.strip(), context=f"contact-code/{contact_id}")


async def _counted(tx: AsyncSession, contact: Contact, most: int) -> bytes | None:
    """Count a try at the contact's newest code; its digest, unless it was tried too often."""
    newest = (
        select(ContactCode.id)
        .where(ContactCode.contact_id == contact.id)
        .order_by(ContactCode.sent_at.desc(), ContactCode.id.desc())
        .limit(1)
    )
    count = update(ContactCode).where(
        ContactCode.id == newest.scalar_subquery(),
        ContactCode.expires_at > func.clock_timestamp(),
        ContactCode.tries < most,
    )
    tried = count.values(tries=ContactCode.tries + 1).returning(ContactCode.digest)
    digest: bytes | None = await tx.scalar(tried.execution_options(**BARE))
    return digest


async def _refuse_too_many(desk: Desk, contact: Contact) -> None:
    """Nobody makes the platform pester an address: neither from one account nor from many."""
    await desk.tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(contact.digest.hex(), 0))))
    recent = ContactCode.sent_at > func.clock_timestamp() - DAY
    old = delete(ContactCode).where(ContactCode.account_id == contact.account_id, ~recent)
    await desk.tx.execute(old.execution_options(**BARE))
    for same in (ContactCode.account_id == contact.account_id, ContactCode.address == contact.digest):
        age = func.extract("epoch", func.clock_timestamp() - func.max(ContactCode.sent_at))
        oldest = func.extract("epoch", func.clock_timestamp() - func.min(ContactCode.sent_at))
        asked = select(func.count(), age, oldest).where(same, recent)
        count, last, first = (await desk.tx.execute(asked)).one()
        if count >= desk.policy.codes_a_day:
            raise _wait(desk, DAY.total_seconds() - float(first))
        if count and last < desk.policy.codes_apart_seconds:
            raise _wait(desk, desk.policy.codes_apart_seconds - float(last))


def _wait(desk: Desk, seconds: float) -> TooManyCodes:
    return TooManyCodes(seconds=max(1, round(seconds)), basis=desk.basis)


async def _hand_over(
    desk: Desk, contact: Contact, event: ContactCodeSent, code_id: UUID, language: Language
) -> None:
    """Give the words to delivery, for this one address."""
    [template] = desk.catalogue.of(event.type, event.model_dump(mode="json"))
    texts = render(template, event.model_dump(mode="json"), desk.catalogue.labels)
    zh, en = texts[Language.ZH], texts[Language.EN]
    words = {"title_zh": zh.title, "title_en": en.title, "body_zh": zh.body, "body_en": en.body}
    now = desk.moment.instant
    dispatch = Dispatch(
        id=new_id(),
        province=desk.province,
        event_id=code_id,
        audience=f"{ONE_CONTACT}{contact.id}",
        roles=None,
        type=event.type,
        template=template.key,
        topic=template.topic,
        subject=event.subject,
        legal=True,
        at=now,
        **{name: secret.sealed(desk.sealer, code_id, each) for name, each in words.items()},
        basis=[asdict(each) for each in desk.basis],
        priority=Priority.LEGAL,
        cursor=None,
        attempts=0,
        due_at=now,
        done_at=now,
    )
    desk.tx.add(dispatch)
    await desk.tx.flush()
    way = Way(ChannelKind(contact.channel), contact.id)
    reach = Reach((way,), language, not_before=None, digest_at=None)
    await copies.keep(desk.tx, [copies.copy_of(dispatch, contact.account_id, reach, [way], now)])
