"""Signing in and staying signed in.

A try is counted, and a stolen token's session ended, in a transaction of its own: the refusal that follows must not undo
it. The request's own transaction begins after that, so that no connection is held while a password is hashed, and none
while another is waited for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.installation import Desk
from services.accounts.role import store as roles
from services.accounts.sign_in import activation, store, tries
from services.accounts.sign_in.errors import (
    ActivationRefused,
    CredentialsWrong,
    PasswordWeak,
    RefreshRefused,
)
from services.accounts.sign_in.model import Account
from services.accounts.sign_in.passwords import weaknesses
from services.accounts.sign_in.schemas import AccountOut
from services.accounts.sign_in.tokens import Bearer
from services.kit import audit
from services.kit.auth import Actor, Seat
from services.kit.db import Database
from services.kit.errors import Basis, Finding

PASSWORD, CODE = "password", "code"
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a session gives."""

    access_token: str
    refresh_token: str
    expires_in: int
    account: AccountOut


async def sign_in(tx: AsyncSession, db: Database, desk: Desk, login: str, password: str) -> Tokens:
    """Start a session.

    Raises:
        TooManyTries: the tries at this name are used up.
        CredentialsWrong: unknown name, no password set yet, or wrong password: one answer, in one time.
    """
    digest = await _count(db, desk, login, PASSWORD)
    async with db.begin() as look:
        account = await store.account_by_login(look, login)
    if not await desk.installation.passwords.verify(password, account.password_hash if account else None):
        async with db.begin() as apart:
            await _audit_refused(apart, desk, account, digest, "session.REFUSED")
        raise CredentialsWrong(basis=(_basis(desk),))
    assert account is not None
    await tries.forget(tx, digest)
    await _audit(tx, desk, account.id, account.name, "session.START")
    refresh_token = await store.start_session(tx, account.id, desk.policy.sign_in.session)
    return await _tokens(tx, desk, account.id, refresh_token)


async def refresh(db: Database, desk: Desk, token: str) -> Tokens:
    """Go on with a session: a new access token with the roles held now, a new refresh token for the old.

    Raises:
        RefreshRefused: the token is not good; if it was used before, the whole session ends.
    """
    async with db.begin() as apart:
        spent = await store.spend(apart, token)
        if spent is not None:
            rule = desk.policy.sign_in.session
            return await _tokens(
                apart, desk, spent.account_id, await store.add_refresh_token(apart, spent.session_id, rule)
            )
        if (owner := await store.end_reused(apart, token)) is not None:
            await _audit(apart, desk, owner, "-", "session.REUSE")
    raise RefreshRefused(basis=(_basis(desk),))


async def sign_out(tx: AsyncSession, desk: Desk, token: str) -> None:
    """End a session; an unknown token ends none and is not told apart."""
    owner = await store.end_by_token(tx, token)
    if owner is not None:
        await _audit(tx, desk, owner, "-", "session.END")


async def activate(db: Database, desk: Desk, login: str, code: str, password: str) -> UUID:
    """Set an account's password with its code; sessions of an older password end.

    Raises:
        PasswordWeak: the password does not obey the rule; says every way in which.
        TooManyTries: the tries at this name are used up.
        ActivationRefused: unknown name, wrong, used or expired code: one answer.
    """
    _refuse_weak(desk, password, login)
    digest = await _count(db, desk, login, CODE)
    password_hash = await desk.installation.passwords.hash(password)
    async with db.begin() as apart:
        account = await store.account_by_login(apart, login)
        if account is not None and await activation.redeem(apart, desk.installation.sealer, account.id, code):
            await store.set_password(apart, account.id, password_hash)
            await tries.forget(apart, digest)
            await _audit(apart, desk, account.id, account.name, "account.SET_PASSWORD")
            return account.id
        await _audit_refused(apart, desk, account, digest, "account.REFUSED_CODE")
    raise ActivationRefused(field="code", basis=(_basis(desk),))


async def _count(db: Database, desk: Desk, login: str, what: str) -> bytes:
    digest = desk.installation.sealer.index(login.strip().lower(), context=f"tries/{what}")
    async with db.begin() as apart:
        await tries.count(apart, digest, desk.policy.sign_in.lockout, _basis(desk))
    return digest


async def _tokens(tx: AsyncSession, desk: Desk, account_id: UUID, refresh_token: str) -> Tokens:
    account = await roles.described(tx, account_id)
    seats: Sequence[Seat] = await roles.seats_of(tx, account_id)
    bearer = Bearer(account.id, "person", account.name, account.person_id, seats)
    seconds = desk.policy.sign_in.access_token_minutes * SECONDS
    return Tokens(desk.installation.signer.sign(bearer, seconds), refresh_token, seconds, account)


def _refuse_weak(desk: Desk, password: str, login: str) -> None:
    found = weaknesses(password, login.strip(), desk.policy.sign_in.password)
    if found:
        basis = (_basis(desk),)
        raise PasswordWeak(
            field="password",
            basis=basis,
            findings=[Finding("PASSWORD_WEAK", zh, en, "password", basis) for zh, en in found],
            reasons_zh="；".join(zh for zh, _ in found),
            reasons_en=" ".join(en for _, en in found),
        )


def _basis(desk: Desk) -> Basis:
    return desk.policy.articles[desk.policy.sign_in.article]


async def _audit(tx: AsyncSession, desk: Desk, account_id: UUID, name: str, action: str) -> None:
    actor = Actor(account_id, "person", name)
    subject = f"account/{account_id}"
    await audit.record(
        tx, actor=actor, action=action, subject=subject, moment=desk.moment, basis=(_basis(desk),)
    )


async def _audit_refused(
    tx: AsyncSession, desk: Desk, account: Account | None, digest: bytes, action: str
) -> None:
    """A try that failed; at a name that is nobody's, the name's digest stands for it."""
    actor = Actor(account.id, "person", account.name) if account else None
    subject = f"account/{account.id}" if account else f"login/{digest.hex()}"
    await audit.record(
        tx, actor=actor, action=action, subject=subject, moment=desk.moment, basis=(_basis(desk),)
    )
