"""Annex 1 as the official table shows it: a row per group of regions, three groups of ratios, per cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.quota.policy import YearPolicy
from services.quota.ratio.rules import Row


@dataclass(frozen=True, slots=True)
class Column:
    """One column of ratios: a group and a level within it; `sum_of` are the groups that make it up."""

    group: str
    level: str
    zh: str
    sum_of: tuple[str, ...] = ()

    def of(self, row: Row) -> int:
        """Its number in a row, per cent."""
        number: int = getattr(getattr(row, self.group), self.level)
        return number

    def parts(self) -> list["Column"]:
        """The columns that make it up."""
        return [each for each in COLUMNS if each.group in self.sum_of and each.level == self.level]


COLUMNS = (
    Column("unified", "senior", "全省统一核定的比例：高级"),
    Column("unified", "middle", "全省统一核定的比例：中级"),
    Column("unified", "junior", "全省统一核定的比例：初级"),
    Column("targeted", "senior", "单独核定双定向比例：高级"),
    Column("targeted", "middle", "单独核定双定向比例：中级"),
    Column("overall", "senior", "总体控制比例：高级", ("unified", "targeted")),
    Column("overall", "middle", "总体控制比例：中级", ("unified", "targeted")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the printed table; what its remark says is not said twice."""

    title: str
    row: Row


@dataclass(frozen=True, slots=True)
class RatioSheet:
    """The printed table."""

    title: str
    rows: Sequence[Line]
    note: str

    def told(self) -> dict[str, Any]:
        """The same for a template."""
        return {
            "title": self.title,
            "note": self.note,
            "rows": [
                {
                    "title": line.title,
                    "numbers": [column.of(line.row) for column in COLUMNS],
                    "remark": line.row.remark or "",
                }
                for line in self.rows
            ],
        }


def sheet(policy: YearPolicy) -> RatioSheet:
    """Annex 1 of a year."""
    table = policy.posts.ratios
    rows = [Line(row.title.removesuffix(f"（{row.remark}）"), row) for row in table.rows]
    return RatioSheet(table.printed.title.format(year=policy.year), rows, table.printed.note)
