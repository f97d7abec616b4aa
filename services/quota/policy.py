"""The notices as this service reads them: some files of each year, checked when the service starts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from pydantic import model_validator

from services.accounts.contract import OrganisationNature
from services.kit import policy
from services.kit.errors import Basis, Invalid
from services.kit.policy import Articles, Entry, PolicyFile
from services.quota.allocation.policy import AllocationFile
from services.quota.contract import TitleLevel
from services.quota.overview.policy import OverviewFile
from services.quota.ratio.rules import RatioTable
from services.quota.reservation.rules import Exemption
from services.quota.staffing.policy import StaffingFile
from services.quota.staffing_import.policy import StaffingImportFile
from services.quota.targeted.policy import TargetedFile


class PrintedForm(Entry):
    """What the official form says beside its figures; `{year}` and `{<level>}` stand for what is filled in."""

    title: str
    recommended: str
    notes: tuple[str, ...]


class FormRule(Entry):
    """Which units file the annual review form, and what it says."""

    natures: frozenset[OrganisationNature]
    article: str
    printed: PrintedForm


class PostsFile(PolicyFile):
    """What one year's notice says about posts."""

    form: FormRule
    limited_levels: frozenset[TitleLevel]
    exemptions: tuple[Exemption, ...]
    ratios: RatioTable

    @model_validator(mode="after")
    def _articles_are_there(self) -> "PostsFile":
        named = {self.form.article, *(each.article for each in self.exemptions)}
        if missing := sorted(named - set(self.articles)):
            raise ValueError(f"names articles that are not there: {', '.join(missing)}")
        return self


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one year's folder that this service reads."""

    posts: PostsFile
    staffing: StaffingFile
    allocation: AllocationFile
    targeted: TargetedFile
    staffing_import: StaffingImportFile
    overview: OverviewFile

    @classmethod
    def read(cls, folder: Path) -> "Files":
        """Read and check them all."""
        return cls(
            posts=policy.load(folder / "posts.yaml", PostsFile),
            staffing=policy.load(folder / "staffing.yaml", StaffingFile),
            allocation=policy.load(folder / "allocation.yaml", AllocationFile),
            targeted=policy.load(folder / "targeted.yaml", TargetedFile),
            staffing_import=policy.load(folder / "staffing_import.yaml", StaffingImportFile),
            overview=policy.load(folder / "overview.yaml", OverviewFile),
        )

    def each(self) -> list[PolicyFile]:
        """All of them."""
        return [
            self.posts,
            self.staffing,
            self.allocation,
            self.targeted,
            self.staffing_import,
            self.overview,
        ]


class YearPolicy:
    """The posts of one year, with the articles they rest on."""

    def __init__(self, year: int, files: Files, articles: Articles) -> None:
        self.year = year
        self.posts = files.posts
        self.staffing = files.staffing
        self.allocation = files.allocation
        self.targeted = files.targeted
        self.staffing_import = files.staffing_import
        self.overview = files.overview
        self.articles = articles

    def basis(self, *keys: str) -> list[Basis]:
        """The articles by their keys."""
        return [self.articles[key] for key in keys]

    def is_limited(self, level: TitleLevel) -> bool:
        """Whether recommendations for `level` stay inside a number."""
        return level in self.posts.limited_levels


class YearUnknown(Invalid):
    """No policy of that year is loaded."""

    code = "YEAR_UNKNOWN"
    zh = "系统中没有 {year} 年度的岗位政策，已有：{known}"
    en = "No policy of {year} is loaded. Known: {known}."


class Policies:
    """Every year's policy of the province; years run side by side."""

    def __init__(self, by_year: Mapping[int, YearPolicy]) -> None:
        self._by_year = dict(sorted(by_year.items()))

    def of(self, year: int) -> YearPolicy:
        """The policy of `year`.

        Raises:
            YearUnknown: there is none.
        """
        if year not in self._by_year:
            raise YearUnknown(year=year, known="、".join(map(str, self._by_year)), field="year")
        return self._by_year[year]

    def counting_exits_on(self, day: date) -> YearPolicy:
        """The policy of the year that counts exits of a day; the newest one where no year does."""
        years = (each for each in self._by_year.values() if each.staffing.exits_window.covers(day))
        return next(years, self.newest)

    @cached_property
    def newest(self) -> YearPolicy:
        """The policy of the latest year."""
        return next(reversed(self._by_year.values()))


def load(policies_dir: Path, province: str, *, used: Iterable[str]) -> Policies:
    """Read the files of every year; `used` are the article keys that the code names.

    Raises:
        PolicyError: a file is missing or broken, or lacks an article.
    """
    found = {}
    for year in policy.years(policies_dir, province):
        folder = policies_dir / province / str(year)
        files = Files.read(folder)
        found[year] = YearPolicy(year, files, Articles(files.each(), used=used, where=str(folder)))
    return Policies(found)


async def policies_of(request: Request) -> Policies:
    """The policies this process loaded at start."""
    loaded: Policies = request.app.state.policies
    return loaded


CurrentPolicies = Annotated[Policies, Depends(policies_of)]
