"""Rows of people: judged by the functions that judge a single creation, at the unit that imports or its departments.

People get their account from the unit they work at and from no other (附件3 四（一）); a superior does not import them.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import DocumentKind, OrganisationKind
from services.accounts.employment.store import Place
from services.accounts.intake import store
from services.accounts.intake.columns import OPEN_TERMS, nested, terms_of
from services.accounts.intake.errors import NotYourUnit
from services.accounts.intake.judging import Job, Judged, texts
from services.accounts.intake.model import IntakeRow
from services.accounts.intake.organisation_rows import SLICE, taken_logins
from services.accounts.intake.states import Kind
from services.accounts.organisation.details import compact_uscc
from services.accounts.organisation.errors import OrganisationNotInUse
from services.accounts.organisation.model import PLACE, Organisation
from services.accounts.organisation.states import State
from services.accounts.person import identity, service
from services.accounts.person.model import PersonDocument
from services.accounts.person.schemas import PersonIn
from services.accounts.sign_in.errors import LoginTaken
from services.kit.errors import Finding, Refusal
from services.spreadsheet.columns import Cells, Terms, misfits, read


@dataclass(frozen=True, slots=True)
class Ready:
    """A person to be written at a unit."""

    asked: PersonIn
    place: Place
    judged: service.Judged

    @property
    def above(self) -> tuple[UUID, ...]:
        """The line that the person will stand in."""
        return tuple(self.place.lineage)


class PersonRows:
    """Judges rows of people, some hundreds at a time."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._policy = job.desk.policy
        self._columns = self._policy.intake.columns[Kind.PEOPLE]
        self._terms: Terms = terms_of(self._policy, Kind.PEOPLE)

    def keys(self, cells: Cells) -> dict[str, str | None]:
        """What other rows find this one by: the sign-in name; what else it holds is personal."""
        return {"name": None, "uscc": None, "login": cells.get("login", "").lower() or None, "parent": None}

    async def judge(
        self, tx: AsyncSession, rows: Sequence[IntakeRow], *, placed: bool
    ) -> list[Judged[Ready]]:
        """What is found of rows."""
        del placed  # a person's place is no row of the file
        cells = {row.row_no: self._job.cells(row.cells) for row in rows}
        here = await service.place_of(tx, self._job.organisation_id)
        departments = await self._departments(tx, here, [each.get("department") for each in cells.values()])
        judged = []
        for at, (row_no, told) in enumerate(cells.items()):
            judged.append(self._judge(row_no, told, here, departments))
            if at % SLICE == 0:
                await asyncio.sleep(0)
        await self._refuse_known(tx, judged)
        for each in judged:
            each.ready = each.ready if not each.refusals else None
        return judged

    def _judge(
        self, row_no: int, cells: Cells, here: Place, departments: Mapping[str, Organisation]
    ) -> Judged[Ready]:
        each = Judged[Ready](row_no)
        try:
            place = self._place(cells, here, departments)
            asked = self._shaped(cells, place.here.id)
            if isinstance(asked, list):
                each.refuse(*asked)
                return each
            found = service.judge(self._job.desk, place.unit, asked)
        except Refusal as refusal:
            each.refuse(refusal)
            return each
        each.parent_id, each.ready = place.here.id, Ready(asked, place, found)
        each.same = found.document.digest(self._job.sealer).hex()
        return each

    def _place(self, cells: Cells, here: Place, departments: Mapping[str, Organisation]) -> Place:
        """The importing unit or department, or a department of the importing unit.

        Raises:
            NotYourUnit: the row names another unit, or a department that this one does not have.
            OrganisationNotInUse: it is closed.
        """
        unit, department = cells.get("unit"), cells.get("department")
        place = here
        if department is not None and (here.department is None or here.department.name != department):
            if here.department is not None or department not in departments:
                raise self._not_here("department")
            place = Place(here.unit, departments[department])
        if unit is not None and unit != here.unit.name and compact_uscc(unit) != here.unit.uscc:
            raise self._not_here("unit")
        state = State(place.here.state)
        if state is not State.ACTIVE:
            basis = (self._policy.articles["life"],)
            raise OrganisationNotInUse(name=place.here.name, state=state, state_zh=state.zh, basis=basis)
        return place

    def _not_here(self, field: str) -> NotYourUnit:
        return NotYourUnit(field=field, basis=(self._policy.articles["created_by_unit"],))

    def _shaped(self, cells: Cells, organisation_id: UUID) -> PersonIn | list[Finding]:
        """A row as what a creation asks for, or what keeps it from being that."""
        reading = read(cells, self._columns, self._terms, self._job.basis, open_terms=OPEN_TERMS)
        told = nested(reading.values, leaving=("unit", "department"))
        told["organisation_id"] = organisation_id
        if "document" in told:
            told["document"].setdefault("kind", DocumentKind.RESIDENT_ID)
        unread = {found.field for found in reading.findings}
        try:
            asked = PersonIn.model_validate(told)
        except ValidationError as error:
            more = misfits(error, self._columns, self._job.basis)
            return [*reading.findings, *(each for each in more if each.field not in unread)]
        return reading.findings or asked

    async def _departments(
        self, tx: AsyncSession, here: Place, names: Sequence[str | None]
    ) -> dict[str, Organisation]:
        places = [f"{here.unit.id}/{name}" for name in texts(names)]
        query = select(Organisation).where(
            store.among(PLACE, places), Organisation.kind == OrganisationKind.INTERNAL_DEPARTMENT
        )
        return {each.name: each for each in await tx.scalars(query.order_by(Organisation.id.desc()))}

    async def _refuse_known(self, tx: AsyncSession, judged: Sequence[Judged[Ready]]) -> None:
        """Refuse who has an account already, and taken sign-in names."""
        ready = [(each, each.ready) for each in judged if each.ready is not None]
        digests = [bytes.fromhex(each.same) for each, _ in ready if each.same]
        query = select(PersonDocument.digest).where(store.among(PersonDocument.digest, digests))
        known = {digest.hex() for digest in await tx.scalars(query)}
        logins = await taken_logins(tx, [row.asked.login for _, row in ready])
        for each, row in ready:
            if each.same in known:
                try:
                    await identity.refuse_known(tx, self._job.desk, row.judged.document)
                except Refusal as refusal:
                    each.refuse(refusal)
            if row.asked.login in logins:
                each.refuse(LoginTaken(login=row.asked.login, field="login"))
