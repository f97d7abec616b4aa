"""Sessions that go on, and what is swept when it is over."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.oauth.model import BrowserSession, Code
from services.accounts.second_factor.model import Challenge
from services.accounts.session.model import SignIn
from services.accounts.sign_in.model import CountedTry, RefreshToken, Session, UsualPlace
from services.accounts.sign_in.store import void_codes
from services.kit.ids import first_id_of

SWEPT_AT_ONCE = 1000
REMEMBERED = timedelta(days=1)
"""How long a code is known after its minute: one that comes again was stolen."""
BARE = {"synchronize_session": False}


async def live(tx: AsyncSession, account_id: UUID) -> list[Session]:
    """The sessions of an account that go on, newest first: with a refresh token, or a browser's cookie, still good."""
    good = select(RefreshToken.digest).where(
        RefreshToken.session_id == Session.id,
        RefreshToken.used_at.is_(None),
        RefreshToken.expires_at > func.now(),
    )
    browser = select(BrowserSession.digest).where(
        BrowserSession.session_id == Session.id, BrowserSession.expires_at > func.now()
    )
    query = select(Session).where(
        Session.account_id == account_id,
        Session.ended_at.is_(None),
        Session.longest_until > func.now(),
        or_(good.exists(), browser.exists()),
    )
    return list(await tx.scalars(query.order_by(Session.id.desc())))


async def end(tx: AsyncSession, account_id: UUID, *narrowed: Any, by: str) -> int:
    """End an account's sessions, all or those `narrowed` down to, and what might still begin one; how many went on."""
    await void_codes(tx, Code.account_id == account_id)
    ended = update(Session).where(Session.account_id == account_id, Session.ended_at.is_(None), *narrowed)
    ended = ended.values(ended_at=func.now(), ended_by=by).execution_options(**BARE)
    return len((await tx.scalars(ended.returning(Session.id))).all())


async def sweep(tx: AsyncSession, keep_days: int) -> int:
    """Remove up to a thousand of each kind of row that is over for long enough; how many. Replicas do not wait for each other."""
    long_ago = func.now() - timedelta(days=keep_days)
    over = or_(Session.ended_at < long_ago, Session.longest_until < long_ago)
    sessions = (await tx.scalars(_some(select(Session.id).where(over)))).all()
    for held in (RefreshToken.session_id, BrowserSession.session_id, Code.session_id):
        await tx.execute(delete(held.class_).where(held.in_(sessions)))
    await tx.execute(delete(Session).where(Session.id.in_(sessions)))
    oldest: datetime = (await tx.execute(select(long_ago))).scalar_one()
    swept = len(sessions)
    for key, old in (
        (SignIn.id, SignIn.id < first_id_of(oldest)),
        (Challenge.digest, Challenge.expires_at < func.now()),
        (Code.digest, Code.expires_at < func.now() - REMEMBERED),
        (BrowserSession.digest, BrowserSession.expires_at < func.now()),
        (CountedTry.digest, CountedTry.until < func.now()),
        (UsualPlace.digest, UsualPlace.until < func.now()),
    ):
        some = (await tx.scalars(_some(select(key).where(old)))).all()
        await tx.execute(delete(key.class_).where(key.in_(some)))
        swept += len(some)
    return swept


def _some(which: Any) -> Any:
    return which.limit(SWEPT_AT_ONCE).with_for_update(skip_locked=True)
