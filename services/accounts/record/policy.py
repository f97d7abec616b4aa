"""What is told of people, who confirms it, and what it counts as: as data."""

from datetime import date
from enum import StrEnum

from pydantic import Field, model_validator

from services.accounts.contract import (
    ContestPlace,
    ContestRole,
    ContractKind,
    HonourLevel,
    OrganisationLevel,
    OrganisationNature,
    RecordKind,
    TitleLimit,
)
from services.accounts.organisation.policy import Label
from services.accounts.record.states import AssessmentResult
from services.kit.policy import Entry, PolicyFile


class Confirmer(StrEnum):
    """Which organisation confirms a record."""

    EMPLOYER = "EMPLOYER"
    SENDING_UNIT = "SENDING_UNIT"


class KindRule(Entry):
    """Who confirms records of a kind, how many a person has at most, and on which article they rest."""

    confirmed_by: Confirmer
    at_most: int = Field(ge=1, le=200)
    article: str


class EducationLevel(Label):
    """A level of education; the list runs from the lowest to the highest."""

    code: str


class ClassRule(Label):
    """A class of a technical school, and the level it counts as."""

    code: str
    counts_as: str
    article: str


class Contest(Entry):
    """Which places in which parts count, and the article on what contests do."""

    places: list[ContestPlace]
    roles: list[ContestRole]
    article: str


class HonourRule(Label):
    """An honour that the notice names."""

    code: str
    level: HonourLevel
    article: str
    contest: Contest | None = None


class AidRule(Entry):
    """Which places and which result count towards the years of an aid-Qinghai talent."""

    place_levels: list[OrganisationLevel]
    result: AssessmentResult
    article: str


class InsuranceRule(Entry):
    """How many days ago social insurance was last paid at most, for it to be paid still."""

    paid_within_days: int = Field(ge=0, le=366)
    article: str


class RecordRules(PolicyFile):
    """records.yaml."""

    earliest: date
    kinds: dict[RecordKind, KindRule]
    education_levels: list[EducationLevel]
    education_article: str
    technical_classes: list[ClassRule]
    honours: list[HonourRule]
    title_limits: dict[TitleLimit, str]
    private_natures: list[OrganisationNature]
    formal_contracts: list[ContractKind]
    aid: AidRule
    insurance: InsuranceRule

    @model_validator(mode="after")
    def _whole(self) -> "RecordRules":
        for words, told in ((RecordKind, self.kinds), (TitleLimit, self.title_limits)):
            if missing := set(words) - set(told):
                raise ValueError(f"nothing is said of {', '.join(sorted(missing))}")
        levels = [each.code for each in self.education_levels]
        for codes in (levels, [c.code for c in self.technical_classes], [h.code for h in self.honours]):
            if len(set(codes)) != len(codes):
                raise ValueError("a code is given twice")
        if unknown := {each.counts_as for each in self.technical_classes} - set(levels):
            raise ValueError(f"unknown level {', '.join(sorted(unknown))}")
        return self

    def rank(self, level: str) -> int:
        """How high a level of education is, from 0; -1 for one the policy does not know."""
        return next((n for n, each in enumerate(self.education_levels) if each.code == level), -1)

    def technical_class(self, code: str) -> ClassRule | None:
        """A class of a technical school by its code."""
        return next((each for each in self.technical_classes if each.code == code), None)

    def honour(self, code: str) -> HonourRule | None:
        """An honour by its code."""
        return next((each for each in self.honours if each.code == code), None)

    def named(self) -> set[str]:
        """The keys of the articles that the entries name."""
        rows: list[KindRule | ClassRule | HonourRule] = [
            *self.kinds.values(),
            *self.technical_classes,
            *self.honours,
        ]
        contests = {each.contest.article for each in self.honours if each.contest}
        more = {self.education_article, self.aid.article, self.insurance.article, *self.title_limits.values()}
        return {row.article for row in rows} | contests | more
