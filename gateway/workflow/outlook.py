"""What is open to an applicant before anything is begun: every level of a series by every route, and why not."""

from enum import Enum
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Basis
from gateway.told import Told
from gateway.words import described, listed, terms
from gateway.workflow.cycle import DecidedBy
from gateway.workflow.route import RouteWaiver
from services.accounts.contract import OrganisationNature, PersonKind


@terms("How a condition was judged; UNKNOWN hangs on what is declared and not yet confirmed.")
class RouteVerdict(Enum):
    """A verdict."""

    MET = "符合"
    NOT_MET = "不符合"
    UNKNOWN = "待确认"


@strawberry.type(description="A condition of a route, judged for the applicant.")
class JudgedCondition(Told):
    """A condition."""

    code: str = described("Its stable name.")
    verdict: RouteVerdict = described("Whether it is met.")
    text: str = described("The condition and what there is, in the language asked for.")
    basis: list[Basis] = listed("The articles that ask for it.")


@strawberry.type(description="A route to a level, judged for the applicant.")
class OutlookRoute(Told):
    """A route."""

    code: str = described("Code of the route (申报途径); `routes` tells them.")
    title: str = described("Its title.")
    verdict: RouteVerdict = described("Whether it is open: the worst of its conditions.")
    conditions: list[JudgedCondition] = listed("Every condition, met or not.")
    waives: list[RouteWaiver] = listed("What is not asked of who takes it (免除).")


@strawberry.type(description="A level of the series, and the routes to it.")
class OutlookLevel(Told):
    """A level."""

    level: TitleLevel = described("The level (层级).")
    decided_by: DecidedBy = described("How it is obtained.")
    open: bool = described("Whether one of the routes is open.")
    routes: list[OutlookRoute] = listed("Every route; none where an examination decides.")
    basis: list[Basis] = listed("The articles by which there is none.")


@strawberry.type(description="A published list that the applicant is on (享受政策人员名单, 二（四）2).")
class Entitlement(Told):
    """An entitlement."""

    title: str = described("Title of the list.")
    document_number: str = described("The document that determines the persons (文号).")
    basis: list[Basis] = listed("The articles by which preferences go on.")


@strawberry.type(description="What is open to the applicant in a series; it decides nothing.")
class Outlook(Told):
    """An outlook."""

    year: int = described("By the notice of which year (年度).")
    series: str = described("Code of the series (系列).")
    items: list[OutlookLevel] = listed("Level by level.")
    entitlements: list[Entitlement] = listed("The lists of entitled people that the applicant is on.")


@strawberry.type
class OutlookQuery:
    """What would be."""

    @strawberry.field(
        description="Which levels of a series are open to the caller by which routes, which are not and why, by which article."
    )
    async def what_if(
        self,
        info: Info,
        series: Annotated[str, strawberry.argument(description="Code of the series (系列).")],
        specialty: Annotated[
            str | None, strawberry.argument(description="Name of the specialty (专业).")
        ] = None,
        assessed: Annotated[
            bool, strawberry.argument(description="Suppose that the unit assesses the caller (考核合格).")
        ] = False,
        nominated: Annotated[
            bool, strawberry.argument(description="Suppose that experts nominate the caller (专家举荐).")
        ] = False,
        year: Annotated[
            int | None, strawberry.argument(description="Of this year; else of the newest.")
        ] = None,
    ) -> Outlook | None:
        """The outlook."""
        supposed = {"assessed": assessed, "nominated": nominated}
        asked = {"series": series, "specialty": specialty, "year": year, **supposed}
        return Outlook.of(await info.context.workflow.get("/v1/what-if", **asked))

    @strawberry.field(
        description="Which levels of a series anybody of a kind, of a unit of a nature, may reach by which routes (申报途径查询, 一（五）, 一（七）); for anyone. What a route asks beside that is UNKNOWN, for nothing is on record."
    )
    async def routes_open_to(
        self,
        info: Info,
        kind: Annotated[PersonKind, strawberry.argument(description="Of what kind (人员类别).")],
        series: Annotated[str, strawberry.argument(description="Code of the series (系列).")],
        nature: Annotated[
            OrganisationNature | None,
            strawberry.argument(description="Of a unit of this nature (单位性质); else without a unit."),
        ] = None,
        specialty: Annotated[
            str | None, strawberry.argument(description="Name of the specialty (专业).")
        ] = None,
        year: Annotated[
            int | None, strawberry.argument(description="Of this year; else of the newest.")
        ] = None,
    ) -> Outlook | None:
        """The outlook of anybody."""
        who = {"kind": kind.name, "nature": nature and nature.name}
        asked = {"series": series, "specialty": specialty, "year": year, **who}
        return Outlook.of(await info.context.workflow.get("/v1/routes/what-if", **asked))
