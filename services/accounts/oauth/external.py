"""Sign-in at an external issuer, which takes the place of our own: we are its client, by OpenID Connect.

What a sign-in under way has to remember (state, nonce, verifier, the request it serves) is sealed into a cookie of the
browser that began it: nobody else's answer fits, and nothing is kept here.
"""

import hmac
import json
import secrets
import time
from typing import Any

from fastapi import Response

from services.accounts.oauth import pages
from services.accounts.oauth.authorize import Visit
from services.accounts.oauth.errors import ExternalRefused
from services.accounts.oauth.issuer import Issuer
from services.kit.sealing import SealBroken, Sealer

UNDER_WAY, MINUTES, CONTEXT = "titles-external", 10, "oauth/external"
CALLBACK = "/oauth/external/callback"


async def begin(visit: Visit, issuer: Issuer, query: str) -> Response:
    """Send the browser to the issuer; what must be remembered goes with it, sealed."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    installation = visit.desk.installation
    address = await issuer.address(state, nonce, verifier, f"{installation.issuer}{CALLBACK}")
    until = int(time.time()) + MINUTES * 60
    told = json.dumps({"state": state, "nonce": nonce, "verifier": verifier, "query": query, "until": until})
    sealed = installation.sealer.seal_text(told, context=CONTEXT)
    response = pages.sent_to(address, after_form=False)
    visit.cookies.set(response, UNDER_WAY, sealed.hex(), seconds=MINUTES * 60)
    return response


def under_way(sealer: Sealer, cookie: str, state: str) -> dict[str, Any]:
    """What was remembered of the sign-in that an answer with `state` belongs to.

    Raises:
        ExternalRefused: this browser began none, or another.
    """
    try:
        told: dict[str, Any] = json.loads(sealer.open_text(bytes.fromhex(cookie), context=CONTEXT))
    except (SealBroken, ValueError) as error:
        raise ExternalRefused from error
    if not hmac.compare_digest(told["state"].encode(), state.encode()) or told["until"] < time.time():
        raise ExternalRefused
    return told
