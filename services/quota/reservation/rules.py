"""Who takes no post: the cases that the notice lists, each with its article."""

from collections.abc import Iterable, Mapping

from pydantic import model_validator

from services.accounts.contract import OrganisationNature, PersonKind
from services.kit.policy import Entry
from services.kit.words import Word
from services.quota.contract import Ground, TitleLevel


class Fact(Word):
    """What an exemption looks at."""

    UNIT_NATURE = "unit_nature", "单位性质"
    PERSON_KIND = "person_kind", "人员类别"
    GROUND = "ground", "不占岗位的情形"
    LEVEL = "level", "申报级别"


VALUES: Mapping[Fact, type[Word]] = {
    Fact.UNIT_NATURE: OrganisationNature,
    Fact.PERSON_KIND: PersonKind,
    Fact.GROUND: Ground,
    Fact.LEVEL: TitleLevel,
}


class Exemption(Entry):
    """One case in which a recommendation takes no post: a fact is among the values listed, for some levels or all."""

    code: str
    title: str
    fact: Fact
    among: frozenset[str]
    levels: frozenset[TitleLevel] | None = None
    article: str

    @model_validator(mode="after")
    def _values_exist(self) -> "Exemption":
        if strange := sorted(self.among - set(VALUES[self.fact])):
            raise ValueError(f"{self.fact} knows no {', '.join(strange)}")
        return self

    def covers(self, facts: Mapping[Fact, str | None]) -> bool:
        """Whether this case is the one that `facts` describe; an unknown fact is covered by none."""
        fits = self.levels is None or facts.get(Fact.LEVEL) in self.levels
        return fits and facts.get(self.fact) in self.among


def exemption_of(exemptions: Iterable[Exemption], facts: Mapping[Fact, str | None]) -> Exemption | None:
    """The first case that covers `facts`; None when a post is needed."""
    return next((each for each in exemptions if each.covers(facts)), None)
