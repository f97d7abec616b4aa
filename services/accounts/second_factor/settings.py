"""The second factor of somebody who is signed in: enrolled freely, replaced, proven, given up; or reset by a manager."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import AccountOpened
from services.accounts.installation import Desk
from services.accounts.role import custody, seats
from services.accounts.role.managing import audit_role
from services.accounts.second_factor import service, store
from services.accounts.second_factor.errors import (
    CodeRefused,
    SecondFactorMissing,
    SecondFactorRequired,
)
from services.accounts.second_factor.schemas import SecondFactorOut
from services.accounts.second_factor.states import How, Kind
from services.accounts.session import store as sessions
from services.accounts.sign_in import service as sign_in
from services.accounts.sign_in import store as accounts
from services.accounts.sign_in.errors import CredentialsWrong, OldPasswordWrong
from services.accounts.sign_in.origin import Origin
from services.kit import outbox
from services.kit.auth import Actor
from services.kit.db import Database
from services.kit.errors import Basis


async def standing(tx: AsyncSession, desk: Desk, account_id: UUID) -> SecondFactorOut:
    """How the account stands with its second factor."""
    held = await seats.held(tx, desk, account_id)
    return SecondFactorOut(
        enrolled=await store.secret_of(tx, account_id) is not None,
        required=seats.need_second_factor(desk, [seat.role for seat in held]),
        recovery_codes_left=await store.recovery_codes_left(tx, account_id),
    )


async def begin(
    db: Database, desk: Desk, actor: Actor, password: str, code: str | None, origin: Origin
) -> service.Challenge:
    """A fresh secret for whoever knows the password, and has the present second factor where there is one.

    Raises:
        TooManyTries: the wait after the last wrong password or code is not over.
        OldPasswordWrong: it is not the password.
        CodeRefused: there is a second factor, and the code is not of it.
    """
    async with db.begin() as look:
        account = (await accounts.accounts_by_id(look, [actor.id]))[actor.id]
        enrolled = await store.secret_of(look, actor.id) is not None
    try:
        await sign_in.check_password(db, desk, account.login, password, origin)
    except CredentialsWrong as wrong:
        raise OldPasswordWrong(field="password", basis=wrong.basis) from wrong
    if enrolled and await service.check_own(db, desk, actor.id, code or "-", origin) is None:
        raise CodeRefused(field="code", basis=(service.basis(desk),))
    async with db.begin() as tx:
        return await service.challenge(tx, desk, account, Kind.CHANGE)


async def confirm(
    db: Database, desk: Desk, actor: Actor, token: str, code: str, origin: Origin, session_id: UUID | None
) -> Sequence[str]:
    """Keep the fresh secret once its first code is right; the recovery codes. The session counts as proven.

    Raises:
        ChallengeRefused, TooManyTries, CodeWrong: see `service.check_code`.
    """
    proven = await service.check_code(db, desk, token, code, origin, purposes=(Kind.CHANGE,), of=actor.id)
    async with db.begin() as tx:
        if session_id is not None:
            await accounts.raise_session(tx, session_id, actor.id, proven.how)
        await sign_in.audit_own(tx, desk, actor.id, actor.name, "account.ENROL_SECOND_FACTOR")
    return proven.recovery_codes


async def prove(
    db: Database, desk: Desk, actor: Actor, code: str, origin: Origin, session_id: UUID | None
) -> How:
    """A code of somebody who is signed in; from the next refresh on the session carries the roles withheld.

    Raises:
        TooManyTries: the wait after the last wrong code is not over.
        CodeRefused: it is not the present code, or was used before.
    """
    how = await service.check_own(db, desk, actor.id, code, origin)
    if how is None:
        raise CodeRefused(field="code", basis=(service.basis(desk),))
    if session_id is not None:
        async with db.begin() as tx:
            await accounts.raise_session(tx, session_id, actor.id, how)
    return how


async def renew_recovery_codes(
    db: Database, desk: Desk, actor: Actor, code: str, origin: Origin
) -> Sequence[str]:
    """Fresh recovery codes for whoever has the second factor; the old ones are void.

    Raises:
        TooManyTries, CodeRefused: see `prove`.
    """
    await prove(db, desk, actor, code, origin, None)
    async with db.begin() as tx:
        await sign_in.audit_own(tx, desk, actor.id, actor.name, "account.RENEW_RECOVERY_CODES")
        return await service.new_recovery_codes(tx, desk, actor.id)


async def give_up(db: Database, desk: Desk, actor: Actor, code: str, origin: Origin) -> None:
    """Go without a second factor again, where no role held needs one.

    Raises:
        SecondFactorRequired: a role held needs it.
        TooManyTries, CodeRefused: see `prove`.
    """
    async with db.begin() as tx:
        if (await standing(tx, desk, actor.id)).required:
            raise SecondFactorRequired(basis=(service.basis(desk),))
    await prove(db, desk, actor, code, origin, None)
    async with db.begin() as tx:
        await store.remove(tx, actor.id)
        await sign_in.audit_own(tx, desk, actor.id, actor.name, "account.REMOVE_SECOND_FACTOR")


async def reset(tx: AsyncSession, desk: Desk, actor: Actor, account_id: UUID) -> Basis:
    """Let the owner of an account in the caller's charge, whose device is lost, enrol another; told to the owner.

    Every session of the account ends. Where the account holds roles elsewhere, it takes the manager above all of them.

    Raises:
        AccountNotFound: there is none, or it holds a role outside of what the caller manages.
        NotForYourself: who acts for a manager does not open that manager's account.
        SecondFactorMissing: it has none.
    """
    basis = desk.policy.articles["accounts_below"]
    charge = await custody.in_charge(tx, actor, account_id, basis, whole=True)
    if not await store.remove(tx, account_id):
        raise SecondFactorMissing(basis=(service.basis(desk),))
    await sessions.end(tx, account_id, by="SECOND_FACTOR_RESET")
    await audit_role(tx, desk, actor, charge.seat, "account.RESET_SECOND_FACTOR", account_id, basis)
    event = AccountOpened(
        account_id=account_id,
        organisation_id=charge.seat.organisation_id,
        by=actor.named(charge.seat.organisation_id, charge.seat.role),
        what="SECOND_FACTOR_RESET",
    )
    await outbox.publish(tx, event, desk.moment)
    return basis
