"""A platform is asked, answers, and is set aside: each with the declaration locked, so that acceptance sees it or comes before it."""

from typing import Any
from uuid import UUID

from services.kit.auth import Seat
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import decide
from services.notifications.contract import CreditCheckAnswered, CreditCheckAsked
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.contract import CreditListingMoved
from services.workflow.credit_listing import store
from services.workflow.credit_listing.model import CreditListing
from services.workflow.credit_listing.schemas import SettingAsideIn
from services.workflow.credit_listing.states import ListingAction, ListingState
from services.workflow.credit_listing.steps import (
    ARTICLE,
    LISTING_STEPS,
    Answered,
    ListingFacts,
    after_answer,
)
from services.workflow.declaration import store as declarations
from services.workflow.declaration.model import Declaration
from services.workflow.system import SERVICE


async def ask(act: Act, told: CreditCheckAsked) -> None:
    """A platform is asked about a declaration: for the first time, or anew."""
    declaration = await declarations.lock_any(act.tx, told.declaration_id)
    policy = act.policies[declaration.policy]
    asked: dict[str, Any] = {
        "check_id": told.check_id,
        "platform_title": told.platform_title,
        "asked_at": act.moment.instant,
        "awaited_until": policy.credit_listing.awaited_until(act.moment.today),
        "answered_at": None,
    }
    row = await store.of(act.tx, declaration.id, told.platform)
    if row is not None:
        await _take(act, row, declaration, ListingAction.ASK, facts_of(row, declaration), **asked)
        return
    row = CreditListing(
        id=new_id(),
        province=act.province,
        declaration_id=declaration.id,
        platform=told.platform,
        state=ListingState.ASKED,
        **asked,
    )
    seat = Seat(role=SERVICE, organisation_id=declaration.lineage[-1], lineage=())
    await rows.begin(act, row, seat, basis=(policy.articles[ARTICLE],))


async def answer(act: Act, told: CreditCheckAnswered) -> None:
    """A platform has answered; to a question that does not count any more nothing is kept.

    Who was listed until a day before today is listed no more; by what a former listing was set aside says nothing of this one.
    """
    declaration = await declarations.lock_any(act.tx, told.declaration_id)
    row = await store.of(act.tx, declaration.id, told.platform)
    if row is None or row.check_id != told.check_id or row.answered_at is not None:
        return
    said = told.model_dump(include={"document", "begins", "until"})
    listed = told.listed and (told.until is None or told.until >= act.moment.today)
    facts = facts_of(row, declaration, answer=Answered(listed, **said))
    changes: dict[str, Any] = {"awaited_until": None, "answered_at": act.moment.instant, **said}
    if after_answer(facts) is not ListingState.SET_ASIDE:
        changes |= {"document_number": None, "reason": None}
    await _take(act, row, declaration, ListingAction.ANSWER, facts, **changes)


async def set_aside(
    act: Act, listing_id: UUID, body: SettingAsideIn
) -> tuple[CreditListing, tuple[Basis, ...]]:
    """Let what a platform says stop nothing, by a document (provincial HRSS).

    Raises:
        CreditListingNotFound, StaleVersion, ActionNotAvailable, NotYourStep, RulesBroken: nothing was changed.
    """
    row = await store.get(act.tx, listing_id, act.actor)
    declaration = await declarations.lock_any(act.tx, row.declaration_id)
    await act.tx.refresh(row)
    documents = act.policies[declaration.policy].certificate.document
    number = body.document_number
    facts = facts_of(
        row,
        declaration,
        set_aside_by=number if documents.fits(number or "") else None,
        reason=body.reason,
        own=declaration.person_id == act.actor.person_id or act.actor.answers_for(declaration.account_id),
    )
    changes = {"document_number": number, "reason": body.reason}
    version = body.version
    basis = await _take(act, row, declaration, ListingAction.SET_ASIDE, facts, version=version, **changes)
    return row, basis


def facts_of(row: CreditListing, declaration: Declaration, **more: Any) -> ListingFacts:
    """A listing as its rules see it; `more` is what only one step looks at."""
    return ListingFacts(
        id=row.id,
        state=ListingState(row.state),
        version=row.version,
        lineage=tuple(declaration.lineage),
        document=row.document,
        **more,
    )


async def _take(
    act: Act,
    row: CreditListing,
    declaration: Declaration,
    action: ListingAction,
    facts: ListingFacts,
    *,
    version: int | None = None,
    **changes: Any,
) -> tuple[Basis, ...]:
    articles = act.policies[declaration.policy].articles
    move = decide(LISTING_STEPS, facts, action, act.actor, articles, version=version)
    now = {name: changes.get(name, getattr(row, name)) for name in ("document", "until", "document_number")}
    event = CreditListingMoved(
        listing_id=row.id,
        declaration_id=declaration.id,
        number=declaration.number,
        cycle=declaration.year,
        person_id=declaration.person_id,
        office_id=declaration.office_id,
        province_id=declaration.lineage[0],
        platform=changes.get("platform_title", row.platform_title),
        action=move.action,
        before=move.before,
        after=move.after,
        note=facts.reason,
        **now,
    )
    await rows.take(act, row, move, event=event, note=facts.reason, **changes)
    return move.basis
