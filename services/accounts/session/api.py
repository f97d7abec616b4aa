"""Sessions and sign-in history over HTTP: one's own, and of accounts in a manager's charge."""

from uuid import UUID

from services.accounts.contract import AccountOpened
from services.accounts.installation import CurrentDesk
from services.accounts.role import custody
from services.accounts.role.errors import AccountNotFound, NotForYourself
from services.accounts.role.managing import audit_role
from services.accounts.session import history, store
from services.accounts.session.errors import SessionNotFound
from services.accounts.session.model import SignIn
from services.accounts.session.schemas import EndedOut, LiveSessionOut, LiveSessions, SignInOut
from services.accounts.sign_in import errors, password
from services.accounts.sign_in.api import Apart, DeskApart
from services.accounts.sign_in.current import CurrentSession
from services.accounts.sign_in.model import Session
from services.accounts.sign_in.origin import CurrentOrigin
from services.accounts.sign_in.schemas import PasswordIn
from services.accounts.sign_in.service import audit_own
from services.admission.errors import TooBusy
from services.kit import outbox
from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.errors import Conflict
from services.kit.http import OWN, Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page

sessions = router(prefix="/v1", tags=["sessions"], idempotent=False)


@sessions.get("/me/sessions", openapi_extra=OWN)
async def own(actor: CurrentActor, current: CurrentSession, tx: Tx) -> LiveSessions:
    """The caller's sessions that go on: device, network, how and when they began, when they were last used."""
    rows = await store.live(tx, actor.id)
    shown = [LiveSessionOut.model_validate(row) for row in rows]
    return LiveSessions(items=[each.model_copy(update={"current": each.id == current}) for each in shown])


@sessions.post("/me/sessions/{session_id}/end", responses=refusals(SessionNotFound), openapi_extra=OWN)
async def end_one(session_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Decided[EndedOut]:
    """End one of the caller's sessions; its access token goes on for some minutes."""
    ended = await store.end(tx, actor.id, Session.id == session_id, by="OWNER")
    if not ended:
        raise SessionNotFound
    await audit_own(tx, desk, actor.id, actor.name, "session.END")
    return decided(EndedOut(ended=ended), [desk.policy.articles["identity"]])


@sessions.post("/me/sessions/end-others", openapi_extra=OWN)
async def end_others(
    actor: CurrentActor, current: CurrentSession, desk: CurrentDesk, tx: Tx
) -> Decided[EndedOut]:
    """End every session of the caller's but the one that asks."""
    others = [Session.id != current] if current else []
    ended = await store.end(tx, actor.id, *others, by="OWNER")
    await audit_own(tx, desk, actor.id, actor.name, "session.END_OTHERS")
    return decided(EndedOut(ended=ended), [desk.policy.articles["identity"]])


@sessions.post(
    "/me/password",
    responses=refusals(
        errors.PasswordWeak,
        errors.PasswordUsedBefore,
        Conflict,
        errors.OldPasswordWrong,
        errors.TooManyTries,
        TooBusy,
    ),
    openapi_extra=OWN,
)
async def change_password(
    body: PasswordIn,
    actor: CurrentActor,
    current: CurrentSession,
    db: Apart,
    desk: DeskApart,
    origin: CurrentOrigin,
) -> Decided[EndedOut]:
    """Set another password, knowing the present one; every other session ends."""
    ended = await password.change(
        db,
        desk,
        actor.id,
        body.old_password.get_secret_value(),
        body.password.get_secret_value(),
        origin,
        current,
    )
    return decided(EndedOut(ended=ended), [desk.policy.articles["identity"]])


@sessions.get("/me/sign-ins", openapi_extra=OWN)
async def own_history(actor: CurrentActor, tx: Tx, first: First = 50, after: After = None) -> Page[SignInOut]:
    """The tries to sign in at the caller's account, newest first."""
    rows, cursor = await page(tx, history.lines_of(actor.id), SignIn.id, first, after)
    return Page(items=[SignInOut.model_validate(row) for row in rows], next_cursor=cursor)


@sessions.get("/accounts/{account_id}/sign-ins", responses=refusals(AccountNotFound), openapi_extra=OWN)
async def history_of(
    account_id: UUID, actor: CurrentActor, tx: Tx, first: First = 50, after: After = None
) -> Page[SignInOut]:
    """The same of an account that belongs to an organisation the caller manages."""
    await custody.in_charge(tx, actor, account_id)
    rows, cursor = await page(tx, history.lines_of(account_id), SignIn.id, first, after)
    return Page(items=[SignInOut.model_validate(row) for row in rows], next_cursor=cursor)


@sessions.post(
    "/accounts/{account_id}/sessions/end",
    responses=refusals(AccountNotFound, NotForYourself),
    openapi_extra=OWN,
)
async def end_all(account_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Decided[EndedOut]:
    """End every session of an account that belongs to an organisation the caller manages; its owner is told."""
    basis = desk.policy.articles["accounts_below"]
    charge = await custody.in_charge(tx, actor, account_id, basis)
    ended = await store.end(tx, account_id, by="MANAGER")
    await audit_role(tx, desk, actor, charge.seat, "account.END_SESSIONS", account_id, basis)
    seat = charge.seat
    by = actor.named(seat.organisation_id, seat.role)
    event = AccountOpened(
        account_id=account_id, organisation_id=seat.organisation_id, by=by, what="SESSIONS_ENDED"
    )
    await outbox.publish(tx, event, desk.moment)
    return decided(EndedOut(ended=ended), [basis])
