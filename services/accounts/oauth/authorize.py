"""One visit of a browser to the authorization page: what is asked, who is there, and what comes of it.

Nothing is sent to an address before the client and that address are known; what is wrong before then is a page.
"""

import time
from dataclasses import dataclass
from typing import Any, cast

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oidc.core.errors import ConsentRequiredError, LoginRequiredError
from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.installation import Desk
from services.accounts.oauth import browser, consents, pages, redirects, store
from services.accounts.oauth.browser import FORM, Cookies, SignedIn
from services.accounts.oauth.grants import Granting
from services.accounts.oauth.protocol import Answer, Asked, Pairs, fields_of
from services.accounts.oauth.store import Known
from services.accounts.oauth.words import TEXTS
from services.kit.http import language_of

JUST_NOW_SECONDS = 600
"""How long ago a sign-in may lie for a client that asks for a fresh one: the time one takes to read the consent."""


class Shown(Exception):
    """The visit ends here, with this answer."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A checked request of a client's."""

    known: Known
    pairs: Pairs

    @property
    def told(self) -> dict[str, str]:
        """Its parameters."""
        return dict(self.pairs)

    @property
    def redirect_uri(self) -> str:
        """Where the answer goes."""
        return self.told["redirect_uri"]

    @property
    def scopes(self) -> list[str]:
        """What the client wants to do."""
        return list(dict.fromkeys(self.told.get("scope", "").split()))

    @property
    def prompts(self) -> list[str]:
        """What the client wants the browser's owner to be asked."""
        return self.told.get("prompt", "").split()


class Visit:
    """One request of a browser."""

    def __init__(self, request: Request, tx: AsyncSession, desk: Desk) -> None:
        self.tx, self.desk = tx, desk
        self.language = language_of(request)
        self.after_form = request.method == "POST"
        self.cookies = Cookies(desk.installation.issuer)
        self.form_cookie = self.cookies.read(request, FORM) or store.new_secret()
        self.query = request.scope["query_string"].decode("latin-1")

    async def wanted(self) -> Wanted:
        """The request, its client and redirect URI checked.

        Raises:
            Shown: a page that says what is wrong; the browser is sent nowhere.
        """
        try:
            pairs = fields_of(self.query)
        except InvalidRequestError:
            raise Shown(self.error("unreadable")) from None
        told = dict(pairs)
        known = await store.known(self.tx, told.get("client_id", ""))
        if known is None:
            raise Shown(self.error("unknown_client"))
        if not redirects.is_registered(told.get("redirect_uri", ""), known.client.redirect_uris):
            raise Shown(self.error("foreign_redirect"))
        return Wanted(known, pairs)

    async def check(self, wanted: Wanted, owner: SignedIn | None) -> Any:
        """Authlib's grant for the request.

        Raises:
            Shown: the browser goes back to the client with an error by the RFCs.
        """
        server, asked = self._server(wanted, owner)
        try:
            if {"request", "request_uri"} & set(wanted.told):
                raise OAuth2Error(error="request_not_supported")
            return await self.tx.run_sync(lambda _: server.get_consent_grant(asked, end_user=owner))
        except (OAuth2Error, ValueError) as error:
            known = error if isinstance(error, OAuth2Error) else InvalidRequestError()
            raise self.refused(wanted, known) from None

    def refused(self, wanted: Wanted, error: OAuth2Error) -> Shown:
        """The answer that takes an error back to the client."""
        server, asked = self._server(wanted, None)
        error.redirect_uri, error.state = wanted.redirect_uri, wanted.told.get("state")
        answer = cast("Answer", server.handle_error_response(asked, error))
        server.named.add_issuer_parameter(server, answer)
        return Shown(pages.sent_to(answer.location or "", after_form=self.after_form))

    def must_sign_in(self, wanted: Wanted, owner: SignedIn | None) -> bool:
        """Whether somebody has to sign in first: nobody has, or too long ago for the client.

        Raises:
            Shown: and the client wants nobody to be asked.
        """
        needed = owner is None or self._too_old(wanted, owner)
        if needed and "none" in wanted.prompts:
            raise self.refused(wanted, LoginRequiredError())
        return needed

    async def granted(self, wanted: Wanted, owner: SignedIn | None) -> Response:
        """The browser goes back to the client: with a code for `owner`, or refused by nobody's leave."""
        server, asked = self._server(wanted, owner)
        grant = await self.check(wanted, owner)
        grant.server, grant.request = server, asked
        run = server.create_authorization_response
        answer = await self.tx.run_sync(lambda _: run(asked, grant_user=owner, grant=grant))
        return pages.sent_to(answer.location or "", after_form=self.after_form)

    async def consent(self, wanted: Wanted, owner: SignedIn) -> Response:
        """A code at once where all was consented to before, and the address proves whose it is; else the question."""
        known, scopes = wanted.known, wanted.scopes
        before = await consents.covers(self.tx, owner.account_id, known.client.id, scopes)
        if before and "consent" not in wanted.prompts and redirects.proves_its_owner(wanted.redirect_uri):
            return await self.granted(wanted, owner)
        if "none" in wanted.prompts:
            raise self.refused(wanted, ConsentRequiredError())
        words = self.desk.policy.oauth.scopes
        return self.page(
            "consent",
            wanted,
            scopes=[getattr(words[scope], self.language.value) for scope in scopes],
            owner=owner,
            place=redirects.origin_of(wanted.redirect_uri),
            days=self.desk.policy.oauth.client_session.longest_days,
        )

    def sign_in(
        self, wanted: Wanted, status: int = 200, *, login: str = "", message: str | None = None
    ) -> Response:
        """The form that asks for name and password."""
        return self.page("sign_in", wanted, status, login=login[:60], message=message)

    def page(self, name: str, wanted: Wanted, status: int = 200, **told: Any) -> Response:
        """A page of this visit, with the cookie that its form belongs to."""
        response = pages.page(
            name,
            self.language,
            status,
            form_goes_to=redirects.origin_of(wanted.redirect_uri),
            form=browser.form_token(self.desk.installation.sealer, self.form_cookie),
            client=wanted.known.client.name,
            organisation=wanted.known.organisation_name,
            **told,
        )
        self.cookies.set(response, FORM, self.form_cookie)
        return response

    def error(self, key: str, status: int = 400) -> Response:
        """A page that says what is wrong."""
        return pages.page("error", self.language, status, message=TEXTS[self.language][key])

    def _too_old(self, wanted: Wanted, owner: SignedIn) -> bool:
        age = time.time() - owner.at.timestamp()
        if "login" in wanted.prompts:
            return not self.after_form or age > JUST_NOW_SECONDS
        longest = wanted.told.get("max_age", "")
        if not (longest.isdigit() and len(longest) < len(str(JUST_NOW_SECONDS)) * 3):
            return False
        return age > max(int(longest), JUST_NOW_SECONDS if self.after_form else 0)

    def _server(self, wanted: Wanted, owner: SignedIn | None) -> tuple[Granting, Asked]:
        return Granting(self.tx, self.desk, owner), Asked("GET", wanted.pairs, {})
