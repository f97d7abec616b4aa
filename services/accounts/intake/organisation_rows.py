"""Rows of organisations: judged by the functions that judge a single creation, each with its superior as the creator."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.intake import parents, store
from services.accounts.intake.columns import OPEN_TERMS, nested, terms_of
from services.accounts.intake.errors import ParentRefused
from services.accounts.intake.judging import Job, Judged, texts
from services.accounts.intake.model import IntakeRow
from services.accounts.intake.parents import Named, Parent, Superiors
from services.accounts.intake.states import Kind
from services.accounts.organisation import store as organisations
from services.accounts.organisation.details import Checker, compact_uscc, malformed, single_key
from services.accounts.organisation.errors import OrganisationNotInUse
from services.accounts.organisation.model import PLACE, Organisation
from services.accounts.organisation.rules import Creator, Proposal, Verdict, judge
from services.accounts.organisation.schemas import ManagerIn, ProposalIn
from services.accounts.organisation.service import proposal_of
from services.accounts.organisation.states import State
from services.accounts.sign_in.errors import LoginTaken
from services.accounts.sign_in.model import Account
from services.kit.errors import Basis, Finding, Refusal
from services.spreadsheet.columns import Cells, Terms, misfits, read

SLICE = 20
"""So many rows are judged before others get their turn."""


class OrganisationRow(ProposalIn):
    """A row of organisations: what a creation asks for, the manager as far as one is named."""

    manager: ManagerIn | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """An organisation to be written, below one that exists."""

    asked: OrganisationRow
    proposal: Proposal
    uscc: str | None
    above: tuple[UUID, ...]
    basis: tuple[Basis, ...]


class OrganisationRows:
    """Judges rows of organisations, some hundreds at a time."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._policy = job.desk.policy
        self._columns = self._policy.intake.columns[Kind.ORGANISATIONS]
        self._terms: Terms = terms_of(self._policy, Kind.ORGANISATIONS)
        self._superiors = Superiors(job)
        self._future: dict[int, Creator | Refusal] = {}
        self._verdicts: dict[tuple[Proposal, Creator], Verdict] = {}

    def keys(self, cells: Cells) -> dict[str, str | None]:
        """What other rows find this one by."""
        return {
            "name": cells.get("name"),
            "uscc": compact_uscc(cells.get("uscc")),
            "login": cells.get("manager_login", "").lower() or None,
            "parent": cells.get("parent"),
        }

    async def judge(
        self, tx: AsyncSession, rows: Sequence[IntakeRow], *, placed: bool
    ) -> list[Judged[Ready]]:
        """What is found of rows; `placed` when their superiors are known and, as far as they are rows, written."""
        shaped = {row.row_no: self._shaped(row.cells) for row in rows}
        judged = [
            Judged[Ready](row.row_no, parent_id=row.parent_id, parent_row=row.parent_row) for row in rows
        ]
        above = await self._placed(tx, judged) if placed else await self._found(tx, rows, judged)
        for at, each in enumerate(judged):
            self._judge(each, shaped[each.row_no], above.get(each.row_no))
            if at % SLICE == 0:
                await asyncio.sleep(0)
        await self._refuse_taken(tx, judged)
        for each in judged:
            each.ready = each.ready if not each.refusals else None
        return judged

    def _shaped(self, cells: bytes | None) -> OrganisationRow | list[Finding]:
        """A row as what a creation asks for, or what keeps it from being that."""
        told = self._job.cells(cells)
        reading = read(told, self._columns, self._terms, self._job.basis, open_terms=OPEN_TERMS)
        unread = {found.field for found in reading.findings}
        try:
            asked = OrganisationRow.model_validate(nested(reading.values, leaving=("parent",)))
        except ValidationError as error:
            more = misfits(error, self._columns, self._job.basis)
            return [*reading.findings, *(each for each in more if each.field not in unread)]
        return reading.findings or asked

    async def _placed(
        self, tx: AsyncSession, judged: Sequence[Judged[Ready]]
    ) -> dict[int, Parent | Creator | Refusal]:
        """The superiors that the check has found; a row's is the organisation it has become."""
        numbers = {each.parent_row for each in judged if each.parent_row}
        written = await store.by_number(tx, self._job.intake_id, numbers, IntakeRow.subject_id)
        for each in judged:
            if each.parent_row is not None:
                each.parent_id = written[each.parent_row].subject_id
        ids = [each.parent_id for each in judged if each.parent_id is not None]
        found = await parents.by_id(tx, self._job, ids)
        return {each.row_no: found[each.parent_id] for each in judged if each.parent_id in found}

    async def _found(
        self, tx: AsyncSession, rows: Sequence[IntakeRow], judged: Sequence[Judged[Ready]]
    ) -> dict[int, Parent | Creator | Refusal]:
        """The superiors that rows name; of one that is a row itself, what it will be."""
        named = await self._superiors.named(tx, rows)
        above: dict[int, Parent | Creator | Refusal] = {}
        for row, each in zip(rows, judged, strict=True):
            found = named[row.parent] if row.parent else Named(id=self._job.organisation_id)
            each.parent_id, each.parent_row = None, None
            if isinstance(found, Refusal):
                above[each.row_no] = found
            else:
                each.parent_id, each.parent_row = found.id, found.row_no
        existing = await parents.by_id(tx, self._job, {each.parent_id for each in judged if each.parent_id})
        await self._foresee(tx, {each.parent_row for each in judged if each.parent_row})
        for each in judged:
            if each.parent_id in existing:
                above[each.row_no] = existing[each.parent_id]
            elif each.parent_row is not None:
                above[each.row_no] = self._future[each.parent_row]
        return above

    async def _foresee(self, tx: AsyncSession, numbers: set[int]) -> None:
        """What rows will be as creators, once they are imported; each is looked at once."""
        new = numbers - set(self._future)
        rows = await store.by_number(tx, self._job.intake_id, new, IntakeRow.cells)
        self._future |= {row_no: self._as_creator(row_no, row.cells) for row_no, row in rows.items()}

    def _as_creator(self, row_no: int, cells: bytes) -> Creator | Refusal:
        refused = ParentRefused(row=row_no, field="parent", basis=(self._job.basis,))
        shaped = self._shaped(cells)
        if not isinstance(shaped, OrganisationRow):
            return refused
        try:
            proposal = proposal_of(self._policy, shaped)
        except Refusal:  # the row itself says why
            return refused
        return Creator(proposal.kind, proposal.level, proposal.nature, proposal.industry, proposal.region)

    def _judge(
        self,
        each: Judged[Ready],
        shaped: OrganisationRow | list[Finding],
        above: Parent | Creator | Refusal | None,
    ) -> None:
        """What the rules of a creation say, in the order in which a creation asks them."""
        if isinstance(shaped, list):
            each.refuse(*shaped)
            return
        if above is None or isinstance(above, Refusal):
            each.refuse(above or ParentRefused(row="-", field="parent", basis=(self._job.basis,)))
            return
        policy = self._policy
        creator = above.creator if isinstance(above, Parent) else above
        try:
            if isinstance(above, Parent) and above.state is not State.ACTIVE:
                raise self._closed(above)
            proposal = proposal_of(policy, shaped)
            verdict = self._verdict(proposal, creator)
            if verdict.refusal:
                each.refuse(verdict.refusal)
                return
            uscc = compact_uscc(shaped.uscc)
            findings = Checker(policy.organisations, policy.articles).findings(proposal, uscc, creator)
            if findings:
                raise malformed(findings)
        except Refusal as refusal:
            each.refuse(refusal)
            return
        lineage = above.lineage if isinstance(above, Parent) else ()
        each.ready = Ready(shaped, proposal, uscc, lineage, verdict.basis)
        each.same = uscc or single_key(policy.organisations, proposal) or _place(each, shaped.name)

    def _verdict(self, proposal: Proposal, creator: Creator) -> Verdict:
        """What the rules say; a file asks them the same thousands of times."""
        if (proposal, creator) not in self._verdicts:
            verdict = judge(self._policy.organisations, self._policy.articles, proposal, creator)
            self._verdicts[proposal, creator] = verdict
        return self._verdicts[proposal, creator]

    def _closed(self, above: Parent) -> Refusal:
        basis = (self._policy.articles["life"],)
        state = above.state
        return OrganisationNotInUse(
            name=above.name, state=state, state_zh=state.zh, field="parent", basis=basis
        )

    async def _refuse_taken(self, tx: AsyncSession, judged: Sequence[Judged[Ready]]) -> None:
        """Refuse what exists: by code, as the region's only one, by its name below the same superior; and taken logins."""
        ready = [(each, each.ready) for each in judged if each.ready is not None]
        basis = self._policy.articles["not_again"]
        known = await _existing(tx, [each.same for each, _ in ready])
        logins = await taken_logins(tx, [r.asked.manager.login for _, r in ready if r.asked.manager])
        for each, row in ready:
            if (found := known.get(each.same or "")) is not None:
                each.refuse(await organisations.exists(tx, found, row.uscc, basis))
            if row.asked.manager and row.asked.manager.login in logins:
                each.refuse(LoginTaken(login=row.asked.manager.login, field="login"))


def _place(each: Judged[Ready], name: str) -> str:
    """What stands for an organisation without a code: its name below its superior."""
    return f"{each.parent_id or each.parent_row}/{name}"


async def _existing(tx: AsyncSession, keys: Sequence[str | None]) -> dict[str, Organisation]:
    """Organisations that have one of these codes, are a region's only one of a kind, or have a name below a superior."""
    asked, ways = texts(keys), (Organisation.uscc, Organisation.single_key, PLACE)
    each_way = union_all(*(select(Organisation).where(store.among(way, asked)) for way in ways))
    found = await tx.scalars(select(Organisation).from_statement(each_way))
    return {
        key: each
        for each in found
        for key in (each.uscc, each.single_key, f"{each.parent_id}/{each.name}")
        if key
    }


async def taken_logins(tx: AsyncSession, logins: Sequence[str]) -> set[str]:
    """Those of the sign-in names that are in use."""
    return set(await tx.scalars(select(Account.login).where(store.among(Account.login, set(logins)))))
