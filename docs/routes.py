"""The routes of a year as a decision table: whom each is open to, on what conditions, and what it spares."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from services.kit.errors import Basis
from services.workflow.cycle.states import DecidedBy
from services.workflow.route.policy import Route, RoutePolicy
from services.workflow.route.rules import demanded

ALL = "不限"


def routes(data: Mapping[str, Mapping[str, Any]], articles: Mapping[str, Basis]) -> Iterable[str]:
    """One row a route."""
    names = {entry["code"]: entry["name"] for entry in data["series"]["series"]}
    exempt = {
        kind
        for entry in data["posts"]["exemptions"]
        if entry["fact"] == "person_kind"
        for kind in entry["among"]
    }
    yield "推荐时写明途径；未写明的，按岗位类别、不占岗位的情形和人员类别确定。标 * 的须写明。条件须已经确认，只填报未确认的不算。"
    yield ""
    yield "| 途径 | 适用对象 | 层级 | 系列（专业） | 岗位 | 条件 | 另须材料 | 免除 | 每级审核 | 评审方式 | 依据 |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    policy = RoutePolicy.model_validate(data["routes"])
    strict = {each["route"] for each in data["review_chain"]["strict"]}
    for route in policy.routes:
        asked = [each["name"] for each in data["material"]["items"] if _asks(each, route)]
        by = "两人" if route.code in strict else "一人"
        yield f"| {' | '.join(_row(route, names, articles, exempt, asked, by))} |"
    yield ""
    yield "无论途径，另须符合："
    yield ""
    titles = {route.code: route.title for route in policy.routes}
    yield "| 适用 | 条件 | 依据 |"
    yield "| --- | --- | --- |"
    for each in policy.everywhere:
        whom = "；".join(
            "、".join(named)
            for named in (
                [nature.zh for nature in each.natures],
                [names[code] for code in each.series],
                [titles[code] for code in each.routes],
                [by.zh for by in each.decided_by],
            )
            if named
        )
        for check in each.checks:
            yield f"| {whom} | {demanded(check)[0]} | {articles[check.article].cite} |"


def _row(
    route: Route,
    names: Mapping[str, str],
    articles: Mapping[str, Basis],
    exempt: Collection[str],
    asked: Collection[str],
    reviewed_by: str,
) -> Iterable[str]:
    yield f"{route.title}（`{route.code}`）{'*' if route.named else ''}"
    natures = "、".join(each.zh for each in route.natures)
    yield "、".join(each.zh for each in route.kinds) + (f"；单位：{natures}" if natures else "")
    yield "、".join(each.zh for each in route.levels) or ALL
    yield _series(route, names)
    yield _posts(route, exempt)
    yield "；".join(demanded(check)[0] for check in route.checks) or "无"
    yield "、".join(asked) or "无"
    yield "、".join(each.zh for each in route.waives) or "无"
    yield reviewed_by
    yield "可一事一议" if route.single_case else "年度评审会议"
    yield "、".join(dict.fromkeys(articles[key].cite for key in route.articles))


def _series(route: Route, names: Mapping[str, str]) -> str:
    """Which series, and by how their levels are obtained."""
    named = "、".join([*(names[code] for code in route.series), *route.specialties]) or ALL
    others = [each.zh for each in DecidedBy if route.decided_by and each not in route.decided_by]
    return f"{named}，但{'、'.join(others)}的系列、专业除外" if others else named


def _asks(item: Mapping[str, Any], route: Route) -> bool:
    """Whether a kind of material is asked of this route by name."""
    return route.code in item.get("asked", {}).get("routes", ())


def _posts(route: Route, exempt: Collection[str]) -> str:
    if route.direct:
        return "不经单位推荐，不占岗位"
    return (
        "不受岗位数额限制" if route.ground or all(kind in exempt for kind in route.kinds) else route.pool.zh
    )
