"""What the notice and its neighbours say about meetings, as data."""

from fractions import Fraction
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, field_validator

from services.kit.policy import Entry, PolicyFile
from services.quota.contract import TitleLevel
from services.workflow.declaration.content import SECTIONS
from services.workflow.meeting.steps import ARTICLES

Share = Annotated[Fraction, BeforeValidator(lambda told: Fraction(str(told)))]
"""A share written as `2/3`: exact, so that two thirds of 11 is not a matter of rounding."""


class PlanAhead(Entry):
    """How long before the meeting its plan is filed."""

    days: int = Field(ge=0)
    cite: str


class Seats(Entry):
    """Fewest experts of a committee for some levels; an odd number is always required."""

    levels: list[TitleLevel]
    by_series: int = Field(ge=1)
    by_specialty: int = Field(ge=1)
    cite: str

    def fewest(self, *, by_specialty: bool) -> int:
        """The fewest seats of a committee formed by specialty, or by series."""
        return self.by_specialty if by_specialty else self.by_series


class ShareOf(Entry):
    """A share of a number of experts."""

    share: Share
    cite: str

    @field_validator("share")
    @classmethod
    def _within_one(cls, share: Fraction) -> Fraction:
        if not 0 < share <= 1:
            raise ValueError("a share lies above 0 and at most at 1")
        return share

    def reached(self, part: int, whole: int) -> bool:
        """Whether `part` is at least this share of `whole`."""
        return part >= self.share * whole

    def least(self, whole: int) -> int:
        """The smallest number that reaches this share of `whole`."""
        return -(-self.share.numerator * whole // self.share.denominator)


class Groups(Entry):
    """How few experts a group may have."""

    fewest: int = Field(ge=1)
    cite: str


class Replacements(Entry):
    """How many experts of a meeting may be replaced on the office's word alone before it is a sign for who oversees it."""

    on_word: int = Field(ge=0)
    cite: str


class ResultPublicity(Entry):
    """How long results are public before they can be filed."""

    working_days: int = Field(ge=1)
    cite: str


class PledgeText(Entry):
    """What an expert signs."""

    text: str
    cite: str


class ExpertView(Entry):
    """What of a declaration an expert sees: only `sections`, in them no `hidden_fields` at any depth, files of `materials`."""

    sections: list[str]
    hidden_fields: list[str]
    materials: list[str]
    cite: str

    @field_validator("sections")
    @classmethod
    def _known(cls, sections: list[str]) -> list[str]:
        if unknown := sorted(set(sections) - set(SECTIONS)):
            raise ValueError(f"a declaration has no section {', '.join(unknown)}")
        return sections


class MeetingPolicy(PolicyFile):
    """`meeting.yaml` of one year."""

    used: ClassVar[frozenset[str]] = ARTICLES

    plan_ahead: PlanAhead
    seats: list[Seats]
    quorum: ShareOf
    pass_share: ShareOf
    case_quorum: ShareOf
    group: Groups
    replacement: Replacements
    result_publicity: ResultPublicity
    pledge: PledgeText
    expert_view: ExpertView

    @field_validator("seats")
    @classmethod
    def _every_level_once(cls, seats: list[Seats]) -> list[Seats]:
        named = [level for each in seats for level in each.levels]
        if sorted(named) != sorted(TitleLevel):
            raise ValueError("each level is named once")
        return seats

    def fewest_seats(self, levels: list[str], *, by_specialty: bool) -> int:
        """The fewest seats of a committee for `levels`: the strictest of them."""
        return max(
            each.fewest(by_specialty=by_specialty) for each in self.seats if set(each.levels) & set(levels)
        )
