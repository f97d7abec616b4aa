"""The notice's Annex 3, its rules about accounts, and the online test, as data checked at start."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path

from pydantic import Field, model_validator

from services.accounts.contract import (
    OrganisationKind,
    OrganisationLevel,
    OrganisationNature,
    PersonKind,
    Role,
)
from services.accounts.organisation.regions import Region, regions_of
from services.kit.errors import NotFound
from services.kit.policy import Articles, Entry, PolicyError, PolicyFile, load, years


class Need(StrEnum):
    """Whether a field is asked for."""

    REQUIRED = "REQUIRED"
    OPTIONAL = "OPTIONAL"
    FORBIDDEN = "FORBIDDEN"


class Reach(StrEnum):
    """Where the created organisation lies, seen from the creator's jurisdiction."""

    OWN = "OWN"
    DIRECTLY_BELOW = "DIRECTLY_BELOW"
    WITHIN = "WITHIN"


class Label(Entry):
    """A name in both languages."""

    zh: str
    en: str


class Place(Entry):
    """A kind of organisation, at one level or (without level) at any."""

    kind: OrganisationKind
    level: OrganisationLevel | None = None
    industry: str | None = None


class KindRule(Label):
    """What an organisation of a kind must tell of itself."""

    uscc: Need
    industry: Need
    single: bool
    natures: list[OrganisationNature]
    default_nature: OrganisationNature | None = None


class Industry(Label):
    """A line of work; `only_under` limits internal departments of it to one superior."""

    kinds: list[OrganisationKind]
    only_under: Place | None = None


class Creation(Entry):
    """One row of 附件3 二: who creates what where."""

    creator: Place
    creates: Place
    region: Reach
    article: str


class Special(Entry):
    """One row of 附件3 三: what units of a nature count as and to whom they belong."""

    nature: OrganisationNature
    counts_as: Place
    creator: Place | None = None
    region: Reach = Reach.WITHIN
    industry: Need | None = None
    article: str


class FirstAccount(Entry):
    """An account that exists from the start."""

    login: str
    name: str


class Root(Entry):
    """The one organisation that exists from the start."""

    name: str
    region_code: str
    manager: FirstAccount
    operator: FirstAccount
    article: str


class OrganisationRules(PolicyFile):
    """organisations.yaml."""

    root: Root
    levels: dict[OrganisationLevel, Label]
    kinds: dict[OrganisationKind, KindRule]
    natures: dict[OrganisationNature, Label]
    industries: dict[str, Industry]
    creation: list[Creation]
    special: list[Special]

    def special_for(self, nature: OrganisationNature | None) -> Special | None:
        """The special subordination of a nature, if it has one."""
        return next((each for each in self.special if each.nature == nature), None)

    @model_validator(mode="after")
    def _whole(self) -> "OrganisationRules":
        for enum, table in ((OrganisationKind, self.kinds), (OrganisationLevel, self.levels)):
            if missing := set(enum) - set(table):
                raise ValueError(f"nothing is said of {', '.join(sorted(missing))}")
        named = {place.industry for special in self.special if (place := special.creator)} - {None}
        if unknown := named - set(self.industries):
            raise ValueError(f"unknown industry {', '.join(map(str, unknown))}")
        return self


class RegionEntry(Entry):
    """One administrative division and those below it."""

    code: str = Field(pattern=r"^\d{6}$")
    name: str
    formerly: str | None = None
    below: tuple["RegionEntry", ...] = ()


class RegionFile(PolicyFile, RegionEntry):
    """regions.yaml: the province and all below it."""


class PersonRule(Label):
    """Where people of a kind get their account."""

    natures: list[OrganisationNature]
    creator: Place | None = None
    article: str


class PasswordRule(Entry):
    """What a password must be."""

    min_length: int = Field(ge=8)
    max_length: int
    min_classes: int = Field(ge=1, le=4)


class Lockout(Entry):
    """After how many wrong tries for how long."""

    after: int = Field(ge=1)
    minutes: int = Field(ge=1)


class ActivationRule(Entry):
    """How long a first sign-in code is good."""

    valid_days: int = Field(ge=1)


class SessionRule(Entry):
    """How long a session lives unused, and at most."""

    idle_hours: int = Field(ge=1)
    longest_days: int = Field(ge=1)


class SignInRules(Entry):
    """How people sign in."""

    article: str
    password: PasswordRule
    lockout: Lockout
    activation: ActivationRule
    access_token_minutes: int = Field(ge=1, le=60)
    session: SessionRule


class PeopleRules(PolicyFile):
    """people.yaml."""

    kinds: dict[PersonKind, PersonRule]
    county_rests_on: dict[str, str]
    roles: dict[OrganisationKind, list[Role]]
    sign_in: SignInRules


class Paper(Entry):
    """How many questions a paper has, and the least score in per cent."""

    questions: int = Field(ge=1)
    pass_mark: int = Field(ge=1, le=100)


class Guide(Entry):
    """Something to read or watch before the test."""

    id: str
    kind: str
    title: str
    cite: str
    text: str
    url: str | None = None


class Question(Entry):
    """A question with its options and the right one."""

    id: str
    text: str
    options: dict[str, str]
    answer: str
    cite: str
    explanation: str

    @model_validator(mode="after")
    def _answerable(self) -> "Question":
        if self.answer not in self.options:
            raise ValueError(f"the answer {self.answer} is not among the options")
        return self


class LearningRules(PolicyFile):
    """learning.yaml."""

    paper: Paper
    guides: list[Guide]
    questions: list[Question]

    @model_validator(mode="after")
    def _enough(self) -> "LearningRules":
        if len({question.id for question in self.questions}) != len(self.questions):
            raise ValueError("two questions have the same id")
        if len(self.questions) < self.paper.questions:
            raise ValueError("a paper asks more questions than there are")
        return self

    def question(self, question_id: str) -> Question | None:
        """A question by its id."""
        return next((each for each in self.questions if each.id == question_id), None)


class Policy:
    """All of one year's rules that accounts needs."""

    def __init__(self, folder: Path, year: int, *, used: Iterable[str] = ()) -> None:
        self.year = year
        self.organisations = load(folder / "organisations.yaml", OrganisationRules)
        region_file = load(folder / "regions.yaml", RegionFile)
        self.people = load(folder / "people.yaml", PeopleRules)
        self.learning = load(folder / "learning.yaml", LearningRules)
        self.regions: Mapping[str, Region] = regions_of(region_file)
        files: list[PolicyFile] = [self.organisations, region_file, self.people, self.learning]
        self.articles = Articles(files, used={*used, *self._named()}, where=str(folder))
        if self.organisations.root.region_code not in self.regions:
            raise PolicyError(f"{folder / 'organisations.yaml'}: the root's region is not in regions.yaml")

    def _named(self) -> set[str]:
        rows: list[Creation | Special | PersonRule] = [
            *self.organisations.creation,
            *self.organisations.special,
        ]
        rows += self.people.kinds.values()
        more = {
            self.organisations.root.article,
            self.people.sign_in.article,
            *self.people.county_rests_on.values(),
        }
        return {row.article for row in rows} | more


class NoSuchCycle(NotFound):
    """There is no policy for that year."""

    code = "NO_SUCH_CYCLE"
    zh = "没有 {year} 年度的政策"
    en = "There is no policy for {year}."


class Policies:
    """The policies of one province, year by year."""

    def __init__(self, policies_dir: Path, province: str, *, used: Iterable[str] = ()) -> None:
        self.province = province
        used = set(used)
        self._by_year = {
            year: Policy(policies_dir / province / str(year), year, used=used)
            for year in years(policies_dir, province)
        }

    def of(self, year: int) -> Policy:
        """The policy of a cycle.

        Raises:
            NoSuchCycle: that year has none.
        """
        if year not in self._by_year:
            raise NoSuchCycle(year=year, field="cycle")
        return self._by_year[year]

    def on(self, day: date) -> Policy:
        """The policy that rules on a day: the newest that has begun, or the first there is."""
        begun = [year for year in self._by_year if year <= day.year]
        return self._by_year[max(begun, default=min(self._by_year))]
