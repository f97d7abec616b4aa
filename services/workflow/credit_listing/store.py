"""Queries on platforms' answers, limited to who may read the declaration."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, String, cast, literal, null, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.workflow.credit_listing.errors import CreditListingNotFound
from services.workflow.credit_listing.model import CreditListing
from services.workflow.credit_listing.states import ListingState
from services.workflow.declaration import store as declarations
from services.workflow.declaration.model import Declaration

LISTED, AWAITED = "LISTED", "AWAITED"
NOTHING = cast(null(), String)


def seen_by(
    actor: Actor, declaration_id: UUID | None = None, state: ListingState | None = None
) -> Select[CreditListing]:
    """The answers about declarations that the caller may read."""
    query = select(CreditListing).join(Declaration).where(declarations.visible(actor))
    if declaration_id is not None:
        query = query.where(CreditListing.declaration_id == declaration_id)
    return query if state is None else query.where(CreditListing.state == state)


async def get(tx: AsyncSession, listing_id: UUID, actor: Actor) -> CreditListing:
    """One answer.

    Raises:
        CreditListingNotFound: there is none by that id that the caller may read.
    """
    found: CreditListing | None = await tx.scalar(seen_by(actor).where(CreditListing.id == listing_id))
    if found is None:
        raise CreditListingNotFound(field="listing_id")
    return found


async def of(tx: AsyncSession, declaration_id: UUID, platform: str) -> CreditListing | None:
    """What a platform says about a declaration, which the caller has locked."""
    wanted = select(CreditListing).where(
        CreditListing.declaration_id == declaration_id, CreditListing.platform == platform
    )
    found: CreditListing | None = await tx.scalar(wanted.execution_options(populate_existing=True))
    return found


def listing(declaration_ids: Collection[UUID], today: date) -> Select[*tuple[Any, ...]]:
    """Platforms that list the person on a day, in the columns of `declaration/hindrance.py`."""
    return (
        select(
            literal(LISTED).label("what"),
            CreditListing.declaration_id.label("id"),
            NOTHING.label("state"),
            CreditListing.document.label("document_number"),
            Declaration.person_id,
            CreditListing.begins,
            CreditListing.until.label("ends"),
            CreditListing.platform_title.label("named"),
        )
        .join(Declaration, Declaration.id == CreditListing.declaration_id)
        .where(
            CreditListing.declaration_id.in_(declaration_ids),
            CreditListing.state == ListingState.LISTED,
            or_(CreditListing.begins.is_(None), CreditListing.begins <= today),
            or_(CreditListing.until.is_(None), CreditListing.until >= today),
        )
    )


def awaiting(declaration_ids: Collection[UUID], today: date) -> Select[*tuple[Any, ...]]:
    """Platforms whose answer is waited for on a day, in the same columns."""
    return (
        select(
            literal(AWAITED).label("what"),
            CreditListing.declaration_id.label("id"),
            NOTHING.label("state"),
            NOTHING.label("document_number"),
            Declaration.person_id,
            cast(null(), Date).label("begins"),
            CreditListing.awaited_until.label("ends"),
            CreditListing.platform_title.label("named"),
        )
        .join(Declaration, Declaration.id == CreditListing.declaration_id)
        .where(CreditListing.declaration_id.in_(declaration_ids), CreditListing.awaited_until >= today)
    )
