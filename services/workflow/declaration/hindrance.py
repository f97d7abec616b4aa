"""What holds declarations beside their own state: reports, bars, cases, what credit platforms say; asked in one statement."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Row, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.driver.once import once
from services.workflow.credit_listing import store as listings
from services.workflow.credit_listing.states import Awaited, Listing
from services.workflow.declaration.case import Case
from services.workflow.integrity import bar as bars
from services.workflow.integrity import store as cases
from services.workflow.integrity.states import FOUND, Bar, CaseState, Charge
from services.workflow.report import store as reports
from services.workflow.report.states import ReportState


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What holds one declaration, each where there is any."""

    reported: ReportState | None = None
    barred: Bar | None = None
    charge: Charge | None = None
    listings: tuple[Listing, ...] = ()
    awaited: tuple[Awaited, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether it holds what was accepted already; an answer that is awaited holds acceptance alone."""
        return replace(self, awaited=()) != NONE

    def on(self, case: Case) -> Case:
        """The case of a step with it."""
        return replace(case, **{each.name: getattr(self, each.name) for each in fields(self)})


NONE = Hindrance()


def every(declaration_ids: Collection[UUID], today: date) -> CompoundSelect[*tuple[Any, ...]]:
    """Everything that holds any of the declarations on a day, a row each."""
    return union_all(
        reports.holding(declaration_ids),
        bars.barring(declaration_ids, today),
        cases.charging(declaration_ids),
        listings.listing(declaration_ids, today),
        listings.awaiting(declaration_ids, today),
    )


_every = once(every)


async def of(tx: AsyncSession, declaration_ids: Collection[UUID], today: date) -> dict[UUID, Hindrance]:
    """What holds those of several declarations that anything holds on a day; who moves one has locked it."""
    rows = sorted((await tx.execute(*_every(declaration_ids, today))).all(), key=_what_counts_last)
    found = dict.fromkeys([each.id for each in rows], NONE)
    for row in rows:
        found[row.id] = replace(found[row.id], **_told(row, found[row.id]))
    return found


def _what_counts_last(row: Row[Any]) -> tuple[date, bool]:
    """Of bars the one that ends last, of cases one with misconduct found."""
    return row.ends or date.min, row.state in FOUND


def _told(row: Row[Any], so_far: Hindrance) -> dict[str, Any]:
    if row.what == listings.LISTED:
        return {"listings": (*so_far.listings, Listing(row.named, row.document_number, row.ends))}
    if row.what == listings.AWAITED:
        return {"awaited": (*so_far.awaited, Awaited(row.named, row.ends))}
    if row.what == bars.BAR:
        return {"barred": Bar(row.person_id, row.begins, row.ends, row.document_number)}
    if row.what == cases.CASE:
        return {"charge": Charge(CaseState(row.state), row.document_number)}
    return {"reported": ReportState(row.state)}
