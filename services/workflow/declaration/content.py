"""The sections of a declaration, typed: a draft may leave any of them out, what is given has to be well formed.

Name, resident id and phone are not here: they belong to accounts, and are not written a second time.
"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.quota.contract import TitleLevel
from services.workflow.shapes import Line, Prose

Kind = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,39}$")]
Hours = Annotated[int, Field(ge=0, le=2000)]


class Section(BaseModel):
    """Base of every section: unknown keys are refused, so that nothing a person writes is lost silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Basic(Section):
    """基本信息: what the review needs beyond what accounts knows."""

    birth_date: date
    work_began_on: date
    post: Line
    specialty_practised: Line | None = None


class Education(Section):
    """学历: full-time and part-time count alike (一（五）2)."""

    school: Line
    major: Line
    degree: Kind
    full_time: bool
    graduated_on: date


class Work(Section):
    """工作经历: one employment; `until` is missing where it lasts."""

    organisation: Line
    post: Line
    since: date
    until: date | None = None

    @model_validator(mode="after")
    def ends_after_beginning(self) -> "Work":
        """Refuse an employment that ends before it begins."""
        if self.until is not None and self.until < self.since:
            raise ValueError("an employment cannot end before it begins")
        return self


class PresentTitle(Section):
    """现专业技术资格: achievements count from the year after it was obtained (三（六）2)."""

    name: Line
    level: TitleLevel
    obtained_on: date
    appointed_on: date | None = None


class Achievement(Section):
    """业绩成果: one achievement; its kind is one of the policy's, its specialty is told where the series asks (一（五）3)."""

    kind: Kind
    title: Line
    obtained_on: date
    specialty: Line | None = None
    part: Line | None = None
    description: Prose | None = None


class ContinuingEducation(Section):
    """继续教育: class hours of one year, public and professional (二（五）1)."""

    year: Annotated[int, Field(ge=1990, le=2100)]
    public_hours: Hours
    professional_hours: Hours


class Responsibility(Section):
    """个人承诺: the applicant answers for what is submitted (二（五）3)."""

    confirmed: bool


class Content(Section):
    """Everything an applicant writes; in a draft any section may be missing."""

    basic: Basic | None = None
    education: Annotated[list[Education], Field(max_length=20)] = []
    work_history: Annotated[list[Work], Field(max_length=50)] = []
    present_title: PresentTitle | None = None
    achievements: Annotated[list[Achievement], Field(max_length=200)] = []
    continuing_education: Annotated[list[ContinuingEducation], Field(max_length=40)] = []
    responsibility: Responsibility | None = None

    def differing(self, other: "Content") -> set[str]:
        """The names of the sections that are not the same in `other`."""
        return {name for name in SECTIONS if getattr(self, name) != getattr(other, name)}

    def filled(self, section: str) -> int:
        """How many entries a section has; 1 or 0 for one that is no list."""
        value = getattr(self, section)
        return len(value) if isinstance(value, list) else int(value is not None)


SECTIONS: tuple[str, ...] = tuple(Content.model_fields)
"""The names of the sections, in the order of the form."""
