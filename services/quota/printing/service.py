"""Makes a paper: the annual form for who may see it, Annex 1 for anybody."""

import asyncio
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.client import Neighbour
from services.kit.clock import Moment
from services.quota.annual_form.model import AnnualForm
from services.quota.policy import YearPolicy
from services.quota.printing import annual_form, ratio_table, workbook
from services.quota.printing.states import PaperFormat
from services.quota.printing.typesetting import MEDIA_TYPES, Format, typeset


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
    """
    sheet = await annual_form.sheet(tx, form, policy, accounts, moment)
    name = f"{sheet.unit['name']}{sheet.title}"
    if wanted is PaperFormat.XLSX:
        return _printed(await asyncio.to_thread(workbook.annual_form, sheet), wanted, name)
    return _printed(
        await typeset("annual_form", sheet.told(), Format[wanted], at=moment.instant), wanted, name
    )


async def ratio_table_of(policy: YearPolicy, wanted: PaperFormat, moment: Moment) -> Printed:
    """Annex 1 of a year."""
    sheet = ratio_table.sheet(policy)
    if wanted is PaperFormat.XLSX:
        return _printed(await asyncio.to_thread(workbook.ratio_table, sheet), wanted, sheet.title)
    return _printed(
        await typeset("ratio_table", sheet.told(), Format[wanted], at=moment.instant), wanted, sheet.title
    )


def _printed(content: bytes, wanted: PaperFormat, name: str) -> Printed:
    media = workbook.MEDIA_TYPE if wanted is PaperFormat.XLSX else MEDIA_TYPES[Format[wanted]]
    return Printed(content, media, f"{name}.{wanted.lower()}")
