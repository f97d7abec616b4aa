"""`docs/rules.md`: the rules of a year as an official reads them, from the policy and the tables of steps.

Nothing in it is written by hand: a rule that is not here is not in force, and one that is here is what the code does.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from docs import numbers
from docs.machines import Machine, chapter
from docs.routes import routes
from services.kit.policy import Articles, PolicyFile, load

HEAD = """# {title}

> 本文件由 `make docs` 根据 `policies/{name}` 和各状态表生成，请勿手工修改。每条规则后注明所依据的条款；
> “二（一）”“附件3 一”等未写文件名的，均指{number}《{notice}》。
"""

ORDINALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
TOPICS = {
    "cycle": "年度、评审专业、工作安排",
    "batch": "申报批次",
    "series": "系列",
    "criteria": "评审条件",
    "committee": "评委会",
    "avoidance": "回避",
    "organisations": "组织机构",
    "people": "人员和账号",
    "records": "档案信息",
    "evidence": "佐证文件",
    "employment": "用人关系",
    "intake": "批量导入",
    "oauth": "第三方接入",
    "roles": "角色",
    "sign_in": "登录",
    "regions": "行政区划",
    "posts": "岗位数额",
    "staffing": "岗位聘任台账",
    "staffing_import": "名册导入",
    "allocation": "申报数额的使用",
    "targeted": "“双定向”岗位",
    "overview": "岗位使用情况总览",
    "entitlement": "享受政策人员名单",
    "routes": "申报途径",
    "recommendation": "推荐",
    "publicity": "公示和异议",
    "learning": "在线测试",
    "declaration": "申报",
    "material": "佐证材料",
    "review_chain": "逐级审核",
    "supervision": "监督",
    "sending_side": "援青人才派出单位审核意见",
    "credit_listing": "受理前信用核查",
    "meeting": "评审会议",
    "certificate": "备案和证书",
    "spot_check": "抽查",
    "historic": "历史证书",
    "recognition": "职称互认",
    "integrity": "诚信",
    "credit": "信用信息共享",
    "messages": "通知消息",
    "reminders": "期限提醒",
    "delivery": "通知发送",
    "announcement": "公告",
    "webhook": "第三方推送",
    "contact": "联系方式与接收设置",
}
"""What each policy file is about, in the order of the year."""


class AnyFile(PolicyFile):
    """A policy file read for its articles alone."""

    model_config = PolicyFile.model_config | {"extra": "ignore"}


def rules(policies: Path, name: str, machines: Iterable[Machine]) -> str:
    """The whole document of one policy (`province/year`)."""
    folder = policies / name
    files = {path.stem: load(path, AnyFile) for path in sorted(folder.glob("*.yaml"))}
    data = {stem: yaml.safe_load((folder / f"{stem}.yaml").read_text(encoding="utf-8")) for stem in files}
    articles = Articles(files.values())
    tables: dict[str, Iterable[str]] = {
        "各阶段时限": _windows(data["cycle"]),
        "组织机构由谁创建": _creation(data, articles),
        "“双定向”岗位结构比例（附件1）": _ratios(data["posts"]),
        "岗位数额": [
            *numbers.exemptions(data["posts"], articles),
            "",
            *numbers.staffing(data["staffing"], articles),
        ],
        "申报途径": routes(data, articles),
        "逐级审核的次序": numbers.chains(data["review_chain"]),
        "评委会人数和批准": numbers.experts(data["committee"], articles),
        "天数、比例和学时": numbers.thresholds(data, articles),
        "佐证材料": numbers.materials(data["material"]),
        "期限提醒": _reminders(data["reminders"]),
        "流程": _processes(machines, articles),
        "条款": _articles(files),
    }
    notice = data["cycle"]["notice"]
    lines = [
        HEAD.format(
            title=f"{data['regions']['name']}{folder.name}年度职称申报评审规则",
            name=name,
            number=notice["number"],
            notice=notice["title"],
        )
    ]
    for place, (title, table) in enumerate(tables.items()):
        lines += [f"## {ORDINALS[place]}、{title}", "", *table, ""]
    return "\n".join(lines).rstrip() + "\n"


def _windows(cycle: dict[str, Any]) -> Iterable[str]:
    yield "| 阶段 | 起 | 止 | 依据 |"
    yield "| --- | --- | --- | --- |"
    for window in cycle["windows"]:
        yield f"| {window['title']} | {_day(window['opens'])} | {_day(window['closes'])} | {window['cite']}：{window['summary']} |"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _creation(data: dict[str, Any], articles: Articles) -> Iterable[str]:
    words = data["organisations"]
    yield "| 创建者 | 创建 | 依据 |"
    yield "| --- | --- | --- |"
    for entry in words["creation"]:
        yield f"| {_who(words, entry['creator'])} | {_who(words, entry['creates'])} | {articles[entry['article']].cite} |"
    for entry in words["special"]:
        nature = words["natures"][entry["nature"]]["zh"]
        creator = _who(words, entry["creator"]) if "creator" in entry else "按一般规则"
        counts_as = _who(words, entry["counts_as"])
        yield f"| {creator} | {nature}（作为{counts_as}） | {articles[entry['article']].cite} |"


def _who(words: dict[str, Any], side: dict[str, str]) -> str:
    level = words["levels"][side["level"]]["zh"] if "level" in side else ""
    industry = f"（{words['industries'][side['industry']]['zh']}）" if "industry" in side else ""
    return f"{level}{words['kinds'][side['kind']]['zh']}{industry}"


def _ratios(posts: dict[str, Any]) -> Iterable[str]:
    yield "| 地区 | 统一核定：高级、中级、初级（%） | 双定向：高级、中级（%） | 总体控制：高级、中级（%） | 依据 |"
    yield "| --- | --- | --- | --- | --- |"
    for row in posts["ratios"]["rows"]:
        shares = [
            "、".join(str(share) for share in row[part].values())
            for part in ("unified", "targeted", "overall")
        ]
        yield f"| {row['title']} | {' | '.join(shares)} | {row['cite']} |"


def _reminders(policy: dict[str, Any]) -> Iterable[str]:
    yield f"每日北京时间 {policy['hour']} 时起提醒。"
    yield ""
    yield "| 事项 | 提前天数 | 当天 | 过后天数 | 依据 |"
    yield "| --- | --- | --- | --- | --- |"
    for each in policy["schedules"].values():
        early, late = ("、".join(map(str, each.get(side, []))) or "—" for side in ("before", "after"))
        yield f"| {each['title']} | {early} | {'提醒' if each['on'] else '—'} | {late} | {each['cite']} |"


def _processes(machines: Iterable[Machine], articles: Articles) -> Iterable[str]:
    yield "表中每行是一个状态下可以进行的一项操作；多条规则须全部符合，每条规则和操作都注明依据。"
    yield ""
    for machine in machines:
        yield from chapter(machine, articles)


def _articles(files: dict[str, AnyFile]) -> Iterable[str]:
    """Every article once, under the first topic that names it; an unknown topic is an error."""
    told: set[str] = set()
    yield "| 主题 | 出处 | 内容 | 键 |"
    yield "| --- | --- | --- | --- |"
    for stem in sorted(files, key=list(TOPICS).index):
        for key, article in files[stem].articles.items():
            if key not in told:
                yield f"| {TOPICS[stem]} | {article.cite} | {article.summary} | `{key}` |"
        told |= set(files[stem].articles)
