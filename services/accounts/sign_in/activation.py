"""The code with which someone sets the password of a new account: shown once, kept as a keyed digest, expiring."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.installation import Desk
from services.accounts.sign_in.model import Account, Activation
from services.kit.sealing import Sealer

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without characters that are mistaken for others; thirty-two, so that a random byte means each of them as often."""
GROUPS, GROUP = 3, 4


@dataclass(frozen=True, slots=True)
class Code:
    """What its owner is told, once."""

    login: str
    code: str
    expires_at: datetime


async def issue(tx: AsyncSession, desk: Desk, account: Account) -> Code:
    """A new code for an account; an older one is void. Expiry is in real time."""
    code, digest = drawn(desk.installation.sealer, account.id)
    expires_at = func.now() + timedelta(days=desk.policy.sign_in.activation.valid_days)
    values = {"digest": digest, "expires_at": expires_at}
    row = insert(Activation).values(account_id=account.id, **values)
    kept = row.on_conflict_do_update(index_elements=[Activation.account_id], set_=values)
    until = (await tx.execute(kept.returning(Activation.expires_at))).scalar_one()
    return Code(account.login, code, until)


def drawn(sealer: Sealer, account_id: UUID) -> tuple[str, bytes]:
    """A code for an account, and the digest that is kept of it."""
    letters = [ALPHABET[byte % len(ALPHABET)] for byte in secrets.token_bytes(GROUPS * GROUP)]
    code = "-".join("".join(letters[at : at + GROUP]) for at in range(0, len(letters), GROUP))
    return code, _digest(sealer, account_id, code)


async def pending(tx: AsyncSession, account_id: UUID) -> bool:
    """Whether a code of the account's is still good."""
    good = select(Activation.account_id).where(
        Activation.account_id == account_id, Activation.expires_at > func.now()
    )
    return await tx.scalar(good) is not None


async def revoke(tx: AsyncSession, account_id: UUID) -> None:
    """Make a code void that was issued and not used."""
    await tx.execute(delete(Activation).where(Activation.account_id == account_id))


async def is_good(tx: AsyncSession, sealer: Sealer, account_id: UUID, code: str) -> bool:
    """Whether `code` is the account's now; it stays so."""
    return _is_it(sealer, account_id, code, await tx.scalar(_kept(account_id)))


async def redeem(tx: AsyncSession, sealer: Sealer, account_id: UUID, code: str) -> bool:
    """Use up the account's code if `code` is it."""
    if not _is_it(sealer, account_id, code, await tx.scalar(_kept(account_id).with_for_update())):
        return False
    await tx.execute(delete(Activation).where(Activation.account_id == account_id))
    return True


def _kept(account_id: UUID) -> Select[bytes]:
    return select(Activation.digest).where(
        Activation.account_id == account_id, Activation.expires_at > func.now()
    )


def _is_it(sealer: Sealer, account_id: UUID, code: str, kept: bytes | None) -> bool:
    return kept is not None and hmac.compare_digest(kept, _digest(sealer, account_id, code))


def _digest(sealer: Sealer, account_id: UUID, code: str) -> bytes:
    plain = "".join(c for c in code.upper() if c in ALPHABET)
    return sealer.index(plain, context=f"activation/{account_id}")
