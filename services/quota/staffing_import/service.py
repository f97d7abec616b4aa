"""Imports of rosters: received, checked as the ledger itself would, recorded as a whole or not at all."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO, cast
from uuid import UUID

import orjson
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import clock, transition
from services.kit.auth import Actor
from services.kit.clock import Moment
from services.kit.db import Database
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.sealing import Sealer
from services.kit.steps import decide
from services.neighbours.client import Neighbour
from services.quota.contract import StaffingImportMoved
from services.quota.policy import Policies, YearPolicy
from services.quota.staffing.bulk import Batch, Plan, findings_of_batch, record_many
from services.quota.staffing.service import Keeper
from services.quota.staffing_import import store
from services.quota.staffing_import.errors import ImportOpen
from services.quota.staffing_import.links import Link
from services.quota.staffing_import.model import StaffingImport, staffing_import
from services.quota.staffing_import.roster import Account, Refusal, Roster, matched, refusal, roster_of
from services.quota.staffing_import.states import Action, ImportState
from services.quota.staffing_import.steps import STEPS
from services.spreadsheet import reading
from services.spreadsheet.columns import Cells
from services.spreadsheet.errors import FileEmpty, FileTooLarge

ARTICLES = ("staffing_ledger",)
"""The articles this module names itself."""
CONTEXT = "staffing_import.roster"
PAGE = 100


@dataclass(frozen=True, slots=True)
class Counter:
    """Where files are received: no transaction is open while bytes arrive."""

    db: Database
    policies: Policies
    sealer: Sealer
    simulated_clock: bool


class Known(BaseModel):
    """The part of accounts' person that matters here."""

    class Document(BaseModel):
        """A document, masked but for its end."""

        masked_number: str

    id: UUID
    name: str
    employer_id: UUID | None
    documents: list[Document]

    def account(self) -> Account:
        """The same for matching."""
        return Account(
            self.id, self.name, frozenset(each.masked_number[-4:].upper() for each in self.documents)
        )


class PeoplePage(BaseModel):
    """A page of accounts' list."""

    items: list[Known]
    next_cursor: str | None = None


async def create(
    tx: AsyncSession,
    keeper: Keeper,
    *,
    file_name: str,
    on: date,
    plans: Sequence[Plan],
    policy: YearPolicy,
    moment: Moment,
) -> StaffingImport:
    """Begin the import of a unit's roster as of the evening of a day.

    Raises:
        ImportOpen: the unit has one on its way.
    """
    row = _new(keeper, file_name, on, plans)
    try:
        async with tx.begin_nested():
            tx.add(row)
            await tx.flush()
    except IntegrityError as error:
        raise ImportOpen(field="unit_id", basis=policy.basis(*ARTICLES)) from error
    await transition.begin(
        tx,
        staffing_import,
        subject_id=row.id,
        state=row.state,
        actor=keeper.actor,
        moment=moment,
        organisation_id=row.unit_id,
        role=keeper.role,
        basis=tuple(policy.basis(*ARTICLES)),
    )
    await tx.refresh(row)
    return row


def _new(keeper: Keeper, file_name: str, on: date, plans: Sequence[Plan]) -> StaffingImport:
    return StaffingImport(
        id=new_id(),
        province=keeper.province,
        unit_id=keeper.unit_id,
        lineage=list(keeper.lineage),
        account_id=keeper.actor.id,
        actor_name=keeper.actor.name,
        file_name=file_name,
        on_date=on,
        plans=[_plain(each) for each in plans],
        state=ImportState.RECEIVING,
        refusals=[],
    )


async def receive(
    counter: Counter, link: Link, pieces: AsyncIterator[bytes]
) -> tuple[StaffingImport, YearPolicy]:
    """Take the roster: its rows are kept sealed, the file is not. However long it is on its way, nothing is locked.

    Raises:
        StaffingImportNotFound: there is no such import.
        ActionNotAvailable: it has its file.
        FileTooLarge, FileEmpty and the other refusals of `services.spreadsheet.errors`: another may be sent.
    """
    async with counter.db.begin() as tx:
        row = await store.get(tx, link.import_id, link.actor)
    policy = counter.policies.counting_exits_on(row.on_date)
    decide(STEPS, row.as_case(), Action.RECEIVE, link.actor, policy.articles)
    rows = await _rows(pieces, policy)
    sealed = counter.sealer.seal(orjson.dumps(rows), context=context(row.id))
    async with counter.db.begin() as tx:
        row = await store.lock(tx, link.import_id, link.actor)
        moment = await clock.now(tx, simulated=counter.simulated_clock)
        changes = {"roster": sealed, "rows": len(rows)}
        await _take(tx, row, Action.RECEIVE, policy, link.actor, moment, **changes)
    return row, policy


async def check(
    tx: AsyncSession,
    row: StaffingImport,
    keeper: Keeper,
    sealer: Sealer,
    people: Sequence[Account],
    policy: YearPolicy,
    moment: Moment,
    *,
    version: int,
) -> None:
    """Look at every row as the ledger would, without recording anything; `row` is locked, `people` are the unit's."""
    decide(STEPS, row.as_case(), Action.CHECK, keeper.actor, policy.articles, version=version)
    roster, batch, known = _batch(row, sealer, people, policy)
    found = await findings_of_batch(tx, batch, keeper, policy, moment)
    refusals = [*roster.refusals, *_by_row(found, roster)]
    refused = len({each["row_no"] for each in refusals})
    changes = {"refusals": refusals, "refused": refused, "unmatched": len(roster.people) - known}
    await _take(tx, row, Action.CHECK, policy, keeper.actor, moment, **changes)


async def apply(
    tx: AsyncSession,
    row: StaffingImport,
    keeper: Keeper,
    sealer: Sealer,
    people: Sequence[Account],
    policy: YearPolicy,
    moment: Moment,
    *,
    version: int,
) -> None:
    """Record the whole roster in the ledger, or nothing of it; `row` is locked, `people` are the unit's.

    Raises:
        RowsRefused: what the ledger says has changed since the check.
    """
    decide(STEPS, row.as_case(), Action.APPLY, keeper.actor, policy.articles, version=version)
    _, batch, _ = _batch(row, sealer, people, policy)
    done = await record_many(tx, batch, keeper, policy, moment)
    await _take(tx, row, Action.APPLY, policy, keeper.actor, moment, recorded=done.people, roster=None)


async def cancel(
    tx: AsyncSession, row: StaffingImport, policy: YearPolicy, actor: Actor, moment: Moment, *, version: int
) -> None:
    """Give it up; the roster is forgotten."""
    decide(STEPS, row.as_case(), Action.CANCEL, actor, policy.articles, version=version)
    await _take(tx, row, Action.CANCEL, policy, actor, moment, roster=None)


def basis_of(policy: YearPolicy) -> list[Basis]:
    """What an import rests on."""
    return policy.basis(*ARTICLES)


def refused_rows(row: StaffingImport, sealer: Sealer) -> list[tuple[int, dict[str, str], list[Refusal]]]:
    """The refused rows with their cells, as a report takes them; what has been forgotten is blank."""
    kept = orjson.loads(sealer.open(row.roster, context=context(row.id))) if row.roster else []
    cells: dict[int, dict[str, str]] = dict(kept)
    by_row: dict[int, list[Refusal]] = {}
    for each in row.refusals:
        by_row.setdefault(each["row_no"], []).append(each)
    return [(number, cells.get(number, {}), found) for number, found in sorted(by_row.items())]


async def _rows(pieces: AsyncIterator[bytes], policy: YearPolicy) -> list[tuple[int, Cells]]:
    rules = policy.staffing_import
    with tempfile.TemporaryFile() as unnamed:
        file, size = cast("BinaryIO", unnamed), 0
        async for piece in pieces:
            size += len(piece)
            if size > rules.limits.file_bytes:
                raise FileTooLarge(limit=rules.limits.file_bytes, field="file")
            file.write(piece)
        if not size:
            raise FileEmpty(field="file")
        file.flush()
        file.seek(0)
        async with reading.TURNS:
            read = reading.rows(file, rules.columns, rules.limits, rules.sample_mark)
            return [each async for each in read]


def _batch(
    row: StaffingImport, sealer: Sealer, people: Sequence[Account], policy: YearPolicy
) -> tuple[Roster, Batch, int]:
    """The roster, what it would record, and how many of its people have an account."""
    assert row.roster is not None, "an import that can be checked has its roster"
    kept = orjson.loads(sealer.open(row.roster, context=context(row.id)))
    [basis] = policy.basis(*ARTICLES)
    roster = roster_of(((number, cells) for number, cells in kept), policy.staffing_import.columns, basis)
    known = matched(roster.people, people)
    openings = [each.opening(known.get(each.name)) for each in roster.people]
    plans = [Plan(**each) for each in row.plans]
    return roster, Batch(on=row.on_date, openings=openings, plans=plans), len(known)


async def people_of(accounts: Neighbour, unit_id: UUID) -> list[Account]:
    """The unit's people, as the caller may see them.

    Raises:
        Unavailable: accounts does not answer.
    """
    found: list[Account] = []
    after: str | None = None
    while True:
        told = await accounts.get("/v1/people", organisation_id=unit_id, first=PAGE, after=after)
        page = PeoplePage.model_validate(told)
        found += [each.account() for each in page.items if each.employer_id == unit_id]
        if page.next_cursor is None:
            return found
        after = page.next_cursor


def _by_row(found: Sequence[Any], roster: Roster) -> list[Refusal]:
    """What the ledger says of openings, by the rows they came from; of plans, by no row (0)."""
    told = []
    for each in found:
        part, place, *_ = (each.field or "").split(".")
        number = roster.people[int(place)].row_no if part == "openings" else 0
        told.append(refusal(number, each))
    return told


async def _take(
    tx: AsyncSession,
    row: StaffingImport,
    action: Action,
    policy: YearPolicy,
    actor: Actor,
    moment: Moment,
    **changes: Any,
) -> None:
    move = decide(STEPS, row.as_case(), action, actor, policy.articles)
    event = StaffingImportMoved(
        import_id=row.id, unit_id=row.unit_id, account_id=row.account_id, action=action, after=move.after
    )
    await transition.take(tx, staffing_import, move, actor=actor, moment=moment, event=event, changes=changes)
    await tx.refresh(row)


def context(import_id: UUID) -> str:
    """What a roster is sealed for."""
    return f"{CONTEXT}.{import_id}"


def _plain(plan: Plan) -> dict[str, Any]:
    return {"level": plan.level, "posts": plan.posts, "document": plan.document, "pool": plan.pool}
