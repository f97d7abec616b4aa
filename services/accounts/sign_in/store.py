"""Accounts and sessions in the database. Everything here expires in real time, by the database's clock."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.sign_in.errors import LoginTaken
from services.accounts.sign_in.model import Account, RefreshToken, Session
from services.accounts.sign_in.policy import SessionRule
from services.kit.ids import new_id

TOKEN_BYTES = 32
BARE: dict[str, Any] = {"synchronize_session": False}
"""Nothing read in the same transaction needs to follow these updates."""


@dataclass(frozen=True, slots=True)
class Spent:
    """A refresh token that was just used up, and whose session it belongs to."""

    session_id: UUID
    account_id: UUID


async def add_account(
    tx: AsyncSession, *, province: str, organisation_id: UUID, login: str, name: str
) -> Account:
    """A new account without password.

    Raises:
        LoginTaken: the sign-in name is in use.
    """
    account_id = new_id()
    values = {"province": province, "organisation_id": organisation_id, "login": login.lower(), "name": name}
    row = insert(Account).values(id=account_id, **values)
    kept = await tx.scalar(row.on_conflict_do_nothing(index_elements=[Account.login]).returning(Account.id))
    if kept is None:
        raise LoginTaken(login=login, field="login")
    return await tx.get_one(Account, account_id)


async def account_by_login(tx: AsyncSession, login: str) -> Account | None:
    """The account of a sign-in name."""
    found: Account | None = await tx.scalar(select(Account).where(Account.login == login.strip().lower()))
    return found


async def accounts_by_id(tx: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, Account]:
    """Accounts by their ids, in one query."""
    return {each.id: each for each in await tx.scalars(select(Account).where(Account.id.in_(ids)))}


async def set_password(tx: AsyncSession, account_id: UUID, password_hash: str) -> None:
    """Keep a new password's hash and end every session that the old one opened."""
    values = {"password_hash": password_hash, "password_set_at": func.now(), "version": Account.version + 1}
    await tx.execute(
        update(Account).where(Account.id == account_id).values(**values).execution_options(**BARE)
    )
    await end_sessions(tx, Session.account_id == account_id, by="PASSWORD_SET")


async def start_session(tx: AsyncSession, account_id: UUID, rule: SessionRule) -> str:
    """A new session's first refresh token."""
    session_id = new_id()
    longest = func.now() + timedelta(days=rule.longest_days)
    await tx.execute(insert(Session).values(id=session_id, account_id=account_id, longest_until=longest))
    return await add_refresh_token(tx, session_id, rule)


async def add_refresh_token(tx: AsyncSession, session_id: UUID, rule: SessionRule) -> str:
    """A further refresh token of a session."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires = func.now() + timedelta(hours=rule.idle_hours)
    await tx.execute(
        insert(RefreshToken).values(digest=digest(token), session_id=session_id, expires_at=expires)
    )
    return token


async def spend(tx: AsyncSession, token: str) -> Spent | None:
    """Use up a refresh token; None unless it was unused, unexpired, and its session goes on. One of two at once wins."""
    spent = (
        update(RefreshToken)
        .where(
            RefreshToken.digest == digest(token),
            RefreshToken.used_at.is_(None),
            RefreshToken.expires_at > func.now(),
            RefreshToken.session_id == Session.id,
            Session.ended_at.is_(None),
            Session.longest_until > func.now(),
        )
        .values(used_at=func.now())
        .returning(Session.id, Session.account_id)
        .execution_options(**BARE)
    )
    row = (await tx.execute(spent)).first()
    return Spent(*row) if row else None


async def end_reused(tx: AsyncSession, token: str) -> UUID | None:
    """End the session of a token that had been used before: two hold it, and one of them stole it. Whose it was."""
    reused = select(RefreshToken.session_id).where(
        RefreshToken.digest == digest(token), RefreshToken.used_at.is_not(None)
    )
    return await end_sessions(tx, Session.id.in_(reused), by="REUSE")


async def end_by_token(tx: AsyncSession, token: str) -> UUID | None:
    """End the session a refresh token belongs to; whose it was."""
    of_token = select(RefreshToken.session_id).where(RefreshToken.digest == digest(token))
    return await end_sessions(tx, Session.id.in_(of_token), by="SIGN_OUT")


async def end_sessions(tx: AsyncSession, which: object, *, by: str) -> UUID | None:
    """End the sessions that `which` selects; the account of one of them."""
    ended = update(Session).where(which, Session.ended_at.is_(None))  # type: ignore[arg-type]
    ended = ended.values(ended_at=func.now(), ended_by=by).execution_options(**BARE)
    account_id: UUID | None = await tx.scalar(ended.returning(Session.account_id))
    return account_id


def digest(token: str) -> bytes:
    """What is kept of a refresh token; it is random enough to need no key."""
    return hashlib.sha256(token.encode()).digest()
