"""Where an external issuer sends browsers back to."""

import structlog
from fastapi import Request, Response

from services.accounts.oauth import external, identities, pages
from services.accounts.oauth.authorize import Visit
from services.accounts.oauth.browser import SESSION
from services.accounts.oauth.errors import ExternalRefused
from services.accounts.oauth.page_api import opened
from services.accounts.second_factor.states import How
from services.accounts.sign_in.api import DeskApart
from services.accounts.sign_in.origin import CurrentOrigin
from services.kit.db import Tx
from services.kit.errors import Refusal
from services.kit.http import router, status_of

log = structlog.get_logger(__name__)
callback = router(tags=["OAuth 2.1"], idempotent=False)


@callback.get(external.CALLBACK, include_in_schema=False)
async def come_back(
    request: Request,
    desk: DeskApart,
    origin: CurrentOrigin,
    tx: Tx,
    state: str = "",
    code: str = "",
    iss: str | None = None,
) -> Response:
    """Take the issuer's answer: sign the browser in, and go on with the request it began with."""
    visit, installation = Visit(request, tx, desk), desk.installation
    try:
        issuer = installation.external
        remembered = external.under_way(
            installation.sealer, visit.cookies.read(request, external.UNDER_WAY), state
        )
        if issuer is None or not code or not issuer.names_itself(iss):
            raise ExternalRefused
        subject = await issuer.subject(
            code,
            remembered["nonce"],
            remembered["verifier"],
            f"{installation.issuer}{external.CALLBACK}",
            desk.policy.oauth.external.leeway_seconds,
        )
        account_id = await identities.account_of(tx, desk, subject)
    except Refusal as refusal:
        log.warning("external sign-in refused", code=refusal.code, cause=repr(refusal.__cause__))
        told = {"message": refusal.message(visit.language)}
        response = pages.page("error", visit.language, status_of(refusal), **told)
        visit.cookies.drop(response, external.UNDER_WAY)
        return response
    cookie = await opened(tx, desk, account_id, How.EXTERNAL, origin)
    response = pages.sent_to(f"{installation.issuer}/oauth/authorize?{remembered['query']}", after_form=False)
    visit.cookies.drop(response, external.UNDER_WAY)
    visit.cookies.set(response, SESSION, cookie)
    return response
