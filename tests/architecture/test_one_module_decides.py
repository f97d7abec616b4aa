"""Who may do what in accounts is decided in one module: no other looks at a caller's roles or seats."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.code import Source, sources

DECIDING = {
    "services/accounts/authorization.py": "the table of acts and the functions that ask it",
    "services/accounts/takers.py": "the ways to take a step, each by an act of that table",
}
ARGUED = {
    "services/accounts/organisation/closure.py": "orders the places of a list by their lineages; asks for no role",
    "services/accounts/seed.py": "makes the first accounts; there is no caller",
}
ASKING = {"seat", "require", "organisation_ids"}
"""What an actor answers about its seats; `authorization.require` is the module's own."""
FINDING = {"holder", "holder_at", "Taker"}
"""What kit offers to find a seat by a role; here takers come from `takers`."""


def decides(node: ast.AST) -> bool:
    """Whether a piece of code looks at roles or seats by itself."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in ASKING and ast.unparse(node.func.value) != "authorization"
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in FINDING
    if isinstance(node, ast.Attribute) and node.attr == "seats":
        return ast.unparse(node.value).split(".")[-1].endswith("actor")
    if isinstance(node, ast.Attribute):
        return ast.unparse(node.value) in {"Role", "words.Role", "contract.Role"}
    if isinstance(node, ast.Compare):
        return ast.unparse(node.left).endswith("actor.kind")
    return isinstance(node, ast.Name) and node.id == "RIGHTS"


def found(source: Source) -> list[str]:
    """Where a file decides."""
    return [f"{source.name}:{node.lineno}" for node in source.nodes if decides(node)]


def test_no_other_module_looks_at_roles():
    """A step, a query, a view: each asks `authorization` for an act."""
    exempt = {*DECIDING, *ARGUED}
    places = [
        place for file in sources("services/accounts") if file.name not in exempt for place in found(file)
    ]
    assert places == []


def test_every_exemption_is_needed():
    """The list holds nothing that has become needless."""
    by_name = {file.name: file for file in sources("services/accounts")}
    needless = [name for name in {*DECIDING, *ARGUED} if name not in by_name or not found(by_name[name])]
    assert needless == []


@pytest.mark.parametrize(
    "line",
    [
        "actor.seat('REVIEWER', within=lineage)",
        "seen_by.seat(*CONFIRMING)",
        "actor.require('OPERATOR')",
        "actor.organisation_ids(*roles)",
        "[seat for seat in actor.seats if seat.role == 'REVIEWER']",
        "next(iter(self.actor.seats))",
        "Taker(Role.REVIEWER, '审核人', find)",
        "holder_at('REVIEWER', '审核人', where)",
        "role in (Role.REVIEWER,)",
        "RIGHTS[Act.IMPORT].roles",
        "actor.kind == 'service'",
    ],
)
def test_the_rule_finds_what_it_looks_for(line: str):
    """The search is not blind: each forbidden form is found."""
    assert any(decides(node) for node in ast.walk(ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    [
        "authorization.require(Act.IMPORT, actor, lineage)",
        "authorization.seat_for(Act.IMPORT, actor, lineage)",
        "carried.seats",
        "role: Role = Role('REVIEWER')",
    ],
)
def test_the_rule_lets_the_right_forms_through(line: str):
    """Asking the module, and carrying seats or roles as data, is no decision."""
    assert not any(decides(node) for node in ast.walk(ast.parse(line)))
