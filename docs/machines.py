"""A state machine as an official reads it: diagram, then one row a step with its rules as sentences and their cites."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from services.kit.errors import Basis
from services.kit.steps import Branch, Step

Label = Callable[[StrEnum], str]


@dataclass(frozen=True, slots=True)
class Machine:
    """One concept's table, with the words for its states and actions."""

    title: str
    module: str
    steps: Mapping[tuple[StrEnum, StrEnum], Step[Any]]
    label: Label


def chapter(machine: Machine, articles: Mapping[str, Basis]) -> Iterable[str]:
    """The lines of one machine."""
    yield f"### {machine.title}"
    yield ""
    yield from _diagram(machine)
    yield ""
    yield "| 状态 | 操作 | 之后 | 由谁 | 规则 | 依据 |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for (state, action), step in machine.steps.items():
        yield _row(machine, state, action, step, articles)
    yield ""


def _diagram(machine: Machine) -> Iterable[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    states = dict.fromkeys(
        s for (before, _), step in machine.steps.items() for s in (before, *_targets(step))
    )
    for state in states:
        yield f'  state "{machine.label(state)}" as {state}'
    yield f"  [*] --> {next(iter(states))}"
    leaving = {before for before, _ in machine.steps}
    for (before, action), step in machine.steps.items():
        for after in _targets(step):
            yield f"  {before} --> {after}: {machine.label(action)}"
    for state in states:
        if state not in leaving:
            yield f"  {state} --> [*]"
    yield "```"


def _targets(step: Step[Any]) -> tuple[StrEnum, ...]:
    return step.to.options if isinstance(step.to, Branch) else (step.to,)


def _row(
    machine: Machine, state: StrEnum, action: StrEnum, step: Step[Any], articles: Mapping[str, Basis]
) -> str:
    rules = "；".join(f"{rule.zh}（{articles[rule.article].cite}）" for rule in step.rules) or "－"
    after = " / ".join(machine.label(target) for target in _targets(step))
    cells = (
        machine.label(state),
        f"{machine.label(action)} `{action}`",
        after,
        step.by.zh,
        rules,
        articles[step.article].cite,
    )
    return f"| {' | '.join(cells)} |"
