"""The annual review form as the official table shows it (附件2): what is printed, and what goes into a workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import SHANGHAI, Moment
from services.neighbours.client import Neighbour
from services.quota.annual_form import store
from services.quota.annual_form.model import AnnualForm, FormColumn, FormExit
from services.quota.annual_form.recommended import Recommended, recommended
from services.quota.annual_form.schemas import SignatureOut, signatures
from services.quota.annual_form.states import Cell, FormState, Party
from services.quota.contract import TitleLevel
from services.quota.policy import YearPolicy
from services.quota.unit import reading as units

COPIES = (Party.COMMITTEE_OFFICE, Party.HRSS, Party.AUTHORITY, Party.UNIT)
"""Whose copies are printed, in the order in which the form names them (说明1)."""
AGREED = "同意"


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the official table shows of a form; figures by cell and level."""

    title: str
    year: int
    number: str
    state: str
    unit: Mapping[str, str | None]
    figures: Mapping[Cell, Mapping[TitleLevel, int]]
    recommended: str
    people: Sequence[Mapping[str, Any]]
    authority: Mapping[str, str] | None
    hrss: Mapping[str, str] | None
    remarks: Sequence[str]
    notes: Sequence[str]
    copies: Sequence[str]

    def told(self) -> dict[str, Any]:
        """The same for a template: rows with their totals."""
        rows = [
            {
                "label": cell.zh,
                "total": sum(by_level.values()),
                **{str(level): n for level, n in by_level.items()},
            }
            for cell, by_level in self.figures.items()
        ]
        return {**asdict(self), "figures": None, "rows": rows}


async def sheet(
    tx: AsyncSession, form: AnnualForm, policy: YearPolicy, accounts: Neighbour, moment: Moment
) -> Sheet:
    """The official table of a form.

    Raises:
        Unavailable: accounts does not tell the unit's name.
    """
    card = await units.with_phone(accounts, await units.card(tx, accounts, form.unit_id))
    columns = (await store.columns_of(tx, [form.id]))[form.id]
    signed = signatures((await store.histories_of(tx, [form.id]))[form.id])
    people = await recommended(tx, form, policy, moment)
    printed = policy.posts.form.printed
    counts = {str(level): sum(each.reservation.level == level for each in people) for level in TitleLevel}
    return Sheet(
        title=printed.title.format(year=form.year),
        year=form.year,
        number=str(form.id),
        state=_state(form),
        unit={"name": card.name, "authority": card.authority_name, "phone": card.phone},
        figures=_figures(columns),
        recommended=printed.recommended.format(year=form.year, **counts),
        people=[_person(each) for each in people],
        authority=_opinion(signed, Party.AUTHORITY),
        hrss=_opinion(signed, Party.HRSS),
        remarks=[_exit(each) for each in (await store.exits_of(tx, [form.id]))[form.id]],
        notes=printed.notes,
        copies=[party.zh for party in COPIES],
    )


def _state(form: AnnualForm) -> str:
    revision = f"（第{form.revision}版）" if form.revision > 1 else ""
    return f"{FormState(form.state).zh}{revision}"


def _figures(columns: Mapping[TitleLevel, FormColumn]) -> dict[Cell, dict[TitleLevel, int]]:
    return {cell: {level: getattr(column, cell) for level, column in columns.items()} for cell in Cell}


def _person(each: Recommended) -> dict[str, Any]:
    return {
        "name": each.reservation.person_name,
        **asdict(each.staff),
        "level": TitleLevel(each.reservation.level).zh,
    }


def _opinion(signed: Sequence[SignatureOut], party: Party) -> dict[str, str] | None:
    found = next((each for each in signed if each.party is party), None)
    if found is None:
        return None
    day = found.at.astimezone(SHANGHAI)
    return {"opinion": AGREED, "name": found.name, "on": f"{day.year}年{day.month}月{day.day}日"}


def _exit(each: FormExit) -> str:
    return f"{each.name}，{each.post}，{each.reason}，{each.left_on}，{each.document}"
