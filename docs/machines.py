"""A state machine as an official reads it: diagram, then one row a step with its rules as sentences and their cites."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.kit.errors import Basis
from services.kit.steps import Branch, Rule, Step
from services.kit.words import Word


@dataclass(frozen=True, slots=True)
class Machine:
    """One concept's table, under the title an official knows it by."""

    title: str
    module: str
    steps: Mapping[tuple[StrEnum, StrEnum], Step[Any]]


def chapter(machine: Machine, articles: Mapping[str, Basis]) -> Iterable[str]:
    """The lines of one machine."""
    yield f"### {machine.title}"
    yield ""
    yield f"状态表：`{machine.module.replace('.', '/')}.py`"
    yield ""
    yield from _diagram(machine)
    yield ""
    yield "| 状态 | 操作 | 之后 | 由谁 | 须符合的规则 | 依据 |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for (state, action), step in machine.steps.items():
        yield _row(state, action, step, articles)
    yield ""


def _diagram(machine: Machine) -> Iterable[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    states = dict.fromkeys(
        s for (before, _), step in machine.steps.items() for s in (before, *_targets(step))
    )
    for state in states:
        yield f'  state "{_term(state)}" as {state}'
    yield f"  [*] --> {next(iter(states))}"
    leaving = {before for before, _ in machine.steps}
    for (before, action), step in machine.steps.items():
        for after in _targets(step):
            yield f"  {before} --> {after}: {_term(action)}"
    for state in states:
        if state not in leaving:
            yield f"  {state} --> [*]"
    yield "```"


def _targets(step: Step[Any]) -> tuple[StrEnum, ...]:
    return step.to.options if isinstance(step.to, Branch) else (step.to,)


def _row(state: StrEnum, action: StrEnum, step: Step[Any], articles: Mapping[str, Basis]) -> str:
    cells = (
        _term(state),
        _term(action),
        " 或 ".join(_term(target) for target in _targets(step)),
        step.by.zh,
        "<br>".join(_sentences(step.rules, articles)) or "－",
        articles[step.article].cite,
    )
    return f"| {' | '.join(cells)} |"


def _sentences(rules: tuple[Rule[Any], ...], articles: Mapping[str, Basis]) -> list[str]:
    """Every rule with its cite, numbered where there are several."""
    told = [f"{rule.zh}（{articles[rule.article].cite}）" for rule in rules]
    return told if len(told) == 1 else [f"{place}. {each}" for place, each in enumerate(told, 1)]


def _term(word: StrEnum) -> str:
    """The official term; a table without one cannot be signed."""
    if not isinstance(word, Word):
        raise TypeError(f"{type(word).__name__}.{word} has no Chinese term")
    return word.zh
