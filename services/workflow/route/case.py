"""Who wishes to take a route, for what, as its rules see it; and what they found."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.accounts.contract import HeldTitle, OrganisationNature, PersonKind, PersonStanding
from services.kit.errors import Finding
from services.quota.contract import TitleLevel
from services.workflow.cycle.states import DecidedBy
from services.workflow.route.policy import TitleScope
from services.workflow.route.states import Verdict
from services.workflow.route.titles import that_count


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit that recommends, as far as conditions read it."""

    uscc: str | None


@dataclass(frozen=True, slots=True)
class Nomination:
    """An expert who nominates; `own`: it is the applicant."""

    name: str
    own: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A person and a wish; `standing` and `unit` are there where a condition reads them.

    `pass_mark` is that of the year for the level, where one is on record.
    `decided` tells how each level of the series is obtained, in the specialty of the wish; `outside` which scopes of titles of
    limited validity the wish is not within.
    """

    kind: PersonKind
    nature: OrganisationNature | None
    series: str
    specialty: str | None
    level: TitleLevel
    assessment: str | None = None
    nominations: tuple[Nomination, ...] = ()
    pass_mark: int | None = None
    decided: Mapping[TitleLevel, DecidedBy] = field(default_factory=dict)
    standing: PersonStanding | None = None
    unit: Unit | None = None
    outside: tuple[TitleScope, ...] = ()

    @property
    def known(self) -> PersonStanding:
        """The standing, which whoever judges by it has asked for."""
        assert self.standing is not None, "the standing was not asked for"
        return self.standing

    @property
    def titles(self) -> list[HeldTitle]:
        """The titles held that count for the wish."""
        return that_count(self.known.titles, self.outside)

    @property
    def employer(self) -> Unit:
        """The unit, which whoever judges by it has asked for."""
        assert self.unit is not None, "the unit was not asked for"
        return self.unit


@dataclass(frozen=True, slots=True)
class Judgement:
    """One condition of a route, judged, with its article."""

    verdict: Verdict
    finding: Finding
