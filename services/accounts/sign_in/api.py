"""Sign-in over HTTP: sessions, first passwords, tokens of services, public keys."""

import base64
import hmac
from typing import Annotated

from fastapi import Depends, Request, Response

from services.accounts.installation import CurrentDesk, CurrentInstallation, Desk
from services.accounts.role import store as roles
from services.accounts.role.errors import AccountNotFound
from services.accounts.sign_in import errors, service
from services.accounts.sign_in.schemas import (
    AccountOut,
    ActivateIn,
    Jwks,
    RefreshIn,
    ServiceTokenOut,
    SessionOut,
    SignInIn,
)
from services.accounts.sign_in.tokens import SERVICE_TOKEN_SECONDS, Bearer, service_id
from services.kit import clock
from services.kit.auth import CurrentActor
from services.kit.db import Database, Tx
from services.kit.http import Decided, decided, refusals, router

sign_in = router(tags=["sign-in"], idempotent=False)
"""A remembered answer would hold tokens, and a remembered key a hash of a password."""
NO_STORE = "no-store"


def database(request: Request) -> Database:
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
    responses=refusals(errors.ActivationRefused, errors.PasswordWeak, errors.TooManyTries),
)
async def activate(body: ActivateIn, db: Apart, desk: DeskApart, tx: Tx) -> Decided[AccountOut]:
    """Set the password of an account with the code its creator was told."""
    account_id = await service.activate(db, desk, body.login, body.code, body.password.get_secret_value())
    return decided(await roles.described(tx, account_id), [desk.policy.articles["identity"]])


@sign_in.post("/v1/sessions", responses=refusals(errors.CredentialsWrong, errors.TooManyTries))
async def start(body: SignInIn, db: Apart, desk: DeskApart, tx: Tx, response: Response) -> SessionOut:
    """Sign in."""
    response.headers["cache-control"] = NO_STORE
    tokens = await service.sign_in(tx, db, desk, body.login, body.password.get_secret_value())
    return SessionOut.model_validate(tokens, from_attributes=True)


@sign_in.post("/v1/sessions/refresh", responses=refusals(errors.RefreshRefused))
async def refresh(body: RefreshIn, db: Apart, desk: DeskApart, response: Response) -> SessionOut:
    """Go on with a session; the refresh token given is good once."""
    response.headers["cache-control"] = NO_STORE
    tokens = await service.refresh(db, desk, body.refresh_token)
    return SessionOut.model_validate(tokens, from_attributes=True)


@sign_in.post("/v1/sessions/sign-out", status_code=204)
async def sign_out(body: RefreshIn, desk: CurrentDesk, tx: Tx) -> None:
    """End a session."""
    await service.sign_out(tx, desk, body.refresh_token)


@sign_in.get("/v1/me", responses=refusals(AccountNotFound))
async def me(actor: CurrentActor, tx: Tx) -> AccountOut:
    """The caller's own account, with the roles held now."""
    return await roles.described(tx, actor.id)


@sign_in.post("/v1/service-tokens", responses=refusals(errors.ServiceUnknown))
async def service_token(request: Request, installation: CurrentInstallation) -> ServiceTokenOut:
    """A token for one of our own services, by its name and secret (HTTP basic)."""
    name, secret = _basic(request.headers.get("authorization", ""))
    known = installation.service_secrets.get(name)
    same = hmac.compare_digest((known or "").encode(), secret.encode())
    if known is None or not same:
        raise errors.ServiceUnknown
    bearer = Bearer(service_id(name), "service", name)
    return ServiceTokenOut(
        access_token=installation.signer.sign(bearer, SERVICE_TOKEN_SECONDS), expires_in=SERVICE_TOKEN_SECONDS
    )


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
