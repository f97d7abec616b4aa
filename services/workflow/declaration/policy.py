"""What the notice says of declarations, as this concept reads it: sections, dates, hours, windows, numbers."""

from datetime import date
from typing import ClassVar

from pydantic import Field, field_validator, model_validator

from services.accounts.contract import PersonKind
from services.kit.errors import Basis
from services.kit.policy import Entry, PolicyFile
from services.kit.steps import articles_used
from services.quota.contract import TitleLevel
from services.workflow.cycle.states import Window
from services.workflow.declaration.content import SECTIONS
from services.workflow.declaration.steps import STEPS
from services.workflow.review_chain.policy import ReviewingPlace

NAMED = frozenset(
    {"declaration_order", "test_before_filling", "series_published", "one_per_year", "one_committee"}
    | {"declared_at_unit", "declared_at_county", "posting_counts"}
)
"""Articles that refusals name beside those of the table."""


class Cited(Entry):
    """An entry with the article that demands it."""

    cite: str
    summary: str

    def basis(self) -> Basis:
        """The article."""
        return Basis(self.cite, self.summary)


class SectionDemand(Cited):
    """A section of the form: whether and of whom it is demanded before submission."""

    code: str
    name: str
    at_least: int = Field(1, ge=0)
    levels: tuple[TitleLevel, ...] = ()

    @field_validator("code")
    @classmethod
    def known(cls, code: str) -> str:
        """Refuse a section that the form does not have."""
        if code not in SECTIONS:
            raise ValueError(f"no section is called {code}; there are {', '.join(SECTIONS)}")
        return code

    def demanded_of(self, level: str) -> bool:
        """Whether the section is demanded for a declaration of `level`; no level named means all."""
        return self.at_least > 0 and (not self.levels or level in self.levels)


class CutOff(Entry):
    """Which dates count: up to `until`, and achievements from so many years after the present title's year."""

    until: date
    years_after_present_title: int = Field(ge=0)


class HoursDemand(Cited):
    """Class hours of continuing education that a year needs."""

    year: int
    public: int = Field(ge=0)
    professional: int = Field(ge=0)


class Kind(Entry):
    """A kind of achievement."""

    code: str
    name: str


class DeclarationWindows(Entry):
    """The window of the cycle in which each party acts."""

    first_submission: Window
    resubmission: Window
    review: Window


class DirectKind(Entry):
    """A kind of person who declares directly, and the article that says so."""

    kind: PersonKind
    article: str


class Direct(Entry):
    """Who declares without a unit, and where the review then begins (二（二）2)."""

    to: ReviewingPlace
    kinds: tuple[DirectKind, ...]

    def article(self, kind: PersonKind) -> str | None:
        """The article by which people of this kind declare directly; None: a unit has to recommend them."""
        return next((each.article for each in self.kinds if each.kind == kind), None)


class DeclarationPolicy(PolicyFile):
    """declaration.yaml."""

    used: ClassVar[frozenset[str]] = frozenset(articles_used(STEPS)) | NAMED

    number: str
    windows: DeclarationWindows
    direct: Direct
    cut_off: CutOff
    sections: tuple[SectionDemand, ...]
    achievement_kinds: tuple[Kind, ...]
    continuing_education: tuple[HoursDemand, ...]

    @model_validator(mode="after")
    def articles_known(self) -> "DeclarationPolicy":
        """Refuse a kind of direct applicant whose article this file lacks."""
        if missing := sorted({each.article for each in self.direct.kinds} - set(self.articles)):
            raise ValueError(f"direct: no article {', '.join(missing)}")
        return self

    @field_validator("sections")
    @classmethod
    def every_section(cls, sections: tuple[SectionDemand, ...]) -> tuple[SectionDemand, ...]:
        """Refuse a policy that leaves a section of the form unnamed, or names one twice."""
        if sorted(each.code for each in sections) != sorted(SECTIONS):
            raise ValueError(f"name each section once: {', '.join(SECTIONS)}")
        return sections

    @field_validator("number")
    @classmethod
    def numberable(cls, pattern: str) -> str:
        """Refuse a pattern that numbers cannot be made of."""
        if "{sequence" not in pattern:
            raise ValueError("the pattern has to contain {sequence}")
        pattern.format(year=2000, sequence=1)
        return pattern

    def number_of(self, *, year: int, sequence: int) -> str:
        """The number of a declaration."""
        return self.number.format(year=year, sequence=sequence)
