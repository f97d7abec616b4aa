"""`docs/accounts.md`: organisations, people and rights of a year as an official reads them, from the policy and the code.

The pictures of who creates whom are drawn from the rows that the service judges by: a row that is not there is refused.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from docs.creation import at_any_level, by_level, people
from docs.machines import Machine, chapter
from services.accounts.authorization import RIGHTS
from services.accounts.contract import OrganisationKind, PersonKind, Role
from services.accounts.learning.policy import LearningRules
from services.accounts.organisation.policy import KindRule, Need, OrganisationRules, Place, Reach
from services.accounts.person.policy import PeopleRules
from services.accounts.policy import Policy
from services.accounts.role.policy import RoleRules
from services.kit.errors import Basis
from services.kit.words import term

HEAD = """# 组织机构、人员和账号

> 本文件由 `make docs` 根据 `policies/{name}` 和程序中的表生成，请勿手工修改。未写文件名的条款均指年度通知。
"""
NEEDS = {Need.REQUIRED: "必填", Need.OPTIONAL: "可填", Need.FORBIDDEN: "不填"}
REACHES = {
    Reach.OWN: "创建者所在行政区划",
    Reach.DIRECTLY_BELOW: "创建者的下一级行政区划",
    Reach.WITHIN: "创建者辖区之内",
}


def accounts(policies: Path, name: str, machines: Iterable[Machine]) -> str:
    """The whole page of one policy (`province/year`)."""
    folder = policies / name
    policy = Policy(folder, int(folder.name))
    rules, persons, roles, test = policy.organisations, policy.people, policy.roles, policy.learning
    articles = policy.articles
    chapters: Mapping[str, Iterable[str]] = {
        "谁创建谁：各级机构": by_level(rules),
        "谁创建谁：用人单位以下": at_any_level(rules),
        "创建关系和依据": _creation(rules, articles),
        "各类机构须填写的内容": _kinds(rules),
        "行业": _industries(rules),
        "特殊隶属关系": _special(rules, articles),
        "谁创建个人账号": [*people(rules, persons), *_people(rules, persons, articles)],
        "各类机构可以设置的角色": _roles(roles),
        "谁可以做什么": _rights(),
        "在线测试": _test(test),
        "流程": _machines(machines, articles),
    }
    lines = [HEAD.format(name=name)]
    for title, told in chapters.items():
        lines += [f"## {title}", "", *told, ""]
    return "\n".join(lines).rstrip() + "\n"


def _table(*headings: str) -> list[str]:
    return [_row(*headings), _row(*("---" for _ in headings))]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _named(rules: OrganisationRules, place: Place, at_any: str = "") -> str:
    level = rules.levels[place.level].zh if place.level else at_any
    industry = f"（{rules.industries[place.industry].zh}）" if place.industry else ""
    return f"{level}{rules.kinds[place.kind].zh}{industry}"


def _creation(rules: OrganisationRules, articles: Mapping[str, Basis]) -> Iterable[str]:
    """One row for each row of the policy."""
    yield from _table("创建者", "创建", "所在地", "依据")
    for each in rules.creation:
        made = _named(rules, each.creates, "同级")
        made = made if each.creates.level or each.creator.level is None else f"本级{made}"
        basis = articles[each.article]
        yield _row(
            _named(rules, each.creator, "各级"),
            made,
            REACHES[each.region],
            f"{basis.cite}：{basis.summary}",
        )


def _kinds(rules: OrganisationRules) -> Iterable[str]:
    yield from _table("机构", "统一社会信用代码", "行业", "可选性质", "每地只有一个")
    for kind in OrganisationKind:
        rule: KindRule = rules.kinds[kind]
        natures = "、".join(rules.natures[nature].zh for nature in rule.natures) or "－"
        default = f"（默认{rules.natures[rule.default_nature].zh}）" if rule.default_nature else ""
        single = "是" if rule.single else "否"
        yield _row(rule.zh, NEEDS[rule.uscc], NEEDS[rule.industry], natures + default, single)


def _industries(rules: OrganisationRules) -> Iterable[str]:
    """The codes by which lines of work are told, with their names."""
    yield "机构的所属行业以代码填报；接口 `GET /v1/industries`（GraphQL `industries`）给出同样的名称。"
    yield ""
    yield from _table("代码", "行业", "英文", "可用于")
    for code, line in rules.industries.items():
        yield _row(code, line.zh, line.en, "、".join(rules.kinds[kind].zh for kind in line.kinds))


def _special(rules: OrganisationRules, articles: Mapping[str, Basis]) -> Iterable[str]:
    yield from _table("单位", "作为", "由谁创建", "依据")
    for each in rules.special:
        creator = _named(rules, each.creator) if each.creator else "按一般规则"
        basis = articles[each.article]
        told = f"{basis.cite}：{basis.summary}"
        yield _row(rules.natures[each.nature].zh, _named(rules, each.counts_as), creator, told)


def _people(rules: OrganisationRules, persons: PeopleRules, articles: Mapping[str, Basis]) -> Iterable[str]:
    yield ""
    yield from _table("人员", "由谁创建账号", "依据")
    for kind in PersonKind:
        rule = persons.kinds[kind]
        natures = "、".join(rules.natures[nature].zh for nature in rule.natures)
        creator = _named(rules, rule.creator) if rule.creator else f"用人单位或其内设机构（{natures}）"
        basis = articles[rule.article]
        yield _row(rule.zh, creator, f"{basis.cite}：{basis.summary}")


def _roles(roles: RoleRules) -> Iterable[str]:
    """A mark where a role may be granted; those that come by themselves are told in words."""
    granted = [role for role in Role if any(role in held for held in roles.possible.values())]
    yield from _table("角色", *(kind.zh for kind in OrganisationKind))
    for role in granted:
        yield _row(term(role), *("✓" if role in roles.possible[kind] else "" for kind in OrganisationKind))
    yield ""
    others = "、".join(term(role) for role in Role if role not in granted)
    yield f"不由机构授予的角色：{others}。"


def _rights() -> Iterable[str]:
    yield "角色总在一个机构担任，向下生效；表中没有的，一律不允许。"
    yield ""
    yield from _table("事项", "角色", "范围")
    for act, right in RIGHTS.items():
        roles = "所有角色" if set(right.roles) >= set(Role) else "、".join(term(role) for role in right.roles)
        yield _row(term(act), roles, term(right.far))


def _test(test: LearningRules) -> Iterable[str]:
    paper, basis = test.paper, test.articles["online_test"].basis()
    yield f"{basis.cite}：{basis.summary}。题数、时间和分数由本系统设定，保存在 `learning.yaml`。"
    yield ""
    yield from _table("参数", "规定")
    yield _row("每卷题数", f"{paper.questions} 题")
    yield _row("限时", f"{paper.minutes} 分钟，到时按已保存的作答评分")
    yield _row("通过", f"{paper.pass_mark} 分")
    yield _row("两次之间", f"{paper.pause_minutes} 分钟" if paper.pause_minutes else "不限")
    yield _row("每天次数", f"{paper.attempts_per_day} 次" if paper.attempts_per_day else "不限")
    for topic, share in paper.by_topic.items():
        yield _row(f"其中：{test.topics[topic]}", f"{share} 题")


def _machines(machines: Iterable[Machine], articles: Mapping[str, Basis]) -> Iterable[str]:
    for machine in machines:
        if machine.module.startswith("services.accounts."):
            yield from chapter(machine, articles)
