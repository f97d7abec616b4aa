"""The second factor over HTTP: of the caller, and of accounts in a manager's charge."""

from uuid import UUID

from fastapi import Response

from services.accounts.installation import CurrentDesk
from services.accounts.role.errors import AccountNotFound, NotForYourself
from services.accounts.second_factor import service, settings
from services.accounts.second_factor.errors import (
    ChallengeRefused,
    CodeRefused,
    CodeWrong,
    SecondFactorMissing,
    SecondFactorRequired,
)
from services.accounts.second_factor.schemas import CodeIn, EnrolIn, RecoveryCodesOut, SecondFactorOut
from services.accounts.sign_in.api import NO_STORE, Apart, DeskApart
from services.accounts.sign_in.current import CurrentSession
from services.accounts.sign_in.errors import OldPasswordWrong, TooManyTries
from services.accounts.sign_in.origin import CurrentOrigin
from services.accounts.sign_in.schemas import AnswerIn, ChallengeOut
from services.admission.errors import TooBusy
from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.http import OWN, Decided, decided, refusals, router

second_factor = router(prefix="/v1", tags=["second factor"], idempotent=False)
MINE = "/me/second-factor"


@second_factor.get(MINE, openapi_extra=OWN)
async def standing(actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> SecondFactorOut:
    """Whether the caller has a second factor, and needs one."""
    return await settings.standing(tx, desk, actor.id)


@second_factor.post(
    MINE, responses=refusals(OldPasswordWrong, CodeRefused, TooManyTries, TooBusy), openapi_extra=OWN
)
async def begin(
    body: EnrolIn, actor: CurrentActor, db: Apart, desk: DeskApart, origin: CurrentOrigin, response: Response
) -> Decided[ChallengeOut]:
    """Set up a second factor freely, or in place of the present one; `confirm` ends it."""
    response.headers["cache-control"] = NO_STORE
    password = body.password.get_secret_value()
    challenge = await settings.begin(db, desk, actor, password, body.code, origin)
    shown = ChallengeOut.model_validate(challenge, from_attributes=True)
    return decided(shown, [service.basis(desk)])


@second_factor.post(
    f"{MINE}/confirm",
    responses=refusals(ChallengeRefused, CodeWrong, TooManyTries),
    openapi_extra=OWN,
)
async def confirm(
    body: AnswerIn,
    actor: CurrentActor,
    current: CurrentSession,
    db: Apart,
    desk: DeskApart,
    origin: CurrentOrigin,
    response: Response,
) -> Decided[RecoveryCodesOut]:
    """Keep the second factor once its first code is right; the recovery codes are told this once."""
    response.headers["cache-control"] = NO_STORE
    codes = await settings.confirm(db, desk, actor, body.challenge_token, body.code, origin, current)
    return decided(RecoveryCodesOut(recovery_codes=list(codes)), [service.basis(desk)])


@second_factor.post(f"{MINE}/prove", responses=refusals(CodeRefused, TooManyTries), openapi_extra=OWN)
async def prove(
    body: CodeIn,
    actor: CurrentActor,
    current: CurrentSession,
    db: Apart,
    desk: DeskApart,
    origin: CurrentOrigin,
    tx: Tx,
) -> Decided[SecondFactorOut]:
    """Give a code later than at sign-in: the next refresh brings the roles that were withheld."""
    await settings.prove(db, desk, actor, body.code, origin, current)
    return decided(await settings.standing(tx, desk, actor.id), [service.basis(desk)])


@second_factor.post(
    f"{MINE}/recovery-codes", responses=refusals(CodeRefused, TooManyTries), openapi_extra=OWN
)
async def recovery_codes(
    body: CodeIn, actor: CurrentActor, db: Apart, desk: DeskApart, origin: CurrentOrigin, response: Response
) -> Decided[RecoveryCodesOut]:
    """New recovery codes; the old ones are void."""
    response.headers["cache-control"] = NO_STORE
    codes = await settings.renew_recovery_codes(db, desk, actor, body.code, origin)
    return decided(RecoveryCodesOut(recovery_codes=list(codes)), [service.basis(desk)])


@second_factor.post(
    f"{MINE}/remove",
    responses=refusals(SecondFactorRequired, CodeRefused, TooManyTries),
    openapi_extra=OWN,
)
async def remove(
    body: CodeIn, actor: CurrentActor, db: Apart, desk: DeskApart, origin: CurrentOrigin, tx: Tx
) -> Decided[SecondFactorOut]:
    """Go without, where no role held needs it."""
    await settings.give_up(db, desk, actor, body.code, origin)
    return decided(await settings.standing(tx, desk, actor.id), [service.basis(desk)])


@second_factor.post(
    "/accounts/{account_id}/second-factor/reset",
    responses=refusals(AccountNotFound, SecondFactorMissing, NotForYourself),
    openapi_extra=OWN,
)
async def reset(account_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Decided[SecondFactorOut]:
    """Let the owner of an account enrol another device at the next sign-in; every session ends, the owner is told."""
    basis = await settings.reset(tx, desk, actor, account_id)
    return decided(await settings.standing(tx, desk, account_id), [basis])
