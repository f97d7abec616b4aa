"""Routes (申报途径): by which way a title is declared, whom each is open to, and on what conditions."""

from enum import Enum
from typing import Annotated

import strawberry

from gateway.context import Info
from gateway.quota.post_words import Ground, PostPool
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Basis
from gateway.told import Told
from gateway.words import described, listed, terms
from gateway.workflow.cycle import DecidedBy
from services.accounts.contract import OrganisationNature, PersonKind


@terms("What a condition of a route asks of a person.")
class RouteFact(Enum):
    """A fact."""

    ASSESSMENT = "经单位考核合格"
    REGISTERED_HERE = "企业注册地在本省"
    CONTRACT_WITH_EMPLOYER = "与现工作单位签有正式合同"
    INSURED_AT_UNIT = "在工作单位所在地参加社会保险的月数"
    HONOUR = "获得所列荣誉"
    IN_PRIVATE_ENTERPRISE = "现在民营企业从事专业技术工作"
    PRIVATE_SERVICE = "毕业后在民营企业从事专业技术工作的年限"
    AID_MONTHS = "在县级及以下单位连续援青的月数"
    AID_EXCELLENT_YEARS = "连续考核优秀的援青年数"
    ONE_LEVEL_UP = "申报现专业技术资格的高一级"
    NOMINATED = "由所需人数的专家举荐"
    EXAMINATION = "达到国家公布的考试合格标准"


@terms("What is not asked of who takes a route.")
class RouteWaiver(Enum):
    """A waiver."""

    CONTINUING_EDUCATION = "继续教育"
    INTERVIEW = "面试答辩"
    PRACTICE_TEST = "实践操作"
    EDUCATION = "学历"
    SENIORITY = "资历（现资格及其年限）"
    PAPER = "论文"


@strawberry.type(description="A condition of a route (申报条件).")
class RouteCondition(Told):
    """A condition."""

    fact: RouteFact = described("What it asks.")
    text: str = described("The condition in words, in the language asked for.")
    basis: list[Basis] = listed("The articles that ask for it.")


@strawberry.type(
    description="A route by which a title is declared (申报途径); empty kinds of things are all of them."
)
class Route(Told):
    """A route."""

    code: str = described("What `recommend` names it by.")
    title: str = described("Its title.")
    kinds: list[PersonKind] = listed("Whom it is open to (人员类别).")
    natures: list[OrganisationNature] = listed("In which units (单位性质).")
    levels: list[TitleLevel] = listed("At which levels (层级).")
    series: list[str] = listed("Codes of the series it is open in (系列).")
    specialties: list[str] = listed("Names of specialties it is open in beside them (专业).")
    decided_by: list[DecidedBy] = listed(
        "In which ways every level it leads to has to be obtained in the series and specialty (评价方式)."
    )
    pool: PostPool = described("From which stock of posts (岗位类别).")
    ground: Ground | None = described("Why it takes no post (不受岗位数额限制的情形).")
    named: bool = described("Whether it is taken only when asked for by its code.")
    direct: bool = described("Whether it is declared without a unit (二（二）2).")
    checks: list[RouteCondition] = listed("On what conditions.")
    waives: list[RouteWaiver] = listed("What is not asked (免除).")
    single_case: bool = described(
        "Whether a committee may judge it in a session of its own (一事一议, 二（四）1（3）)."
    )
    basis: list[Basis] = listed("The articles that open it.")


@strawberry.type
class RouteQuery:
    """Routes."""

    @strawberry.field(description="The routes of a year; for anyone.")
    async def routes(
        self,
        info: Info,
        year: Annotated[
            int | None, strawberry.argument(description="Of this year; else of the newest.")
        ] = None,
    ) -> list[Route] | None:
        """The table."""
        return Route.each((await info.context.workflow.get("/v1/routes", year=year))["items"])
