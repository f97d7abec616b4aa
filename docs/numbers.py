"""The figures of a year's policy as tables: posts that are not taken, the chain of reviews, experts, shares and days."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.accounts.contract import OrganisationKind, OrganisationLevel, OrganisationNature, PersonKind
from services.kit.errors import Basis
from services.quota.contract import StaffingCause, TitleLevel
from services.quota.staffing.effects import EFFECTS


def exemptions(posts: Mapping[str, Any], articles: Mapping[str, Basis]) -> Iterable[str]:
    """Which levels are limited by posts, and who takes none."""
    limited = articles["senior_and_middle"]
    yield f"受岗位数额限制的级别：{_levels(posts['limited_levels'])}（{limited.cite}：{limited.summary}）。"
    yield ""
    yield "| 不占岗位的情形 | 依据 |"
    yield "| --- | --- |"
    for entry in posts["exemptions"]:
        article = articles[entry["article"]]
        yield f"| {entry['title']} | {article.cite}：{article.summary} |"


def staffing(ledger: Mapping[str, Any], articles: Mapping[str, Basis]) -> Iterable[str]:
    """What each movement of a unit's staffing does to the numbers, and which exits count."""
    window, cite = ledger["exits_window"], articles["staffing_ledger"].cite
    causes = "、".join(each.zh for each in StaffingCause if each in window["causes"])
    first, last = (f"{day.year}年{day.month}月{day.day}日" for day in (window["first"], window["last"]))
    counted = articles[window["article"]].cite
    yield f"计入退出人数的：自{first}至{last}的{causes}（{counted}、{articles['exits_proof'].cite}）。"
    yield ""
    yield "| 岗位变动 | 对各数的影响 | 依据 |"
    yield "| --- | --- | --- |"
    for cause, effects in EFFECTS.items():
        told = "；".join(f"{each.where.zh}的{each.measure.zh}{each.by.zh}" for each in effects)
        yield f"| {cause.zh} | {told or '无'} | {cite} |"
    yield f"| {StaffingCause.REVERSAL.zh} | 与所冲正的变动相反，日期相同 | {cite} |"


def chains(review_chain: Mapping[str, Any]) -> Iterable[str]:
    """Who reviews in turn, by the level of the unit."""
    yield "沿申报人的隶属关系由近及远逐级审核，只列入实际存在的机构；最后由评委会办事机构审核受理。"
    yield ""
    yield "| 单位层级 | 人员类别 | 依次审核 | 依据 |"
    yield "| --- | --- | --- | --- |"
    for chain in review_chain["chains"]:
        level = OrganisationLevel(chain["unit_level"]).zh
        kinds = "、".join(PersonKind(kind).zh for kind in chain.get("kinds", ())) or "其他人员"
        places = " → ".join(_place(place) for place in chain["places"])
        yield f"| {level}级 | {kinds} | {places} → 评委会办事机构 | {chain['cite']} |"


def experts(committee: Mapping[str, Any], articles: Mapping[str, Basis]) -> Iterable[str]:
    """How many experts a committee has at least, and which HRSS may approve it; its highest level decides."""
    yield "人数为单数；同一评委会评审几个级别的，按其中最高级别。"
    yield ""
    yield "| 评委会的级别 | 按系列组建 | 按专业组建 | 批准组建 | 依据 |"
    yield "| --- | --- | --- | --- | --- |"
    for entry in committee["sizes"]:
        for level in entry["levels"]:
            body = OrganisationLevel(committee["approved_at"][level])
            cells = (
                TitleLevel(level).zh,
                f"不少于 {entry['whole_series']} 人",
                f"不少于 {entry['by_specialty']} 人",
                f"{body.zh}级{'' if body is OrganisationLevel.PROVINCE else '或以上'}{OrganisationKind.HRSS.zh}",
                articles[entry["article"]].cite,
            )
            yield f"| {' | '.join(cells)} |"


def thresholds(data: Mapping[str, Mapping[str, Any]], articles: Mapping[str, Basis]) -> Iterable[str]:
    """Days, shares and hours that rules compare with."""
    yield "| 事项 | 规定 | 依据 |"
    yield "| --- | --- | --- |"
    rows = (
        (
            "推荐公示",
            f"{data['publicity']['working_days']} 个工作日",
            articles["publicity_working_days"].cite,
        ),
        *_of_meetings(data["meeting"]),
        *_of_declarations(data["declaration"], articles),
        (
            "在线测试",
            "共 {questions} 题，限时 {minutes} 分钟，{pass_mark} 分通过".format_map(
                data["learning"]["paper"]
            ),
            "系统参数",
        ),
    )
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _of_meetings(meeting: Mapping[str, Any]) -> Iterable[tuple[str, str, str]]:
    ahead, quorum, passed, public = (
        meeting[part] for part in ("plan_ahead", "quorum", "pass_share", "result_publicity")
    )
    yield "评审工作方案报备", f"评审会议召开前 {ahead['days']} 天", ahead["cite"]
    yield "出席评审会议的评委", f"不少于评委会人数的 {quorum['share']}", quorum["cite"]
    yield "表决通过", f"赞成票不少于出席评委人数的 {passed['share']}", passed["cite"]
    yield "评审结果公示", f"{public['working_days']} 个工作日", public["cite"]


def _of_declarations(
    declaration: Mapping[str, Any], articles: Mapping[str, Basis]
) -> Iterable[tuple[str, str, str]]:
    cut_off = declaration["cut_off"]
    until, after = cut_off["until"], cut_off["years_after_present_title"]
    begins = "次年" if after == 1 else f"后第 {after} 年"
    counted = f"自取得现专业技术资格{begins}起，至{until.year}年{until.month}月{until.day}日"
    yield "计算业绩成果的期间", counted, articles["cut_off"].cite
    for need in declaration["continuing_education"]:
        hours = f"公需科目 {need['public']} 学时、专业科目 {need['professional']} 学时"
        yield f"{need['year']}年继续教育", hours, f"{need['cite']}：{need['summary']}"


def materials(material: Mapping[str, Any]) -> Iterable[str]:
    """What is uploaded, by whom, how often, and why."""
    yield "| 佐证材料 | 由谁提交 | 份数 | 依据 |"
    yield "| --- | --- | --- | --- |"
    for item in material["items"]:
        least = item.get("at_least", 0)
        count = f"{least} 至 {item['at_most']}" if least else f"可不提交，至多 {item['at_most']}"
        yield f"| {item['name']} | {_asked(item.get('asked', {}))} | {count} | {item['cite']}：{item['summary']} |"


def _asked(of: Mapping[str, Any]) -> str:
    """Of whom a material is asked; every condition has to hold."""
    told = {
        "单位性质": "、".join(OrganisationNature(code).zh for code in of.get("natures", ())),
        "人员类别": "、".join(PersonKind(code).zh for code in of.get("person_kinds", ())),
        "申报级别": _levels(of.get("levels", ())),
        "现专业技术资格": "已有" if of.get("present_title") else "",
    }
    return "；".join(f"{name}：{words}" for name, words in told.items() if words) or "全体申报人"


def _levels(codes: Iterable[str]) -> str:
    return "、".join(TitleLevel(code).zh for code in codes)


def _place(place: Mapping[str, str]) -> str:
    level = f"{OrganisationLevel(place['level']).zh}级" if "level" in place else ""
    return level + OrganisationKind(place["kind"]).zh
