"""The second factor: asked after the right password, enrolled, replaced, reset.

A wrong code is counted before it is looked at and told in the history, in a transaction of its own: the refusal that
follows must not undo that. A challenge is good for one purpose of one account, once.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.installation import Desk
from services.accounts.role import seats
from services.accounts.second_factor import store, totp
from services.accounts.second_factor.errors import (
    ChallengeRefused,
    CodeWrong,
    SecondFactorChanged,
)
from services.accounts.second_factor.model import Challenge as Row
from services.accounts.second_factor.states import How, Kind
from services.accounts.session import history
from services.accounts.session.states import Outcome
from services.accounts.sign_in import tries
from services.accounts.sign_in.activation import ALPHABET
from services.accounts.sign_in.model import Account
from services.accounts.sign_in.origin import Origin
from services.kit.db import Database
from services.kit.errors import Basis

SECONDS = 60
GROUPS, GROUP = 2, 5


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app is told, once: as text, as a link, as a picture."""

    secret: str
    uri: str
    qr: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is still asked of someone who gave the right password."""

    token: str
    kind: Kind
    expires_in: int
    enrolment: Enrolment | None = None


@dataclass(frozen=True, slots=True)
class Proven:
    """Whose code was right, and what a new second factor brings with it; recovery codes are shown this once."""

    account_id: UUID
    how: How
    recovery_codes: Sequence[str] = ()


async def needed(tx: AsyncSession, desk: Desk, account_id: UUID) -> Kind | None:
    """What is still asked of someone who gave the right password; None: nothing.

    Who has a second factor is asked for it always; who has none enrols one where a role of his or hers needs it.
    """
    if await store.secret_of(tx, account_id) is not None:
        return Kind.CODE
    held = await seats.held(tx, desk, account_id)
    return Kind.ENROL if seats.need_second_factor(desk, [seat.role for seat in held]) else None


async def challenge(tx: AsyncSession, desk: Desk, account: Account, kind: Kind) -> Challenge:
    """Ask for a code; where a second factor is to be enrolled, with a fresh secret."""
    minutes = desk.policy.sign_in.second_factor.challenge_minutes
    if kind is Kind.CODE:
        token = await store.add_challenge(tx, account.id, kind, None, minutes)
        return Challenge(token, kind, minutes * SECONDS)
    secret = totp.new_secret()
    sealed = desk.installation.sealer.seal_text(secret, context=context(account.id))
    token = await store.add_challenge(tx, account.id, kind, sealed, minutes)
    uri = totp.uri(secret, login=account.login, issuer=desk.policy.sign_in.second_factor.issuer)
    return Challenge(token, kind, minutes * SECONDS, Enrolment(secret, uri, totp.qr(uri)))


async def check_code(
    db: Database,
    desk: Desk,
    token: str,
    code: str,
    origin: Origin,
    *,
    purposes: Sequence[Kind] = (Kind.CODE, Kind.ENROL),
    of: UUID | None = None,
) -> Proven:
    """Answer a challenge, as one of its `purposes`, and `of` that account where one is named.

    Raises:
        ChallengeRefused: the challenge is unknown, used, expired, or for something else.
        TooManyTries: the wait after the last wrong code is not over.
        CodeWrong: it is not the present code, or was used before; the challenge stays good.
        SecondFactorChanged: a second factor was enrolled meanwhile by another challenge.
    """
    async with db.begin() as apart:
        asked = await store.challenge(apart, token)
        if asked is None or asked.kind not in purposes or of not in {None, asked.account_id}:
            raise ChallengeRefused(basis=(basis(desk),))
        counted = await _count(apart, desk, asked.account_id)
    async with db.begin() as apart:
        proven = await _proven(apart, desk, asked, _plain(code))
        if proven is not None:
            if not await store.use_challenge(apart, token):
                raise ChallengeRefused(basis=(basis(desk),))
            await tries.forget(apart, [counted])
            return proven
        await history.tell(apart, asked.account_id, Outcome.CODE_WRONG, origin)
    raise CodeWrong(field="code", basis=(basis(desk),))


async def check_own(db: Database, desk: Desk, account_id: UUID, code: str, origin: Origin) -> How | None:
    """Whether a code is the present one of an account's second factor, or an unused recovery code; it is used up.

    Raises:
        TooManyTries: the wait after the last wrong code is not over.
    """
    async with db.begin() as apart:
        counted = await _count(apart, desk, account_id)
    async with db.begin() as apart:
        how = await _right(apart, desk, account_id, _plain(code))
        if how is not None:
            await tries.forget(apart, [counted])
        else:
            await history.tell(apart, account_id, Outcome.CODE_WRONG, origin)
        return how


async def new_recovery_codes(tx: AsyncSession, desk: Desk, account_id: UUID) -> list[str]:
    """Fresh recovery codes; the old ones are void."""
    codes = [
        "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
        for _ in range(desk.policy.sign_in.second_factor.recovery_codes)
    ]
    await store.keep_recovery_codes(
        tx, account_id, [_recovery_digest(desk, account_id, code) for code in codes]
    )
    return codes


def basis(desk: Desk) -> Basis:
    """The article that asks for a second factor."""
    return desk.policy.articles[desk.policy.sign_in.second_factor.article]


async def _proven(tx: AsyncSession, desk: Desk, asked: Row, code: str) -> Proven | None:
    """What a code proves of a challenge's account."""
    if asked.secret_sealed is None:
        how = await _right(tx, desk, asked.account_id, code)
        return Proven(asked.account_id, how) if how is not None else None
    step = _step(desk, asked.account_id, asked.secret_sealed, code, await store.present(tx))
    if step is None:
        return None
    replacing = asked.kind == Kind.CHANGE
    if not await store.keep_secret(tx, asked.account_id, asked.secret_sealed, step, replacing=replacing):
        raise SecondFactorChanged(basis=(basis(desk),))
    await store.void_changes(tx, asked)
    codes = await new_recovery_codes(tx, desk, asked.account_id)
    return Proven(asked.account_id, How.CODE, codes)


async def _right(tx: AsyncSession, desk: Desk, account_id: UUID, code: str) -> How | None:
    """Use up a one-time password or a recovery code of an account; in which way it was right."""
    if not totp.looks_like_one(code):
        digest = _recovery_digest(desk, account_id, code)
        return How.RECOVERY_CODE if await store.use_recovery_code(tx, account_id, digest) else None
    secret = await store.secret_of(tx, account_id)
    if secret is None:
        return None
    step = _step(desk, account_id, secret.sealed, code, secret.now)
    if step is None or not await store.use_step(tx, account_id, step):
        return None
    return How.CODE


def _step(desk: Desk, account_id: UUID, sealed: bytes, code: str, now: float) -> int | None:
    secret = desk.installation.sealer.open_text(sealed, context=context(account_id))
    window = desk.policy.sign_in.second_factor.window_steps
    return totp.matching_step(secret, code, totp.step_of(now), window)


async def _count(tx: AsyncSession, desk: Desk, account_id: UUID) -> bytes:
    """Count a try at an account's codes; only who knows the password comes here, so the wait may be strict."""
    digest = tries.name_key(desk.installation.sealer, tries.SECOND_FACTOR, str(account_id))
    await tries.count(tx, digest, desk.policy.sign_in.second_factor.tries, basis(desk))
    return digest


def _recovery_digest(desk: Desk, account_id: UUID, code: str) -> bytes:
    plain = "".join(c for c in code.upper() if c in ALPHABET)
    return desk.installation.sealer.index(plain, context=f"recovery/{account_id}")


def _plain(code: str) -> str:
    return "".join(code.split())


def context(account_id: UUID) -> str:
    """What a secret is sealed for."""
    return f"second_factor.secret/{account_id}"
