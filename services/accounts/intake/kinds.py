"""What an import needs of each kind of rows: to find their keys, to judge them, to write them."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.intake.judging import Job, Judged
from services.accounts.intake.model import IntakeRow
from services.accounts.intake.organisation_rows import OrganisationRows
from services.accounts.intake.organisation_writing import OrganisationWriter
from services.accounts.intake.person_rows import PersonRows
from services.accounts.intake.person_writing import PersonWriter
from services.accounts.intake.states import Kind
from services.spreadsheet.columns import Cells


class Rows(Protocol):
    """Judges rows."""

    def keys(self, cells: Cells) -> dict[str, str | None]:
        """What other rows find a row by, in the open."""
        ...

    async def judge(self, tx: AsyncSession, rows: Sequence[IntakeRow], *, placed: bool) -> list[Judged[Any]]:
        """What is found of rows."""
        ...


class Writer(Protocol):
    """Writes rows that were found right."""

    async def write(self, tx: AsyncSession, judged: Sequence[Judged[Any]]) -> list[dict[str, Any]]:
        """Write them, all that a single creation writes; what is to be kept with each row."""
        ...


def rows_of(kind: Kind, job: Job) -> Rows:
    """Whoever judges rows of a kind."""
    return OrganisationRows(job) if kind is Kind.ORGANISATIONS else PersonRows(job)


def writer_of(kind: Kind, job: Job) -> Writer:
    """Whoever writes rows of a kind."""
    return OrganisationWriter(job) if kind is Kind.ORGANISATIONS else PersonWriter(job)
