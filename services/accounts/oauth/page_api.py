"""The authorization page over HTTP: shown by a GET; its forms come back to the same address."""

from typing import Annotated
from uuid import UUID

from fastapi import Form, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.installation import Desk
from services.accounts.oauth import browser, consents, external, pages, service
from services.accounts.oauth.authorize import Shown, Visit, Wanted
from services.accounts.oauth.browser import SESSION, SignedIn
from services.accounts.oauth.errors import SignInElsewhere
from services.accounts.second_factor.errors import ChallengeRefused
from services.accounts.second_factor.states import How
from services.accounts.session import history
from services.accounts.session.states import Outcome
from services.accounts.sign_in import service as sign_in
from services.accounts.sign_in.api import Apart, DeskApart
from services.accounts.sign_in.origin import CurrentOrigin, Origin
from services.kit import audit
from services.kit.auth import Actor
from services.kit.db import Database, Tx
from services.kit.errors import Refusal
from services.kit.http import router, status_of

page = router(tags=["OAuth 2.1"], idempotent=False)

Told = Annotated[str, Form(max_length=400)]


@page.get("/oauth/authorize", include_in_schema=False)
async def show(request: Request, desk: DeskApart, tx: Tx) -> Response:
    """Ask the browser's owner to sign in and to consent, or send a code back at once."""
    visit = Visit(request, tx, desk)
    try:
        wanted = await visit.wanted()
        cookie = visit.cookies.read(request, SESSION)
        owner = await browser.signed_in(tx, cookie)
        await visit.check(wanted, owner)
        if visit.must_sign_in(wanted, owner):
            if desk.installation.external is not None:
                await tx.commit()  # only read so far: no connection is held while the issuer is asked
                return await external.begin(visit, desk.installation.external, visit.query)
            return visit.sign_in(wanted)
        assert owner is not None
        await browser.touch(tx, cookie, desk.policy.oauth.browser_session)
        return await visit.consent(wanted, owner)
    except Shown as shown:
        return shown.response
    except Refusal as refusal:
        return _refused(visit, refusal)


@page.post("/oauth/authorize", include_in_schema=False)
async def act(  # noqa: PLR0913 - the fields of the forms
    request: Request,
    db: Apart,
    desk: DeskApart,
    origin: CurrentOrigin,
    tx: Tx,
    form: Told = "",
    act: Told = "",
    login: Told = "",
    password: Told = "",
    challenge: Told = "",
    code: Told = "",
) -> Response:
    """Take what one of the page's forms says."""
    visit = Visit(request, tx, desk)
    try:
        wanted = await visit.wanted()
        browser.refuse_foreign(desk.installation.sealer, visit.cookies.read(request, browser.FORM), form)
        owner = await browser.signed_in(tx, visit.cookies.read(request, SESSION))
        await visit.check(wanted, owner)
        if act not in {"password", "code"}:
            return await _decided(visit, wanted, owner, act)
        await tx.commit()  # only read so far: no connection is held while a try waits for one of its own
        door = Door(visit, wanted, db, desk, origin)
        if act == "password":
            return await door.password(tx, login, password)
        return await door.code(tx, challenge, code)
    except Shown as shown:
        return shown.response
    except Refusal as refusal:
        return _refused(visit, refusal)


async def _decided(visit: Visit, wanted: Wanted, owner: SignedIn | None, act: str) -> Response:
    """What the browser's owner said: no, somebody else, or yes; and the question again where it was none of these."""
    if act == "deny":
        return await visit.granted(wanted, None)
    if act == "switch" and owner is not None:
        return await _switch(visit, owner)
    if owner is None or visit.must_sign_in(wanted, owner):
        return visit.sign_in(wanted)
    if act == "allow":
        return await _allow(visit, wanted, owner)
    return await visit.consent(wanted, owner)


class Door:
    """Signing in on the page: the same steps as everywhere, with pages for answers."""

    def __init__(self, visit: Visit, wanted: Wanted, db: Database, desk: Desk, origin: Origin) -> None:
        self._visit, self._wanted = visit, wanted
        self._db, self._desk, self._origin = db, desk, origin

    async def password(self, tx: AsyncSession, login: str, password: str) -> Response:
        """Name and password; then perhaps a code."""
        external_issuer = self._desk.installation.external
        if external_issuer is not None:
            raise SignInElsewhere(address=f"{self._desk.installation.issuer}/oauth/authorize")
        try:
            account = await sign_in.check_password(self._db, self._desk, login, password, self._origin)
            await sign_in.refuse_changed(tx, self._desk, account)
        except Refusal as refusal:
            message = refusal.message(self._visit.language)
            return self._visit.sign_in(self._wanted, status_of(refusal), login=login, message=message)
        needed = await sign_in.second_factor_needed(tx, self._desk, account.id)
        if needed is None:
            return await self.open(tx, account.id, How.PASSWORD)
        asked = await sign_in.challenge(tx, self._desk, account, needed)
        return self._visit.page(
            "code", self._wanted, challenge=asked.token, enrolment=asked.enrolment, message=None
        )

    async def code(self, tx: AsyncSession, challenge: str, code: str) -> Response:
        """The code that a challenge asked for; a new second factor's recovery codes are shown once."""
        try:
            proven = await sign_in.check_code(self._db, self._desk, challenge, code, self._origin)
        except ChallengeRefused as refusal:
            message = refusal.message(self._visit.language)
            return self._visit.sign_in(self._wanted, status_of(refusal), message=message)
        except Refusal as refusal:
            told = {"challenge": challenge, "enrolment": None}
            message = refusal.message(self._visit.language)
            return self._visit.page("code", self._wanted, status_of(refusal), message=message, **told)
        return await self.open(tx, proven.account_id, proven.how, list(proven.recovery_codes))

    async def open(
        self, tx: AsyncSession, account_id: UUID, how: How, recovery_codes: list[str] | None = None
    ) -> Response:
        """The browser is signed in from now on."""
        cookie = await opened(tx, self._desk, account_id, how, self._origin)
        owner = await browser.signed_in(tx, cookie)
        assert owner is not None
        if recovery_codes:
            response = self._visit.page("codes", self._wanted, codes=recovery_codes)
        else:
            response = await self._visit.consent(self._wanted, owner)
        self._visit.cookies.set(response, SESSION, cookie)
        return response


async def opened(tx: AsyncSession, desk: Desk, account_id: UUID, how: How, origin: Origin) -> str:
    """The cookie of a browser that signs in now, told in history and audit."""
    cookie = await browser.keep(tx, account_id, desk.policy.oauth.browser_session, how, origin)
    await history.tell(tx, account_id, Outcome.SIGNED_IN, origin, how)
    await sign_in.audit_own(tx, desk, account_id, "-", "browser_session.START")
    return cookie


async def _allow(visit: Visit, wanted: Wanted, owner: SignedIn) -> Response:
    client = wanted.known.client
    await consents.give(visit.tx, owner.account_id, client.id, wanted.scopes)
    await audit.record(
        visit.tx,
        actor=Actor(owner.account_id, "person", owner.name),
        action="oauth_consent.GIVE",
        subject=f"oauth_client/{client.id}",
        moment=visit.desk.moment,
        basis=(service.basis_of(visit.desk),),
        detail={"scopes": wanted.scopes},
    )
    return await visit.granted(wanted, owner)


async def _switch(visit: Visit, owner: SignedIn) -> Response:
    await browser.end(visit.tx, owner)
    response = pages.sent_to(
        f"{visit.desk.installation.issuer}/oauth/authorize?{visit.query}", after_form=True
    )
    visit.cookies.drop(response, SESSION)
    return response


def _refused(visit: Visit, refusal: Refusal) -> Response:
    told = {"message": refusal.message(visit.language)}
    return pages.page("error", visit.language, status_of(refusal), **told)
