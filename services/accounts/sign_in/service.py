"""Signing in and staying signed in, step by step: every way in (our own sessions, the OAuth page) takes the same steps.

`check_password`, then `second_factor_needed`; if something is, `challenge` and `check_code`; then `start`, or tokens of
one's own. A try is counted, and a stolen token's session ended, in a transaction of its own: the refusal that follows
must not undo it. The request's own transaction begins after that, so that no connection is held while a password is
hashed, and none while another is waited for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.installation import Desk
from services.accounts.role import seats
from services.accounts.role import store as roles
from services.accounts.second_factor import service as second_factor
from services.accounts.second_factor.states import AMR, How
from services.accounts.session import history
from services.accounts.session.states import Outcome
from services.accounts.sign_in import store, tries
from services.accounts.sign_in.errors import CredentialsWrong, RefreshRefused
from services.accounts.sign_in.model import Account
from services.accounts.sign_in.origin import Origin
from services.accounts.sign_in.schemas import AccountOut
from services.accounts.sign_in.tokens import Bearer
from services.accounts.sign_in.tries import PASSWORD, Counted
from services.kit import audit
from services.kit.auth import Actor
from services.kit.db import Database
from services.kit.errors import Basis

SECONDS = 60
Challenge: TypeAlias = second_factor.Challenge
second_factor_needed = second_factor.needed
challenge = second_factor.challenge
check_code = second_factor.check_code


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a session gives; `withheld` are roles that it carries only once a second factor was given."""

    access_token: str
    refresh_token: str
    expires_in: int
    account: AccountOut
    withheld: Sequence[str] = ()
    recovery_codes: Sequence[str] = ()


async def sign_in(db: Database, desk: Desk, login: str, password: str, origin: Origin) -> Tokens | Challenge:
    """Start a session, or say what is still asked.

    Raises:
        TooManyTries: the wait after the last wrong try is not over.
        TooBusy: too many passwords wait to be checked.
        CredentialsWrong: unknown name, no password set yet, or wrong password: one answer, in one time.
    """
    account = await check_password(db, desk, login, password, origin)
    return await enter(db, desk, account, origin)


async def enter(db: Database, desk: Desk, account: Account, origin: Origin) -> Tokens | Challenge:
    """A session of someone who gave the right password, or what is still asked."""
    async with db.begin() as tx:
        await refuse_changed(tx, desk, account)
        needed = await second_factor_needed(tx, desk, account.id)
        if needed is not None:
            return await challenge(tx, desk, account, needed)
        return await start(tx, desk, account.id, How.PASSWORD, origin)


async def answer(db: Database, desk: Desk, token: str, code: str, origin: Origin) -> Tokens:
    """Start the session that a challenge stood before.

    Raises:
        ChallengeRefused, TooManyTries, CodeWrong, SecondFactorChanged: see `check_code`.
    """
    proven = await check_code(db, desk, token, code, origin)
    async with db.begin() as tx:
        return await start(tx, desk, proven.account_id, proven.how, origin, proven.recovery_codes)


async def check_password(db: Database, desk: Desk, login: str, password: str, origin: Origin) -> Account:
    """Whose name and password these are. It counts the try, and forgets it if it was right.

    Raises:
        TooManyTries: the wait after the last wrong try is not over.
        TooBusy: too many passwords wait to be checked.
        CredentialsWrong: unknown name, no password set yet, or wrong password: one answer, in one time.
    """
    counted = await count(db, desk, login, PASSWORD, origin)
    async with db.begin() as look:
        account = await store.account_by_login(look, login)
    right = await desk.installation.passwords.verify(password, account.password_hash if account else None)
    async with db.begin() as apart:
        if right:
            await tries.was_right(apart, counted, desk.policy.sign_in.lockout)
        else:
            await audit_refused(apart, desk, account, counted.name, "session.REFUSED")
            if account is not None:
                await history.tell(apart, account.id, Outcome.PASSWORD_WRONG, origin)
    if account is None or not right:
        raise CredentialsWrong(basis=(basis(desk),))
    return account


async def refuse_changed(tx: AsyncSession, desk: Desk, account: Account) -> None:
    """Refuse who gave a password that was right then, and was changed since: its sessions have ended already.

    Raises:
        CredentialsWrong: it was.
    """
    if not await store.holds_password(tx, account):
        raise CredentialsWrong(basis=(basis(desk),))


async def start(
    tx: AsyncSession,
    desk: Desk,
    account_id: UUID,
    how: How,
    origin: Origin,
    recovery_codes: Sequence[str] = (),
) -> Tokens:
    """A session of someone who proved to be the account's owner."""
    rule = desk.policy.sign_in.session
    session_id = await store.start_session(tx, account_id, rule, how=how, origin=origin)
    refresh_token = await store.add_refresh_token(tx, session_id, rule)
    tokens = await _tokens(tx, desk, account_id, how, session_id, refresh_token, recovery_codes)
    await history.tell(tx, account_id, Outcome.SIGNED_IN, origin, how)
    await audit_own(tx, desk, account_id, tokens.account.name, "session.START")
    return tokens


async def refresh(db: Database, desk: Desk, token: str, origin: Origin) -> Tokens:
    """Go on with a session: a new access token with the roles held now, a new refresh token for the old.

    The new one follows from the old and a key. So an app that refreshes twice at once gets the same one twice, within
    some seconds and as long as the new one is unused. A thief who is that quick holds what its owner holds too: whoever
    of the two uses it second ends the session, one refresh later than otherwise.

    Raises:
        RefreshRefused: the token is not good; if it was used before, the whole session ends.
    """
    rule = desk.policy.sign_in.session
    successor = desk.installation.sealer.index(token, context="refresh/successor").hex()
    async with db.begin() as apart:
        spent = await store.spend(apart, token)
        if spent is not None:
            await store.add_refresh_token(apart, spent.session_id, rule, successor)
        else:
            spent = await store.spent_just_now(apart, token, successor, rule)
        if spent is not None:
            how = How(spent.how)
            return await _tokens(apart, desk, spent.account_id, how, spent.session_id, successor)
        if (owner := await store.end_reused(apart, token)) is not None:
            await history.tell(apart, owner, Outcome.REUSED, origin)
            await audit_own(apart, desk, owner, "-", "session.REUSE")
    raise RefreshRefused(basis=(basis(desk),))


async def sign_out(tx: AsyncSession, desk: Desk, token: str) -> None:
    """End a session; an unknown token ends none and is not told apart."""
    owner = await store.end_by_token(tx, token)
    if owner is not None:
        await audit_own(tx, desk, owner, "-", "session.END")


async def count(db: Database, desk: Desk, login: str, what: str, origin: Origin) -> Counted:
    """Count a try of the kind `what` at a name, before it is looked at.

    Raises:
        TooManyTries: the wait after the last wrong try is not over.
    """
    counted = tries.keys(desk.installation.sealer, what, login, origin)
    async with db.begin() as apart:
        return await tries.count_all(apart, counted, desk.policy.sign_in.lockout, basis(desk))


def basis(desk: Desk) -> Basis:
    """The article on identities."""
    return desk.policy.articles[desk.policy.sign_in.article]


async def audit_own(tx: AsyncSession, desk: Desk, account_id: UUID, name: str, action: str) -> None:
    """A line in the audit of what an account's owner did with it."""
    actor = Actor(account_id, "person", name)
    subject = f"account/{account_id}"
    await audit.record(
        tx, actor=actor, action=action, subject=subject, moment=desk.moment, basis=(basis(desk),)
    )


async def audit_refused(
    tx: AsyncSession, desk: Desk, account: Account | None, digest: bytes, action: str
) -> None:
    """A try that failed; at a name that is nobody's, the name's digest stands for it."""
    actor = Actor(account.id, "person", account.name) if account else None
    subject = f"account/{account.id}" if account else f"login/{digest.hex()}"
    await audit.record(
        tx, actor=actor, action=action, subject=subject, moment=desk.moment, basis=(basis(desk),)
    )


async def _tokens(
    tx: AsyncSession,
    desk: Desk,
    account_id: UUID,
    how: How,
    session_id: UUID,
    refresh_token: str,
    recovery_codes: Sequence[str] = (),
) -> Tokens:
    account = await roles.described(tx, account_id)
    carried = await seats.carried(tx, desk, account_id, how)
    more = {"sid": str(session_id), "amr": AMR[how]}
    bearer = Bearer(account.id, "person", account.name, account.person_id, carried.seats, more)
    seconds = desk.policy.sign_in.access_token_minutes * SECONDS
    access_token = desk.installation.signer.sign(bearer, seconds)
    withheld = list(dict.fromkeys(seat.role for seat in carried.withheld))
    return Tokens(access_token, refresh_token, seconds, account, withheld, recovery_codes)
