"""Criteria as a person writes them: a text in YAML, read with everything that is wrong with it, each with its line.

A text comes from outside: how deep it goes is limited, and it may not repeat itself by reference, before it is built.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services.kit.errors import Language
from services.kit.policy import line_of, repeated
from services.workflow.criteria.schemas import CriteriaIn

DEEPEST = 12
"""How many levels a text may have; criteria have six."""

REASONS: Mapping[str, str] = {
    "missing": "缺少此项",
    "extra_forbidden": "没有名为此的项目",
    "string_type": "应为文字（数字请加引号）",
    "string_pattern_mismatch": "只能含字母、数字、点、横线和下划线，至多 40 个字符",
    "string_too_short": "不能为空",
    "string_too_long": "至多 {max_length} 个字符",
    "enum": "应为 {expected} 之一",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
    "too_short": "至少 {min_length} 项",
    "too_long": "至多 {max_length} 项",
    "list_type": "应为列表（每项以“- ”开头）",
    "model_type": "应为一组“项目: 内容”",
    "model_attributes_type": "应为一组“项目: 内容”",
    "date_type": "应为日期（年-月-日）",
    "date_parsing": "应为日期（年-月-日）",
    "date_from_datetime_parsing": "应为日期（年-月-日）",
    "uuid_type": "应为机构或专业的编号",
    "uuid_parsing": "应为机构或专业的编号",
}
"""What an author reads, by the kind of fault; any other is told in the words of the validation."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it stands, and why."""

    line: int
    path: str
    reason: str


@dataclass(slots=True)
class Written:
    """What was read of a text: its tree, the proposal it makes if it makes one, and what is wrong."""

    node: Any = None
    asked: CriteriaIn | None = None
    problems: list[Problem] = field(default_factory=list)

    def at(self, path: str, reason: str) -> Problem:
        """A problem at a place told by its path; gates and menus may be told by their codes."""
        return Problem(line_of(self.node, list(self._steps(path))), path, reason)

    def _steps(self, path: str) -> Iterator[int | str]:
        first, *rest = path.split(".")
        known = (
            {each.code: n for n, each in enumerate(getattr(self.asked, first, None) or ())} if rest else {}
        )
        yield first
        for part in rest:
            yield int(part) if part.isdigit() else known.get(part, part)


class _Loader(yaml.CSafeLoader):
    """Dates stay texts, so that a wrong one is told at its place."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as the parent has it
        first: [each for each in known if each[0] != "tag:yaml.org,2002:timestamp"]
        for first, known in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


def read(text: str, language: Language) -> Written:
    """The proposal that a text makes, or everything that keeps it from being one."""
    written = Written()
    try:
        data = _built(text, written, language)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        line = min(line, max(1, len(text.splitlines())))
        written.problems.append(_not_yaml(line, str(error.problem), language))
    except (yaml.YAMLError, ValueError) as error:
        written.problems.append(_not_yaml(1, " ".join(str(error).split()), language))
    if written.problems:
        return written
    twice = _said(language, "重复", "Given twice.")
    written.problems += [Problem(line, key, twice) for line, key in repeated(written.node)]
    try:
        written.asked = CriteriaIn.model_validate(data)
    except ValidationError as error:
        written.problems += [_problem(each, written.node, language) for each in error.errors()]
    return written


def _built(text: str, written: Written, language: Language) -> Any:
    """The data of a text that is neither too deep nor refers to itself nor names types of its own."""
    deep = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        deep += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if deep > DEEPEST or isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None):
            reason = _said(
                language, "不能使用引用和类型标记，层级不得过深", "No aliases, no tags, and not so deep."
            )
            line = event.start_mark.line + 1 if event.start_mark else 1
            written.problems.append(Problem(line, "", reason))
            return None
    loader = _Loader(text)
    written.node = loader.get_single_node()
    return loader.construct_document(written.node) if written.node else None


def _not_yaml(line: int, why: str, language: Language) -> Problem:
    return Problem(line, "", _said(language, f"不是有效的 YAML：{why}", f"Not YAML: {why}"))


def _problem(error: ErrorDetails, node: Any, language: Language) -> Problem:
    known = REASONS.get(error["type"])
    told = known.format(**error.get("ctx", {})) if known else error["msg"]
    path = ".".join(str(part) for part in error["loc"])
    return Problem(line_of(node, error["loc"]), path, _said(language, told, error["msg"]))


def _said(language: Language, zh: str, en: str) -> str:
    return en if language is Language.EN else zh
