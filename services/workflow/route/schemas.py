"""Shapes of routes as they are told."""

from typing import Self

from pydantic import Field

from services.accounts.contract import OrganisationNature, PersonKind
from services.kit.errors import Language
from services.kit.http import BasisOut
from services.quota.contract import Ground, PostPool, TitleLevel
from services.workflow.cycle.states import DecidedBy
from services.workflow.policy import NoticePolicy
from services.workflow.route.case import Judgement
from services.workflow.route.outlook import AtLevel, ByRoute
from services.workflow.route.policy import Check, Route
from services.workflow.route.rules import demanded
from services.workflow.route.states import Fact, Verdict, Waiver
from services.workflow.shapes import Out


class ConditionOut(Out):
    """A condition of a route, in words, with its article."""

    fact: Fact
    text: str
    basis: list[BasisOut]

    @classmethod
    def of(cls, check: Check, policy: NoticePolicy, language: Language) -> Self:
        """The condition as told."""
        zh, en = demanded(check)
        basis = [BasisOut.model_validate(policy.articles[check.article])]
        return cls(fact=check.fact, text=en if language is Language.EN else zh, basis=basis)


class RouteOut(Out):
    """A route; empty natures, levels and series are all of them. `named`: taken only when asked for by its code."""

    code: str
    title: str
    kinds: list[PersonKind]
    natures: list[OrganisationNature]
    levels: list[TitleLevel]
    series: list[str]
    specialties: list[str]
    decided_by: list[DecidedBy]
    pool: PostPool
    ground: Ground | None
    named: bool
    direct: bool
    checks: list[ConditionOut]
    waives: list[Waiver]
    single_case: bool = Field(description="whether a committee may judge it in a session of its own")
    basis: list[BasisOut]

    @classmethod
    def of(cls, route: Route, policy: NoticePolicy, language: Language) -> Self:
        """The route as told."""
        keys = dict.fromkeys(key for key in (route.article, route.series_article) if key)
        return cls(
            **route.model_dump(exclude={"article", "series_article", "checks"}),
            checks=[ConditionOut.of(each, policy, language) for each in route.checks],
            basis=[BasisOut.model_validate(policy.articles[key]) for key in keys],
        )


class JudgedOut(Out):
    """A condition, judged for the person."""

    code: str
    verdict: Verdict
    text: str
    basis: list[BasisOut]

    @classmethod
    def of(cls, judged: Judgement, language: Language) -> Self:
        """The condition as told."""
        basis = [BasisOut.model_validate(each) for each in judged.finding.basis]
        told = judged.finding
        return cls(code=told.code, verdict=judged.verdict, text=told.message(language), basis=basis)


class ByRouteOut(Out):
    """A route, whether it is open to the person, each condition, and what it does not ask."""

    code: str
    title: str
    verdict: Verdict
    conditions: list[JudgedOut]
    waives: list[Waiver]

    @classmethod
    def of(cls, by: ByRoute, language: Language) -> Self:
        """The route as told."""
        conditions = [JudgedOut.of(each, language) for each in by.judged]
        told = by.route
        return cls(
            code=told.code,
            title=told.title,
            verdict=by.verdict,
            conditions=conditions,
            waives=list(told.waives),
        )


class AtLevelOut(Out):
    """A level of the series: how it is obtained, and every route to it; `basis` says why there is none."""

    level: TitleLevel
    decided_by: DecidedBy
    open: bool
    routes: list[ByRouteOut]
    basis: list[BasisOut]

    @classmethod
    def of(cls, at: AtLevel, language: Language) -> Self:
        """The level as told."""
        return cls(
            level=at.level,
            decided_by=at.by,
            open=any(each.verdict is Verdict.MET for each in at.routes),
            routes=[ByRouteOut.of(each, language) for each in at.routes],
            basis=[BasisOut.model_validate(each) for each in at.basis],
        )


class EntitlementOut(Out):
    """A published list of entitled people that the person is on (二（四）2)."""

    title: str
    document_number: str
    basis: list[BasisOut]


class OutlookOut(Out):
    """What is open to the person in the series, level by level; it decides nothing."""

    year: int
    series: str
    items: list[AtLevelOut]
    entitlements: list[EntitlementOut]
