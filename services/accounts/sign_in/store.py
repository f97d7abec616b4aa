"""Accounts and sessions in the database. Everything here expires in real time, by the database's clock."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.accounts.oauth.model import Code
from services.accounts.second_factor.model import Challenge
from services.accounts.sign_in.errors import LoginTaken
from services.accounts.sign_in.model import Account, FormerPassword, RefreshToken, Session
from services.accounts.sign_in.origin import Origin
from services.accounts.sign_in.policy import SessionRule
from services.kit.ids import new_id

TOKEN_BYTES = 32
NEXT = aliased(RefreshToken)
"""What a token was exchanged for."""
BARE: dict[str, Any] = {"synchronize_session": False}
"""Nothing read in the same transaction needs to follow these updates."""


@dataclass(frozen=True, slots=True)
class Spent:
    """A refresh token that was just used up, whose session it belongs to, and how that was signed in."""

    session_id: UUID
    account_id: UUID
    how: str


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


async def set_password(
    tx: AsyncSession, account_id: UUID, password_hash: str, *, former: int = 0, but: UUID | None = None
) -> int:
    """Keep a new password's hash among the last `former`, and end every session of the old one `but` this; how many.

    Challenges and codes that the old one opened are void.
    """
    values = {"password_hash": password_hash, "password_set_at": func.now(), "version": Account.version + 1}
    await tx.execute(
        update(Account).where(Account.id == account_id).values(**values).execution_options(**BARE)
    )
    await tx.execute(
        insert(FormerPassword).values(id=new_id(), account_id=account_id, password_hash=password_hash)
    )
    kept = select(FormerPassword.id).where(FormerPassword.account_id == account_id)
    oldest = kept.order_by(FormerPassword.id.desc()).offset(former)
    await tx.execute(delete(FormerPassword).where(FormerPassword.id.in_(oldest)))
    await tx.execute(delete(Challenge).where(Challenge.account_id == account_id))
    await void_codes(tx, Code.account_id == account_id)
    others = [Session.id != but] if but else []
    ended = update(Session).where(Session.account_id == account_id, Session.ended_at.is_(None), *others)
    ended = ended.values(ended_at=func.now(), ended_by="PASSWORD_SET").execution_options(**BARE)
    return len((await tx.scalars(ended.returning(Session.id))).all())


async def void_codes(tx: AsyncSession, *which: ColumnElement[bool]) -> None:
    """Make authorization codes void that nobody has exchanged; before sessions end, so that none begins after."""
    await tx.execute(delete(Code).where(Code.used_at.is_(None), *which))


async def holds_password(tx: AsyncSession, account: Account) -> bool:
    """Whether an account's password is still the one that was read; it stays so until the transaction ends."""
    same = select(Account.id).where(Account.id == account.id, Account.password_hash == account.password_hash)
    return await tx.scalar(same.with_for_update(read=True)) is not None


async def lock(tx: AsyncSession, account_id: UUID) -> None:
    """Keep an account from others until the transaction ends."""
    await tx.execute(select(Account.id).where(Account.id == account_id).with_for_update())


async def former_passwords(tx: AsyncSession, account_id: UUID) -> list[str]:
    """The hashes of the passwords that may not be taken again."""
    kept = select(FormerPassword.password_hash).where(FormerPassword.account_id == account_id)
    return list(await tx.scalars(kept))


async def start_session(
    tx: AsyncSession, account_id: UUID, rule: SessionRule, *, how: str, origin: Origin
) -> UUID:
    """A new session, remembering how and from where it was begun; its tokens are added after."""
    session_id = new_id()
    longest = func.now() + timedelta(days=rule.longest_days)
    told = {"how": how, "device": origin.device, "address": origin.masked}
    await tx.execute(
        insert(Session).values(id=session_id, account_id=account_id, longest_until=longest, **told)
    )
    return session_id


async def add_refresh_token(
    tx: AsyncSession, session_id: UUID, rule: SessionRule, token: str | None = None
) -> str:
    """A further refresh token of a session: `token`, or a new one."""
    token = token or secrets.token_urlsafe(TOKEN_BYTES)
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
            Session.client_id.is_(None),  # a client's token would lose its scope here
        )
        .values(used_at=func.now())
        .returning(Session.id, Session.account_id, Session.how)
        .execution_options(**BARE)
    )
    row = (await tx.execute(spent)).first()
    if row is None:
        return None
    used = update(Session).where(Session.id == row.id).values(last_used_at=func.now())
    await tx.execute(used.execution_options(**BARE))
    return Spent(*row)


async def spent_just_now(tx: AsyncSession, token: str, successor: str, rule: SessionRule) -> Spent | None:
    """A token that was used within the grace, if its successor is still unused: two refreshed at once, and both go on."""
    recent = (
        select(Session.id, Session.account_id, Session.how)
        .join(RefreshToken, RefreshToken.session_id == Session.id)
        .join(NEXT, NEXT.session_id == Session.id)
        .where(
            RefreshToken.digest == digest(token),
            RefreshToken.used_at > func.now() - timedelta(seconds=rule.grace_seconds),
            NEXT.digest == digest(successor),
            NEXT.used_at.is_(None),
            Session.ended_at.is_(None),
            Session.client_id.is_(None),
        )
    )
    row = (await tx.execute(recent)).first()
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


async def raise_session(tx: AsyncSession, session_id: UUID, account_id: UUID, how: str) -> None:
    """Remember that a session's owner gave a second factor meanwhile."""
    mine = update(Session).where(Session.id == session_id, Session.account_id == account_id)
    await tx.execute(mine.values(how=how).execution_options(**BARE))
