"""Second factors in the database; every check is one statement that only one of many at once passes."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.second_factor.model import Challenge, RecoveryCode, SecondFactor
from services.accounts.second_factor.states import Kind

TOKEN_BYTES = 32
BARE = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Secret:
    """A sealed secret, the newest step taken with it, and the present moment in Unix time."""

    sealed: bytes
    last_step: int
    now: float


async def secret_of(tx: AsyncSession, account_id: UUID) -> Secret | None:
    """The secret of an account, if it has a second factor."""
    now = func.extract("epoch", func.clock_timestamp())
    query = select(SecondFactor.secret_sealed, SecondFactor.last_step, now)
    row = (await tx.execute(query.where(SecondFactor.account_id == account_id))).first()
    return Secret(row[0], row[1], float(row[2])) if row else None


async def present(tx: AsyncSession) -> float:
    """The present moment in Unix time."""
    return float(await tx.scalar(select(func.extract("epoch", func.clock_timestamp()))) or 0)


async def use_step(tx: AsyncSession, account_id: UUID, step: int) -> bool:
    """Take a step; False when it, or a later one, was taken before."""
    newer = update(SecondFactor).where(SecondFactor.account_id == account_id, SecondFactor.last_step < step)
    taken = newer.values(last_step=step).returning(SecondFactor.account_id).execution_options(**BARE)
    return await tx.scalar(taken) is not None


async def keep_secret(
    tx: AsyncSession, account_id: UUID, sealed: bytes, step: int, *, replacing: bool
) -> bool:
    """Keep an enrolled secret; False when there is one that is not to be replaced."""
    values = {"secret_sealed": sealed, "last_step": step, "enrolled_at": func.now()}
    row = insert(SecondFactor).values(account_id=account_id, **values)
    key = [SecondFactor.account_id]
    kept = (
        row.on_conflict_do_update(index_elements=key, set_=values)
        if replacing
        else row.on_conflict_do_nothing(index_elements=key)
    )
    return await tx.scalar(kept.returning(SecondFactor.account_id)) is not None


async def remove(tx: AsyncSession, account_id: UUID) -> bool:
    """Forget the second factor of an account with all that belongs to it; whether there was one."""
    for table in (RecoveryCode, Challenge):
        await tx.execute(delete(table).where(table.account_id == account_id))
    gone = delete(SecondFactor).where(SecondFactor.account_id == account_id)
    return await tx.scalar(gone.returning(SecondFactor.account_id)) is not None


async def keep_recovery_codes(tx: AsyncSession, account_id: UUID, digests: Sequence[bytes]) -> None:
    """Keep new recovery codes in place of the old ones."""
    await tx.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    await tx.execute(insert(RecoveryCode), [{"digest": d, "account_id": account_id} for d in digests])


async def use_recovery_code(tx: AsyncSession, account_id: UUID, digest: bytes) -> bool:
    """Use up a recovery code; of many at once, one."""
    gone = delete(RecoveryCode).where(RecoveryCode.account_id == account_id, RecoveryCode.digest == digest)
    return await tx.scalar(gone.returning(RecoveryCode.digest)) is not None


async def recovery_codes_left(tx: AsyncSession, account_id: UUID) -> int:
    """How many recovery codes are unused."""
    left = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account_id)
    return int(await tx.scalar(left) or 0)


async def add_challenge(
    tx: AsyncSession, account_id: UUID, kind: Kind, sealed: bytes | None, minutes: int
) -> str:
    """A new challenge's token; only its digest is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires = func.now() + timedelta(minutes=minutes)
    values = {"account_id": account_id, "kind": kind, "secret_sealed": sealed, "expires_at": expires}
    await tx.execute(insert(Challenge).values(digest=digest(token), **values))
    return token


async def challenge(tx: AsyncSession, token: str) -> Challenge | None:
    """The challenge of a token, if it is still good."""
    good = select(Challenge).where(Challenge.digest == digest(token), Challenge.expires_at > func.now())
    found: Challenge | None = await tx.scalar(good)
    return found


async def void_changes(tx: AsyncSession, but: Challenge) -> None:
    """Make every other change of an account's device void: one that was begun before would take the new one's place."""
    others = delete(Challenge).where(Challenge.account_id == but.account_id, Challenge.digest != but.digest)
    await tx.execute(others.where(Challenge.kind == Kind.CHANGE))


async def use_challenge(tx: AsyncSession, token: str) -> bool:
    """Use up a challenge; of many at once, one."""
    gone = delete(Challenge).where(Challenge.digest == digest(token))
    return await tx.scalar(gone.returning(Challenge.digest)) is not None


def digest(token: str) -> bytes:
    """What is kept of a challenge's token; it is random enough to need no key."""
    return hashlib.sha256(token.encode()).digest()
