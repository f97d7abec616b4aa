"""Setting a password: the first one with a code, a new one by whoever knows the old."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.installation import Desk
from services.accounts.sign_in import activation, store, tries
from services.accounts.sign_in.errors import (
    ActivationRefused,
    OldPasswordWrong,
    PasswordUsedBefore,
    PasswordWeak,
)
from services.accounts.sign_in.model import Account
from services.accounts.sign_in.origin import Origin
from services.accounts.sign_in.passwords import weaknesses
from services.accounts.sign_in.service import audit_own, audit_refused, basis, count
from services.accounts.sign_in.tries import CODE, PASSWORD
from services.kit.db import Database
from services.kit.errors import Conflict, Finding


async def activate(db: Database, desk: Desk, login: str, code: str, password: str, origin: Origin) -> UUID:
    """Set an account's password with its code; sessions of an older password end.

    Raises:
        PasswordWeak: the password does not obey the rule; says every way in which.
        TooManyTries: the wait after the last wrong try is not over.
        ActivationRefused: unknown name, wrong, used or expired code: one answer.
        PasswordUsedBefore: it was one of the last few; told only to who has the code, which stays good.
        Conflict: another password was set meanwhile.
    """
    _refuse_weak(desk, password, login)
    counted = await count(db, desk, login, CODE, origin)
    password_hash = await desk.installation.passwords.hash(password)
    async with db.begin() as look:
        account = await store.account_by_login(look, login)
        known = await _former_of_holder(look, desk, account, code)
    await _refuse_used(desk, password, known)
    async with db.begin() as apart:
        account = await store.account_by_login(apart, login)
        redeemed = account is not None and await activation.redeem(
            apart, desk.installation.sealer, account.id, code
        )
        if account is not None and redeemed:
            await _set(apart, desk, account.id, password_hash, known)
            await tries.was_right(apart, counted, desk.policy.sign_in.lockout)
            await audit_own(apart, desk, account.id, account.name, "account.SET_PASSWORD")
            return account.id
        await audit_refused(apart, desk, account, counted.name, "account.REFUSED_CODE")
    raise ActivationRefused(field="code", basis=(basis(desk),))


async def change(
    db: Database, desk: Desk, account_id: UUID, old: str, new: str, origin: Origin, session_id: UUID | None
) -> int:
    """Set another password by whoever knows the present one; every other session ends, and it says how many.

    Raises:
        PasswordWeak, PasswordUsedBefore: the new one will not do.
        TooManyTries: the wait after the last wrong try is not over.
        OldPasswordWrong: it is not the present one.
        Conflict: another password was set meanwhile.
    """
    async with db.begin() as look:
        account = (await store.accounts_by_id(look, [account_id]))[account_id]
    _refuse_weak(desk, new, account.login)
    counted = await count(db, desk, account.login, PASSWORD, origin)
    if not await desk.installation.passwords.verify(old, account.password_hash):
        async with db.begin() as apart:
            await audit_refused(apart, desk, account, counted.name, "account.REFUSED_PASSWORD")
        raise OldPasswordWrong(field="old_password", basis=(basis(desk),))
    password_hash = await desk.installation.passwords.hash(new)
    async with db.begin() as apart:
        await tries.was_right(apart, counted, desk.policy.sign_in.lockout)
        known = await store.former_passwords(apart, account_id)
    await _refuse_used(desk, new, known)
    async with db.begin() as apart:
        ended = await _set(apart, desk, account_id, password_hash, known, but=session_id)
        await audit_own(apart, desk, account_id, account.name, "account.CHANGE_PASSWORD")
        return ended


async def _former_of_holder(tx: AsyncSession, desk: Desk, account: Account | None, code: str) -> list[str]:
    """Hashes of the former passwords, for who has the code: nobody else learns by the time it takes that there are any."""
    if account is None or not await activation.is_good(tx, desk.installation.sealer, account.id, code):
        return []
    return await store.former_passwords(tx, account.id)


async def _refuse_used(desk: Desk, password: str, known: Sequence[str]) -> None:
    """Five hashes take half a second: outside any transaction, for connections and rows are others' meanwhile."""
    former = desk.policy.sign_in.password.former
    if known and await desk.installation.passwords.is_one_of(password, known[:former]):
        raise PasswordUsedBefore(field="password", former=former, basis=(basis(desk),))


async def _set(
    tx: AsyncSession,
    desk: Desk,
    account_id: UUID,
    password_hash: str,
    known: Sequence[str],
    *,
    but: UUID | None = None,
) -> int:
    """Set it, if the former ones are still those `known`, which it was compared with."""
    await store.lock(tx, account_id)
    if set(await store.former_passwords(tx, account_id)) != set(known):
        raise Conflict(field="password", basis=(basis(desk),))
    former = desk.policy.sign_in.password.former
    return await store.set_password(tx, account_id, password_hash, former=former, but=but)


def _refuse_weak(desk: Desk, password: str, login: str) -> None:
    found = weaknesses(password, login.strip(), desk.policy.sign_in.password)
    if found:
        by = (basis(desk),)
        raise PasswordWeak(
            field="password",
            basis=by,
            findings=[Finding("PASSWORD_WEAK", zh, en, "password", by) for zh, en in found],
            reasons_zh="；".join(zh for zh, _ in found),
            reasons_en=" ".join(en for _, en in found),
        )
