"""What a table and a step of the annual review form must keep to (附件2), and how two versions differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.kit.steps import Broken, rule
from services.quota.annual_form.states import CELLS, TYPED, Cell, FormState
from services.quota.contract import TitleLevel
from services.quota.ledger.rules import Shortfall


@dataclass(frozen=True, slots=True)
class Column:
    """One level's column as the unit fills it in; `strange` are keys that no one may type here."""

    level: TitleLevel
    approved: int = 0
    employed: int = 0
    qualified_not_employed: int = 0
    exits: int = 0
    strange: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The columns as they came, and what else came beside them."""

    columns: tuple[Column, ...]
    strange: tuple[str, ...] = ()

    def by_level(self) -> dict[TitleLevel, Column]:
        """All four columns; a level left out has nothing in it."""
        given = {column.level: column for column in self.columns}
        return {level: given.get(level, Column(level)) for level in TitleLevel}


@dataclass(frozen=True, slots=True)
class CellReason:
    """Why a reviewer returns one cell."""

    level: TitleLevel
    cell: Cell
    reason: str

    def words(self) -> str:
        """The same as one line."""
        return f"{self.level.zh}{self.cell.zh}：{self.reason}"


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell in which a form differs from the unit's staffing ledger."""

    level: TitleLevel
    cell: Cell
    typed: int
    ledger: int

    def broken(self, field: str) -> Broken:
        """The same as a finding."""
        return Broken(
            f"{self.level.zh}“{self.cell.zh}”填写 {self.typed}，台账为 {self.ledger}",
            f"{self.cell} of {self.level} is {self.typed}, the staffing ledger says {self.ledger}.",
            field,
        )


@dataclass(frozen=True, slots=True)
class Typed:
    """A table as it came, and the figures of the unit's ledger."""

    table: Table
    ledger: Mapping[TitleLevel, Column]


@dataclass(frozen=True, slots=True)
class FormCase:
    """The facts of a form that its steps are judged by."""

    id: UUID
    state: FormState
    version: int
    lineage: tuple[UUID, ...]
    unit_id: UUID
    authority_id: UUID | None
    hrss_id: UUID
    reasons: tuple[CellReason, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()
    unlike_ledger: tuple[Difference, ...] = ()
    undecided: tuple[str, ...] = ()


@rule(
    "DERIVED_CELL_TYPED",
    article="derived_cells",
    zh="空缺岗位数和职称申报数由系统计算，不能填写",
    en="Vacancies and numbers to declare are derived, never typed.",
)
def derived_cells_are_not_typed(table: Table) -> list[Broken]:
    """Vacant and declarable follow from the other cells (附件2 说明2)."""
    return [
        Broken(
            f"{column.level.zh}“{Cell(key).zh}”由系统计算，不能填写",
            f"{key} of {column.level} is derived and cannot be typed.",
            f"levels.{place}.{key}",
        )
        for place, column in enumerate(table.columns)
        for key in column.strange
        if key in CELLS
    ]


@rule(
    "TOTAL_TYPED",
    article="form_cells",
    zh="总数由各级合计得出，不能填写",
    en="Totals are derived, never typed.",
)
def totals_are_not_typed(table: Table) -> Broken | None:
    """Totals are the sum of the levels (附件2 表)."""
    if "totals" not in table.strange:
        return None
    return Broken("总数由各级合计得出，不能填写", "Totals are derived and cannot be typed.", "totals")


@rule(
    "CELL_UNKNOWN",
    article="form_cells",
    zh="只填写表中所列各项",
    en="Only the table's own cells are filled in.",
)
def cells_are_known(table: Table) -> list[Broken]:
    """No cell beside those of the table, so that a misspelt one is not lost."""
    return [
        Broken(f"表中没有“{key}”一项", f"The table has no {key}.", f"levels.{place}.{key}")
        for place, column in enumerate(table.columns)
        for key in column.strange
        if key not in CELLS
    ]


@rule("LEVEL_TWICE", article="form_cells", zh="每一级别只填一列", en="Each level is one column.")
def levels_come_once(table: Table) -> list[Broken]:
    """Two columns of one level would contradict each other."""
    given = [column.level for column in table.columns]
    return [
        Broken(f"{level.zh}重复填写", f"{level} is given twice.", f"levels.{place}.level")
        for place, level in enumerate(given)
        if level in given[:place]
    ]


TABLE_RULES = (derived_cells_are_not_typed, totals_are_not_typed, cells_are_known, levels_come_once)


@rule(
    "CELL_UNLIKE_LEDGER",
    article="staffing_ledger",
    zh="建有台账的单位，表中各项与台账一致",
    en="Where a unit keeps a staffing ledger, the cells are the ledger's.",
)
def typed_cells_are_the_ledgers(typed: Typed) -> list[Broken]:
    """Parts that disagree are refused, naming the cell (附件2 表)."""
    places = {column.level: place for place, column in enumerate(typed.table.columns)}
    given = {level: typed.table.by_level()[level] for level in places}
    return [
        each.broken(f"levels.{places[each.level]}.{each.cell}") for each in differences(given, typed.ledger)
    ]


LEDGER_RULES = (typed_cells_are_the_ledgers,)


@rule(
    "LEDGER_MOVED",
    article="staffing_ledger",
    zh="报送和审核备案时表中各项与台账一致",
    en="When it is submitted and approved, the form's cells are the staffing ledger's.",
)
def ledger_has_not_moved(case: FormCase) -> list[Broken]:
    """What the ledger recorded since the form was filled in is filled in too before it goes up, and into force."""
    return [each.broken(f"{each.level}.{each.cell}") for each in case.unlike_ledger]


@rule(
    "EXAMINATION_UNDECIDED",
    article="exam_post",
    zh="以考代评取得资格的，逐人认定是否占岗后方可报送",
    en="Whether a qualification by examination takes a post is decided per person before the form goes up.",
)
def examinations_are_decided(case: FormCase) -> Broken | None:
    """Without the decision the number of people qualified but not employed is not known (附件2 说明2)."""
    if not case.undecided:
        return None
    names = "、".join(case.undecided)
    return Broken(
        f"尚未认定是否占岗：{names}", f"Not decided yet whether a post is taken: {names}.", "undecided"
    )


@rule(
    "REASON_PER_CELL",
    article="level_by_level",
    zh="退回时须逐项说明理由",
    en="A return names the cells to mend, each with its reason.",
)
def reason_per_cell(case: FormCase) -> Broken | None:
    """A return names at least one cell, with its reason (三（一）)."""
    if case.reasons:
        return None
    return Broken(
        "退回须指明需要修改的单元格并说明理由", "Name the cells to mend, each with its reason.", "cells"
    )


@rule(
    "NUMBERS_COVER_LIVE",
    article="within_numbers",
    zh="审核备案的申报数额不得低于已推荐的人数",
    en="The approved numbers cover the recommendations that live on them.",
)
def numbers_cover_live(case: FormCase) -> list[Broken]:
    """A new version may not take away places that recommendations already hold (二（一）第1段)."""
    return [each.broken(f"{each.level}.{Cell.DECLARABLE}") for each in case.shortfalls]


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that a new version of the form fills in differently."""

    level: TitleLevel
    cell: Cell
    before: int
    after: int


def differences(typed: Mapping[TitleLevel, object], ledger: Mapping[TitleLevel, Column]) -> list[Difference]:
    """The typed cells that differ from the ledger's."""
    return [
        Difference(level, cell, given, kept)
        for level in TitleLevel
        if level in typed
        for cell in TYPED
        if (given := getattr(typed[level], cell)) != (kept := getattr(ledger[level], cell))
    ]


def changes(before: Mapping[TitleLevel, object], after: Mapping[TitleLevel, object]) -> list[Change]:
    """What was typed differently, cell by cell."""
    return [
        Change(level, cell, old, new)
        for level in TitleLevel
        for cell in TYPED
        if (old := getattr(before[level], cell)) != (new := getattr(after[level], cell))
    ]
