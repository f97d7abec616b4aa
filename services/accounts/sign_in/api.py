"""Sign-in over HTTP: sessions, first passwords, tokens of services, public keys."""

import base64
import hmac
from typing import Annotated

from fastapi import Depends, Request, Response

from services.accounts import authorization
from services.accounts.installation import CurrentDesk, CurrentInstallation, Desk
from services.accounts.oauth import elsewhere
from services.accounts.oauth.errors import SignInElsewhere
from services.accounts.role import store as roles
from services.accounts.role.errors import AccountNotFound
from services.accounts.second_factor.errors import ChallengeRefused, CodeWrong, SecondFactorChanged
from services.accounts.sign_in import errors, password, service
from services.accounts.sign_in.origin import CurrentOrigin
from services.accounts.sign_in.schemas import (
    AccountOut,
    ActivateIn,
    AnswerIn,
    ChallengeOut,
    Jwks,
    MeOut,
    PermissionOut,
    RefreshIn,
    ServiceTokenOut,
    SessionOut,
    SignedInOut,
    SignInIn,
)
from services.accounts.sign_in.tokens import Bearer, service_id
from services.admission.errors import TooBusy
from services.kit import clock
from services.kit.auth import CurrentActor
from services.kit.db import Database, Tx
from services.kit.errors import Conflict
from services.kit.http import Decided, decided, refusals, router

sign_in = router(tags=["sign-in"], idempotent=False)
"""A remembered answer would hold tokens, and a remembered key a hash of a password."""
NO_STORE = "no-store"


async def database(request: Request) -> Database:
    """The database itself, for what must outlive a refusal."""
    db: Database = request.app.state.db
    return db


Apart = Annotated[Database, Depends(database)]


async def desk_apart(request: Request, db: Apart, installation: CurrentInstallation) -> Desk:
    """The desk of a request whose own transaction has not begun."""
    async with db.begin() as apart:
        moment = await clock.now(apart, simulated=request.app.state.settings.simulated_clock)
    return Desk(installation, moment)


DeskApart = Annotated[Desk, Depends(desk_apart)]


@sign_in.post(
    "/v1/accounts/activate",
    responses=refusals(
        errors.ActivationRefused,
        errors.PasswordWeak,
        errors.PasswordUsedBefore,
        Conflict,
        errors.TooManyTries,
        TooBusy,
    ),
)
async def activate(
    body: ActivateIn, db: Apart, desk: DeskApart, origin: CurrentOrigin, tx: Tx
) -> Decided[AccountOut]:
    """Set the password of an account with the code its creator was told."""
    chosen = body.password.get_secret_value()
    account_id = await password.activate(db, desk, body.login, body.code, chosen, origin)
    return decided(await roles.described(tx, account_id), [desk.policy.articles["identity"]])


@sign_in.post(
    "/v1/sessions",
    responses=refusals(errors.CredentialsWrong, errors.TooManyTries, TooBusy, SignInElsewhere),
)
async def start(
    body: SignInIn, db: Apart, desk: DeskApart, origin: CurrentOrigin, response: Response
) -> SessionOut | ChallengeOut:
    """Sign in. Where a second factor is asked for, the answer is a challenge: go on with `second-factor`."""
    response.headers["cache-control"] = NO_STORE
    given = body.password.get_secret_value()
    answer = await elsewhere.sign_in(db, desk, body.login, given, origin)
    shape = ChallengeOut if isinstance(answer, service.Challenge) else SessionOut
    return shape.model_validate(answer, from_attributes=True)


@sign_in.post(
    "/v1/sessions/second-factor",
    responses=refusals(ChallengeRefused, CodeWrong, SecondFactorChanged, errors.TooManyTries),
)
async def answer_challenge(
    body: AnswerIn, db: Apart, desk: DeskApart, origin: CurrentOrigin, response: Response
) -> SignedInOut:
    """Answer a challenge; with `ENROL`, the recovery codes come with the session, this once."""
    response.headers["cache-control"] = NO_STORE
    tokens = await service.answer(db, desk, body.challenge_token, body.code, origin)
    return SignedInOut.model_validate(tokens, from_attributes=True)


@sign_in.post("/v1/sessions/refresh", responses=refusals(errors.RefreshRefused))
async def refresh(
    body: RefreshIn, db: Apart, desk: DeskApart, origin: CurrentOrigin, response: Response
) -> SessionOut:
    """Go on with a session; the refresh token given is good once, but for an app that asks twice within seconds."""
    response.headers["cache-control"] = NO_STORE
    tokens = await service.refresh(db, desk, body.refresh_token, origin)
    return SessionOut.model_validate(tokens, from_attributes=True)


@sign_in.post("/v1/sessions/sign-out", status_code=204)
async def sign_out(body: RefreshIn, desk: CurrentDesk, tx: Tx) -> None:
    """End a session."""
    await service.sign_out(tx, desk, body.refresh_token)


@sign_in.get("/v1/me", responses=refusals(AccountNotFound))
async def me(actor: CurrentActor, tx: Tx) -> MeOut:
    """The caller's own account with the roles held now, and what the token at hand allows."""
    account = await roles.described(tx, actor.id)
    allowed = [
        PermissionOut.model_validate(each, from_attributes=True) for each in authorization.permissions(actor)
    ]
    return MeOut(**account.model_dump(), permissions=allowed)


@sign_in.post("/v1/service-tokens", responses=refusals(errors.ServiceUnknown))
async def service_token(request: Request, installation: CurrentInstallation) -> ServiceTokenOut:
    """A token for one of our own services, by its name and secret (HTTP basic)."""
    name, secret = _basic(request.headers.get("authorization", ""))
    known = installation.service_secrets.get(name)
    same = hmac.compare_digest((known or "").encode(), secret.encode())
    if known is None or not same:
        raise errors.ServiceUnknown
    bearer = Bearer(service_id(name), "service", name)
    seconds = installation.service_token_seconds
    return ServiceTokenOut(access_token=installation.signer.sign(bearer, seconds), expires_in=seconds)


@sign_in.get("/.well-known/jwks.json")
async def jwks(installation: CurrentInstallation, response: Response) -> Jwks:
    """The public keys that verify tokens."""
    response.headers["cache-control"] = "public, max-age=60"
    return Jwks.model_validate(installation.signer.jwks())


def _basic(header: str) -> tuple[str, str]:
    """Name and secret of an HTTP basic header; empty ones when it is none."""
    scheme, _, encoded = header.partition(" ")
    try:
        told = base64.b64decode(encoded, validate=True).decode() if scheme.lower() == "basic" else ""
    except ValueError:
        return "", ""
    name, _, secret = told.partition(":")
    return name, secret
