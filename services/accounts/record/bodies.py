"""What a record of each kind tells: one shape a kind, told apart by `kind`.

`natural` names the fields by which two records tell the same; `past` the dates that cannot lie ahead.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    model_validator,
)

from services.accounts.contract import (
    ContestPlace,
    ContestRole,
    ContractKind,
    OrganisationLevel,
    OrganisationNature,
    PostingRole,
    RecordKind,
    TitleLimit,
)
from services.accounts.record.states import AssessmentResult, ObtainedBy, SchoolKind, StudyMode
from services.quota.contract import TitleLevel

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


def readable(text: str) -> str:
    """A text that can be kept and shown: no control characters, no half of a character."""
    if any(character < " " and character not in "\n\t" for character in text):
        raise ValueError("it holds control characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("it holds half a character") from None
    return text


def _at_most(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


Line = Annotated[str, _at_most(120), AfterValidator(readable)]
Number = Annotated[str, _at_most(60), AfterValidator(readable)]
Prose = Annotated[str, _at_most(1000), AfterValidator(readable)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,39}$")]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
Year = Annotated[int, Field(ge=FIRST_DAY.year, le=LAST_DAY.year)]
Hours = Annotated[int, Field(ge=0, le=2000)]


class Shape(BaseModel):
    """Base of whatever is told: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(Shape):
    """Base of all kinds."""

    natural: ClassVar[tuple[str, ...]] = ()
    past: ClassVar[tuple[str, ...]] = ()
    begins: ClassVar[str] = ""

    def span(self) -> tuple[date, date | None]:
        """The first day of the fact, and its last where it has one."""
        first: date = getattr(self, self.begins)
        return first, None


class Period(Shape):
    """From a day to a day; without `until` it lasts."""

    since: Day
    until: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Period":
        if self.until is not None and self.until < self.since:
            raise ValueError("it cannot end before it begins")
        return self


class Lasting(Body, Period):
    """Base of what lasts for a time."""

    begins = "since"

    def span(self) -> tuple[date, date | None]:
        """The period."""
        return self.since, self.until


class Yearly(Body):
    """Base of what is told once of a year."""

    year: Year

    def span(self) -> tuple[date, date | None]:
        """From the year's first day on."""
        return date(self.year, 1, 1), None


class Degree(Body):
    """学历学位: mode and kind of school are told, and count for nothing (一（五）2)."""

    natural = ("education_level", "school", "field")
    past = ("graduated_on",)
    begins = "graduated_on"

    kind: Literal[RecordKind.DEGREE]
    education_level: Code
    school: Line
    school_kind: SchoolKind | None = None
    field: Line
    mode: StudyMode
    graduated_on: Day
    certificate_number: Number


class TechnicalClass(Body):
    """技工院校: a class counts as a level of education (一（五）4)."""

    natural = ("technical_class", "school", "field")
    past = ("graduated_on",)
    begins = "graduated_on"

    kind: Literal[RecordKind.TECHNICAL_CLASS]
    technical_class: Code
    school: Line
    field: Line
    graduated_on: Day
    certificate_number: Number


class PresentTitle(Body):
    """现专业技术资格, with its limits (二（五）5, 一（四）1)."""

    natural = ("series", "specialty", "title_level")
    past = ("obtained_on",)
    begins = "obtained_on"

    kind: Literal[RecordKind.PRESENT_TITLE]
    series: Code
    specialty: Line | None = None
    title_level: TitleLevel
    title_name: Line
    obtained_on: Day
    obtained_by: ObtainedBy
    issuing_body: Line
    certificate_number: Number
    limits: Annotated[list[TitleLimit], Field(max_length=2)] = []


class Appointment(Body):
    """聘任: the post a person is appointed to (二（五）2)."""

    natural = ("title_level", "appointed_on")
    past = ("appointed_on",)
    begins = "appointed_on"

    kind: Literal[RecordKind.APPOINTMENT]
    title_level: TitleLevel
    post_grade: Annotated[int, Field(ge=1, le=13)] | None = None
    appointed_on: Day
    document: Line


class ContestResult(Shape):
    """What was won in which contest, in which part, and who held it."""

    contest_name: Line
    place: ContestPlace
    role: ContestRole
    on_record: bool
    organiser: Line
    administrative_organiser: bool


class Honour(Body):
    """荣誉: one that the notice names, by its code (一（五）4（2）, （3）)."""

    natural = ("honour", "awarded_on", "contest")
    past = ("awarded_on",)
    begins = "awarded_on"

    kind: Literal[RecordKind.HONOUR]
    honour: Code
    awarded_on: Day
    awarding_body: Line
    document: Line | None = None
    contest: ContestResult | None = None


class VillagePosting(Lasting):
    """驻村, with what the posting unit says of it (一（四）3)."""

    natural = ("region_code", "since")
    past = ("since",)

    kind: Literal[RecordKind.VILLAGE_POSTING]
    role: PostingRole
    region_code: RegionCode
    sending_unit_id: UUID
    posting_unit: Line
    statement: Prose


class AidPeriod(Lasting):
    """援青: who sends, who receives, and at which level the place is (二（四）1)."""

    natural = ("receiving_unit", "since")
    past = ("since",)

    kind: Literal[RecordKind.AID_PERIOD]
    sending_unit: Line
    receiving_unit: Line
    place_level: OrganisationLevel


class YearlyAssessment(Yearly):
    """年度考核 (二（四）1（3）)."""

    natural = ("year",)

    kind: Literal[RecordKind.YEARLY_ASSESSMENT]
    result: AssessmentResult
    unit: Line


class SocialInsurance(Body):
    """社会保险: the periods in which it was paid at the unit's place (一（五）1（1）)."""

    natural = ("unit", "region_code", "periods")

    kind: Literal[RecordKind.SOCIAL_INSURANCE]
    unit: Line
    region_code: RegionCode
    periods: Annotated[list[Period], Field(min_length=1, max_length=60)]

    def span(self) -> tuple[date, date | None]:
        """From the first month paid to the last."""
        ends = [period.until for period in self.periods]
        last = None if None in ends else max(end for end in ends if end is not None)
        return min(period.since for period in self.periods), last


class Contract(Lasting):
    """聘用（劳动）合同; `unit_id` where the unit has an account here (一（五）1（1）)."""

    natural = ("unit", "contract_kind", "since")
    past = ("since",)

    kind: Literal[RecordKind.CONTRACT]
    contract_kind: ContractKind
    unit: Line
    unit_id: UUID | None = None


class ContinuingEducation(Yearly):
    """继续教育: hours of a year (二（五）1)."""

    natural = ("year",)

    kind: Literal[RecordKind.CONTINUING_EDUCATION]
    public_hours: Hours
    professional_hours: Hours
    platform: Line | None = None
    certificate_number: Number | None = None


class WorkExperience(Lasting):
    """专业技术工作经历: technical work at a unit of some nature (一（五）1（2）)."""

    natural = ("unit", "since")
    past = ("since", "until")

    kind: Literal[RecordKind.WORK_EXPERIENCE]
    unit: Line
    unit_nature: OrganisationNature
    work: Line


class Examination(Body):
    """专业技术资格考试: the mark reached in the state's examination for a level, good until its last day (三（六）1)."""

    natural = ("series", "title_level", "held_on")
    past = ("held_on",)
    begins = "held_on"

    kind: Literal[RecordKind.EXAMINATION]
    series: Code
    title_level: TitleLevel
    mark: Annotated[int, Field(ge=0, le=1000)]
    held_on: Day
    until: Day | None = None
    certificate_number: Number

    def span(self) -> tuple[date, date | None]:
        """From its day on, as long as it is good."""
        return self.held_on, self.until


AnyBody = Annotated[
    Degree
    | TechnicalClass
    | PresentTitle
    | Appointment
    | Honour
    | VillagePosting
    | AidPeriod
    | YearlyAssessment
    | SocialInsurance
    | Contract
    | ContinuingEducation
    | WorkExperience
    | Examination,
    Field(discriminator="kind"),
]
"""A body of any kind."""

READ: TypeAdapter[AnyBody] = TypeAdapter(AnyBody)
"""Reads a body that was kept."""
