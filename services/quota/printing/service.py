"""Makes a paper: the annual form for who may see it, Annex 1 for anybody."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.admission.turns import PAPERS
from services.kit.clock import SHANGHAI, Moment
from services.neighbours.client import Neighbour
from services.quota.annual_form.model import AnnualForm
from services.quota.policy import YearPolicy
from services.quota.printing import TEMPLATES, annual_form, ratio_table, workbook
from services.quota.printing.states import PaperFormat
from services.typesetting import MEDIA_TYPES, Format, typeset

ANNUAL_FORM, RATIO_TABLE = TEMPLATES / "annual_form.typ", TEMPLATES / "ratio_table.typ"


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper that was made."""

    content: bytes
    media_type: str
    file_name: str


async def annual_form_of(
    tx: AsyncSession,
    form: AnnualForm,
    wanted: PaperFormat,
    policy: YearPolicy,
    accounts: Neighbour,
    moment: Moment,
) -> Printed:
    """An annual form, a copy for each party that keeps one.

    Raises:
        Unavailable: accounts does not tell the unit's name.
        TooBusy: too many papers are to be made already.
    """
    sheet = await annual_form.sheet(tx, form, policy, accounts, moment)
    await tx.commit()  # all is read: no connection is held while it is made
    name = f"{sheet.unit['name']}{sheet.title}"
    if wanted is PaperFormat.XLSX:
        return _printed(await PAPERS.work(lambda: workbook.annual_form(sheet)), wanted, name)
    return _printed(await typeset(ANNUAL_FORM, sheet.told(), Format[wanted], at=moment.instant), wanted, name)


class RatioTables:
    """Annex 1 on paper, each year and format made once: what a year's policy says does not change while the process runs.

    Anybody may ask for it, so it must cost nothing to ask often; it is set as at the beginning of its year.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[int, PaperFormat], Printed] = {}
        self._at_work = asyncio.Lock()

    async def of(self, policy: YearPolicy, wanted: PaperFormat) -> Printed:
        """The table of a year."""
        key = (policy.year, wanted)
        if key not in self._made:
            async with self._at_work:
                if key not in self._made:
                    self._made[key] = await _ratio_table(policy, wanted)
        return self._made[key]


async def _ratio_table(policy: YearPolicy, wanted: PaperFormat) -> Printed:
    sheet = ratio_table.sheet(policy)
    begun = datetime(policy.year, 1, 1, tzinfo=SHANGHAI)
    if wanted is PaperFormat.XLSX:
        return _printed(await PAPERS.work(lambda: workbook.ratio_table(sheet)), wanted, sheet.title)
    return _printed(await typeset(RATIO_TABLE, sheet.told(), Format[wanted], at=begun), wanted, sheet.title)


def _printed(content: bytes, wanted: PaperFormat, name: str) -> Printed:
    media = workbook.MEDIA_TYPE if wanted is PaperFormat.XLSX else MEDIA_TYPES[Format[wanted]]
    return Printed(content, media, f"{name}.{wanted.lower()}")
