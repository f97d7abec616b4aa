"""Why a route is refused."""

from services.kit.errors import Forbidden, Invalid, RuleBroken


class RouteUnknown(Invalid):
    """The year's notice has no such route."""

    code = "ROUTE_UNKNOWN"
    zh = "{year}年度没有名为“{route}”的申报途径"
    en = "The year {year} has no route {route}."


class RouteContradicted(Invalid):
    """No route takes these posts on this ground, or the one that is named takes others."""

    code = "ROUTE_CONTRADICTED"
    zh = "申报途径、岗位类别和不占岗位的情形不一致"
    en = "Route, pool and ground do not belong together."


class RouteNotOpen(RuleBroken):
    """The person does not meet the route's conditions, or they are not yet confirmed; the findings say which."""

    code = "ROUTE_NOT_OPEN"
    zh = "不能以“{title}”途径申报：{reasons}"
    en = "The route {route} is not open: {reasons_en}"


class AssessmentNotAsked(Invalid):
    """The route does not rest on the unit's assessment."""

    code = "ASSESSMENT_NOT_ASKED"
    zh = "“{title}”途径不要求单位考核材料"
    en = "The route {route} rests on no assessment of the unit."


class NominationNotAsked(Invalid):
    """The route does not rest on experts who nominate."""

    code = "NOMINATION_NOT_ASKED"
    zh = "“{title}”途径不需要专家举荐"
    en = "The route {route} rests on no nomination."


class ApplicantsAsk(Forbidden):
    """What is open to somebody is asked by that person alone."""

    code = "APPLICANTS_ASK"
    zh = "请以申报人本人账号查询"
    en = "Applicants ask this for themselves."
