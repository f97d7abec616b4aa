"""The endpoints that clients call: tokens, revocation, introspection, userinfo, and what tells them where all these are."""

import json
from collections.abc import Callable
from typing import Any, cast

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from fastapi import Request, Response

from services.accounts.installation import CurrentInstallation, Desk
from services.accounts.oauth import discovery, issued, limits
from services.accounts.oauth.endpoints import Endpoints, Introspection, Revocation
from services.accounts.oauth.protocol import Answer, Asked, fields_of
from services.accounts.role import store as roles
from services.accounts.role.errors import AccountNotFound
from services.accounts.sign_in.api import DeskApart
from services.accounts.sign_in.errors import TooManyTries
from services.accounts.sign_in.origin import CurrentOrigin, Origin
from services.kit.auth import CurrentActor, TokenInvalid
from services.kit.db import Tx
from services.kit.errors import Language
from services.kit.http import SCOPE, refusals, router

protocol = router(tags=["OAuth 2.1"], idempotent=False)
"""Everything here is by RFC 6749, 7009, 7662, 8414 and OpenID Connect; errors of the token endpoint are theirs too."""

FORM = "application/x-www-form-urlencoded"
FAILURES = frozenset({"invalid_client", "invalid_grant"})
NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}
LONGEST_CALLER = 400
IDENTITY = {SCOPE: "openid"}
Run = Callable[[Endpoints, Asked], Answer]


@protocol.post("/oauth/token")
async def token(request: Request, desk: DeskApart, origin: CurrentOrigin, tx: Tx) -> Response:
    """Tokens for a code, a refresh token, or a client's own credentials."""
    return await _answered(
        request, desk, origin, tx, lambda server, asked: server.create_token_response(asked)
    )


@protocol.post("/oauth/revoke")
async def revoke(request: Request, desk: DeskApart, origin: CurrentOrigin, tx: Tx) -> Response:
    """End what a token belongs to."""
    name = Revocation.ENDPOINT_NAME
    return await _answered(
        request, desk, origin, tx, lambda server, asked: server.create_endpoint_response(name, asked)
    )


@protocol.post("/oauth/introspect")
async def introspect(request: Request, desk: DeskApart, origin: CurrentOrigin, tx: Tx) -> Response:
    """Whether a token stands, and what it says."""
    name = Introspection.ENDPOINT_NAME
    return await _answered(
        request, desk, origin, tx, lambda server, asked: server.create_endpoint_response(name, asked)
    )


@protocol.get("/oauth/userinfo", openapi_extra=IDENTITY, responses=refusals(TokenInvalid))
@protocol.post("/oauth/userinfo", openapi_extra=IDENTITY, responses=refusals(TokenInvalid))
async def userinfo(actor: CurrentActor, tx: Tx, response: Response) -> dict[str, Any]:
    """Who the token's owner is, as far as its scope goes."""
    response.headers.update(NO_STORE)
    try:
        account = await roles.described(tx, actor.id)
    except AccountNotFound as error:
        raise TokenInvalid from error
    scope = "openid profile" if actor.scope is None else " ".join(actor.scope)
    return issued.claims_of(account, scope)


@protocol.get("/.well-known/openid-configuration")
@protocol.get("/.well-known/oauth-authorization-server")
async def configuration(
    installation: CurrentInstallation, desk: DeskApart, response: Response
) -> dict[str, Any]:
    """What there is, and where (OpenID Connect Discovery, RFC 8414)."""
    response.headers["cache-control"] = "public, max-age=300"
    return discovery.document(installation.issuer, list(desk.policy.oauth.scopes))


async def _answered(request: Request, desk: Desk, origin: Origin, tx: Tx, run: Run) -> Response:
    """Run authlib over a form; what fails is counted against the client and its network."""
    try:
        pairs = await _form(request)
    except OAuth2Error as error:
        return _response(Answer(*error()[:2]))
    counted = limits.key(desk, _caller(request, dict(pairs)), origin)
    try:
        await limits.refuse_waiting(tx, desk, counted)
    except TooManyTries as refusal:
        return _wait(refusal)
    server, asked = Endpoints(tx, desk), Asked("POST", pairs, request.headers)
    answer = cast("Answer", await tx.run_sync(lambda _: run(server, asked)))
    if isinstance(answer.body, dict) and answer.body.get("error") in FAILURES:
        await limits.count_failure(tx, desk, counted)
    return _response(answer)


async def _form(request: Request) -> Any:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise InvalidRequestError("The body is not a form.")
    try:
        return fields_of((await request.body()).decode())
    except UnicodeDecodeError as error:
        raise InvalidRequestError("The request cannot be read.") from error


def _caller(request: Request, form: dict[str, str]) -> str:
    """Who a request says it comes from, proven or not."""
    return form.get("client_id") or request.headers.get("authorization", "")[:LONGEST_CALLER]


def _response(answer: Answer) -> Response:
    body = json.dumps(answer.body).encode()
    headers = {name: value for name, value in answer.headers.items() if name.lower() == "www-authenticate"}
    return Response(body, answer.status, headers | NO_STORE, media_type="application/json")


def _wait(refusal: TooManyTries) -> Response:
    seconds = str(refusal.params["seconds"])
    told = {"error": "temporarily_unavailable", "error_description": refusal.message(Language.EN)}
    headers = NO_STORE | {"retry-after": seconds}
    return Response(json.dumps(told).encode(), 429, headers, media_type="application/json")
