"""A state changes in one place: `kit/transition.py`, after `decide` has judged."""

from __future__ import annotations

import ast
import re

from tests.architecture.code import Source, sources

ONLY_PLACE = "services/kit/transition.py"
SQL_STATE = re.compile(r"\bset\s+state\s*=", re.IGNORECASE)


def _assigns(node: ast.AST) -> bool:
    """Whether `node` sets a state: an attribute, an update's value, or SQL text."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        sets = node.func.attr == "values" and any(each.arg == "state" for each in node.keywords)
        return sets and "update(" in ast.unparse(node.func)
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) == "setattr" and "'state'" in map(ast.unparse, node.args[1:2])
    return (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(SQL_STATE.search(node.value))
    )


def _found(source: Source) -> list[str]:
    return [f"{source.name}:{node.lineno}" for node in source.nodes if _assigns(node)]


def test_only_the_transition_sets_a_state():
    """No other code assigns or updates `state`; a new row may begin with one."""
    assert [
        found
        for source in sources("services", "gateway")
        if source.name != ONLY_PLACE
        for found in _found(source)
    ] == []


def test_the_rule_finds_what_it_looks_for():
    """The search is not blind: each forbidden form is found."""
    for line in (
        "row.state = 1",
        "update(t).values(state=1)",
        "setattr(row, 'state', 1)",
        "text('update t set state = 1')",
    ):
        assert any(_assigns(node) for node in ast.walk(ast.parse(line))), line
