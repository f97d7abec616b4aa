"""Shapes of routes as they are told."""

from typing import Self

from services.accounts.contract import OrganisationNature, PersonKind
from services.kit.errors import Language
from services.kit.http import BasisOut
from services.quota.contract import Ground, PostPool, TitleLevel
from services.workflow.policy import NoticePolicy
from services.workflow.route.policy import Check, Route
from services.workflow.route.rules import demanded
from services.workflow.route.states import Fact, Waiver
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
    pool: PostPool
    ground: Ground | None
    named: bool
    direct: bool
    checks: list[ConditionOut]
    waives: list[Waiver]
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
