"""Annex 3 as data: kinds, who creates what where, special units, and the administrative divisions."""

from datetime import date
from enum import StrEnum

from pydantic import Field, model_validator

from services.accounts.contract import OrganisationKind, OrganisationLevel, OrganisationNature
from services.kit.policy import Entry, PolicyFile


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


class FormerRegionEntry(Entry):
    """A code and name that a division had; `until` is the first day of what came after."""

    code: str = Field(pattern=r"^\d{6}$")
    name: str
    since: date | None = None
    until: date


class RegionEntry(Entry):
    """One administrative division and those below it; without `since` it is as old as the standard."""

    code: str = Field(pattern=r"^\d{6}$")
    name: str
    since: date | None = None
    formerly: tuple[FormerRegionEntry, ...] = ()
    below: tuple["RegionEntry", ...] = ()


class RegionFile(PolicyFile, RegionEntry):
    """regions.yaml: the province and all below it."""
