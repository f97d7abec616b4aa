"""`routes.yaml`: every route with whom it is open to, from which posts, and on what conditions."""

from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from services.accounts.contract import HonourLevel, OrganisationNature, PersonKind, TitleLimit
from services.kit.policy import Entry, PolicyFile
from services.quota.contract import Ground, PostPool, TitleLevel
from services.workflow.cycle.states import DecidedBy
from services.workflow.route.states import NORMAL, Fact, Waiver, Work

PARAMETERS = {
    Fact.REGISTERED_HERE: "province",
    Fact.INSURED_AT_UNIT: "at_least",
    Fact.HONOUR: "honours",
    Fact.PRIVATE_SERVICE: "after",
    Fact.AID_MONTHS: "at_least",
    Fact.AID_EXCELLENT_YEARS: "at_least",
    Fact.NOMINATED: "at_least",
}
"""What a condition on a fact names beside its article; the others name nothing."""


class YearsAfter(Entry):
    """How many years of work are needed after graduating at a level of education, or at one of those above it."""

    education: tuple[str, ...] = Field(min_length=1)
    title: str
    years: int = Field(ge=1)


class Check(Entry):
    """A condition: on which fact, how much of it, and by which article."""

    fact: Fact
    article: str
    province: str | None = Field(None, pattern=r"^[0-9]{2}$")
    at_least: int | None = Field(None, ge=1)
    honours: HonourLevel | None = None
    after: tuple[YearsAfter, ...] = ()

    @model_validator(mode="after")
    def complete(self) -> Self:
        """Refuse a condition that lacks its parameter, or has one that its fact does not read."""
        given = {name for name in ("province", "at_least", "honours", "after") if getattr(self, name)}
        needed = {PARAMETERS[self.fact]} if self.fact in PARAMETERS else set()
        if given != needed:
            raise ValueError(f"{self.fact} takes {', '.join(needed) or 'no parameter'}")
        return self


class Route(Entry):
    """A route: whom it is open to, at which levels, in which series, from which posts, on what conditions.

    `decided_by`: only where each level that the route leads to is obtained in one of these ways (空: 不限).
    """

    code: str = Field(pattern=r"^[A-Z_]{1,40}$")
    title: str
    article: str
    kinds: tuple[PersonKind, ...] = Field(min_length=1)
    natures: tuple[OrganisationNature, ...] = ()
    levels: tuple[TitleLevel, ...] = ()
    series: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    series_article: str | None = None
    decided_by: tuple[DecidedBy, ...] = ()
    pool: PostPool = PostPool.GENERAL
    ground: Ground | None = None
    no_post: bool = False
    named: bool = False
    direct: bool = False
    checks: tuple[Check, ...] = ()
    waives: tuple[Waiver, ...] = ()
    single_case: bool = False

    @property
    def articles(self) -> Iterator[str]:
        """The keys of the articles that it rests on."""
        yield self.article
        if self.series_article is not None:
            yield self.series_article
        yield from (check.article for check in self.checks)

    @property
    def takes_post(self) -> bool:
        """Whether it is within the unit's numbers: nobody outside of them needs a post that the plan announces."""
        return self.ground is None and not self.no_post and not self.direct

    @property
    def assessed(self) -> bool:
        """Whether it rests on the document of the unit's assessment."""
        return any(check.fact is Fact.ASSESSMENT for check in self.checks)

    @property
    def nominated(self) -> bool:
        """Whether it rests on experts who nominate."""
        return any(check.fact is Fact.NOMINATED for check in self.checks)

    def takes(self, pool: PostPool, ground: Ground | None) -> bool:
        """Whether its posts are these."""
        return (self.pool, self.ground) == (pool, ground)


class Everywhere(Entry):
    """What is asked of everybody of units of these natures, or who wishes for these series, by these routes.

    Empty series and routes are all of them; without natures it is asked of who has no unit too.
    """

    natures: tuple[OrganisationNature, ...] = ()
    series: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    decided_by: tuple[DecidedBy, ...] = ()
    checks: tuple[Check, ...] = Field(min_length=1)

    def asked(self, route: Route, nature: OrganisationNature | None, series: str, by: DecidedBy) -> bool:
        """Whether it is asked of somebody who takes the route to a level that is obtained so."""
        at_unit = not self.natures or (nature in self.natures and not route.direct)
        by_route = not self.routes or route.code in self.routes
        in_series = (not self.series or series in self.series) and by in (self.decided_by or DecidedBy)
        return at_unit and by_route and in_series


class TitleScope(Entry):
    """For which wishes alone a title of limited validity counts, and by which article.

    By the specialties of series, or by the pool of posts; what is not named is all of it.
    """

    limit: TitleLimit
    series: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    pools: tuple[PostPool, ...] = ()
    article: str

    @model_validator(mode="after")
    def limiting(self) -> Self:
        """Refuse a scope that leaves nothing out."""
        if not (self.series or self.specialties or self.pools):
            raise ValueError(f"{self.limit}: say for which wishes alone it counts")
        return self

    def covers(self, work: Work) -> bool:
        """Whether a wish is for work in which the title is valid."""
        return (
            work.series in (self.series or (work.series,))
            and work.specialty in (self.specialties or (work.specialty,))
            and work.pool in (self.pools or PostPool)
        )


class RoutePolicy(PolicyFile):
    """What the notice says about routes."""

    everywhere: tuple[Everywhere, ...] = ()
    title_scopes: tuple[TitleScope, ...] = ()
    routes: tuple[Route, ...]

    @model_validator(mode="after")
    def consistent(self) -> Self:
        """Refuse a route named twice, resting on an article that is not here, or not to be told from another."""
        codes = [route.code for route in self.routes]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"routes named twice: {', '.join(twice)}")
        named = {key for route in self.routes for key in route.articles}
        named |= {check.article for each in self.everywhere for check in each.checks}
        named |= {each.article for each in self.title_scopes}
        if missing := named - set(self.articles):
            raise ValueError(f"routes: no article {', '.join(sorted(missing))}")
        if lacking := {NORMAL} - set(codes):
            raise ValueError(f"routes: there is no {', '.join(lacking)}")
        if unknown := {code for each in self.everywhere for code in each.routes} - set(codes):
            raise ValueError(f"everywhere: there is no {', '.join(sorted(unknown))}")
        for route in self.routes:
            self._told_apart(route)
        return self

    def _told_apart(self, route: Route) -> None:
        others = [each for each in self.routes if each is not route and not each.named]
        if route.named:
            return
        for other in others:
            if other.takes(route.pool, route.ground) and set(other.kinds) & set(route.kinds):
                raise ValueError(f"{route.code} and {other.code} take the same people on the same posts")

    def checks(
        self, route: Route, nature: OrganisationNature | None, series: str, by: DecidedBy
    ) -> tuple[Check, ...]:
        """The conditions of a route for somebody of a unit of that nature who wishes for that series, decided so."""
        asked = (each.checks for each in self.everywhere if each.asked(route, nature, series, by))
        return (*route.checks, *(check for checks in asked for check in checks))

    def find(self, code: str) -> Route | None:
        """The route by its code."""
        return next((route for route in self.routes if route.code == code), None)

    def default(self, pool: PostPool, ground: Ground | None, kind: PersonKind) -> Route | None:
        """The route that follows from posts, ground and kind; one of other kinds before none at all."""
        found = [each for each in self.routes if not each.named and each.takes(pool, ground)]
        return next((each for each in found if kind in each.kinds), found[0] if found else None)

    def waivers(self, code: str) -> tuple[Waiver, ...]:
        """What is not asked of who takes the route."""
        route = self.find(code)
        return () if route is None else route.waives

    def waived(self, code: str, what: Waiver) -> bool:
        """Whether the route waives something."""
        return what in self.waivers(code)

    def is_single_case(self, code: str) -> bool:
        """Whether a committee may judge who takes the route in a session of his or her own (二（四）1（3）)."""
        route = self.find(code)
        return route is not None and route.single_case
