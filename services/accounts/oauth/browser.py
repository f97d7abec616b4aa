"""The browser on the authorization page: who is signed in, and forms that no other site can send.

A cookie names the session; its digest is kept. Another cookie, set with every page, ties a form to the browser that was
shown it. Both carry the `__Host-` prefix wherever the issuer is reached over https.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.oauth import store
from services.accounts.oauth.errors import FormStale
from services.accounts.oauth.model import BrowserSession
from services.accounts.oauth.policy import LivesFor
from services.accounts.second_factor.states import How
from services.accounts.sign_in.model import Account, Session
from services.accounts.sign_in.origin import Origin
from services.accounts.sign_in.store import end_sessions
from services.kit.ids import new_id
from services.kit.sealing import Sealer

SESSION, FORM = "titles-session", "titles-form"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom the browser belongs to now, since when, and how that was proven."""

    session_id: UUID
    account_id: UUID
    login: str
    name: str
    at: datetime
    how: str


class Cookies:
    """The cookies of one issuer: `Secure` but on plain http, which is for one's own machine."""

    def __init__(self, issuer: str) -> None:
        self._secure = issuer.startswith("https://")

    def read(self, request: Request, name: str) -> str:
        """A cookie's value; empty when there is none."""
        return request.cookies.get(self._named(name), "")

    def set(self, response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
        """Give the browser a cookie that no script reads and no other site's request carries."""
        response.set_cookie(
            self._named(name),
            value,
            max_age=seconds,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def drop(self, response: Response, name: str) -> None:
        """Take a cookie back."""
        response.delete_cookie(
            self._named(name), path="/", secure=self._secure, httponly=True, samesite="lax"
        )

    def _named(self, name: str) -> str:
        return f"__Host-{name}" if self._secure else name


async def signed_in(tx: AsyncSession, cookie: str) -> SignedIn | None:
    """Who is signed in by a cookie."""
    if not cookie:
        return None
    live = Session.ended_at.is_(None) & (Session.longest_until > func.now())
    query = (
        select(Session.id, Session.account_id, Account.login, Account.name, Session.started_at, Session.how)
        .join(BrowserSession, BrowserSession.session_id == Session.id)
        .join(Account, Account.id == Session.account_id)
        .where(BrowserSession.digest == store.digest(cookie), BrowserSession.expires_at > func.now(), live)
    )
    row = (await tx.execute(query)).first()
    return SignedIn(*row) if row else None


async def keep(tx: AsyncSession, account_id: UUID, rule: LivesFor, how: How, origin: Origin) -> str:
    """The cookie of a browser that is signed in from now on; always a new one."""
    cookie, session_id = store.new_secret(), new_id()
    longest = func.now() + timedelta(days=rule.longest_days)
    told = {"how": how, "device": origin.device, "address": origin.masked}
    values = {"account_id": account_id, "longest_until": longest, **told}
    await tx.execute(insert(Session).values(id=session_id, **values))
    expires = func.now() + timedelta(hours=rule.idle_hours)
    row = {"digest": store.digest(cookie), "session_id": session_id, "expires_at": expires}
    await tx.execute(insert(BrowserSession).values(**row))
    return cookie


async def touch(tx: AsyncSession, cookie: str, rule: LivesFor) -> None:
    """Count the idle time of a browser anew."""
    used = update(BrowserSession).where(BrowserSession.digest == store.digest(cookie))
    expires = func.now() + timedelta(hours=rule.idle_hours)
    await tx.execute(used.values(expires_at=expires).execution_options(**store.BARE))


async def end(tx: AsyncSession, owner: SignedIn) -> None:
    """Sign a browser out."""
    await end_sessions(tx, Session.id == owner.session_id, by="SIGN_OUT")


def form_token(sealer: Sealer, cookie: str) -> str:
    """What a form carries, so that it is known to have been shown to the browser of `cookie`."""
    return sealer.index(cookie, context="oauth/form").hex()


def refuse_foreign(sealer: Sealer, cookie: str, told: str) -> None:
    """Refuse a form that was not shown to this browser.

    Raises:
        FormStale: the cookie is gone, or the form is another's.
    """
    if not cookie or not hmac.compare_digest(form_token(sealer, cookie).encode(), told.encode()):
        raise FormStale
