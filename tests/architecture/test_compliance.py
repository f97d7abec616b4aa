"""What is said about the standards: every control once, every path and test there, nothing called met for nothing."""

from __future__ import annotations

import ast
from functools import cache

import pytest
import yaml

from docs.compliance import ASVS, MLPS, STANDARDS, Answer, Control, Standard, controls
from tests.architecture.code import PROJECT

ASKED = yaml.safe_load((PROJECT / "tests/architecture/standards.yaml").read_text(encoding="utf-8"))
"""Which controls the standards have, as lists of numbers by section."""


@cache
def told(standard: Standard) -> dict[str, Control]:
    """The entries of a standard."""
    return controls(PROJECT, standard)


@cache
def shown_in(file: str) -> frozenset[str]:
    """The tests in a file."""
    tree = ast.parse((PROJECT / file).read_text(encoding="utf-8"))
    named = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(name for name in named if name.startswith("test_"))


def asked(name: str) -> list[str]:
    """Every control of a standard, as its entries are named."""
    between = {"asvs": ".", "mlps": " "}[name]
    return [
        f"{section}{between}{part}" if part else section
        for section, parts in ASKED[name].items()
        for part in parts or [None]
    ]


@pytest.mark.parametrize(("standard", "name"), [(MLPS, "mlps"), (ASVS, "asvs")], ids=["mlps", "asvs"])
def test_every_control_is_answered_once(standard: Standard, name: str):
    """Those of the standard's levels, and no others."""
    assert sorted(asked(name)) == sorted(told(standard))


def test_every_entry_says_what_its_answer_needs():
    """Met: a test, or why none. In part: what is missing. The operator's, or not applicable: why."""
    wrong = []
    for standard in STANDARDS:
        for name, each in told(standard).items():
            needs = {
                Answer.MET: bool(each.where and (each.tests or each.note)),
                Answer.PARTLY: bool(each.missing and each.where),
                Answer.OPERATOR: bool(each.note),
                Answer.NOT_APPLICABLE: bool(each.note) and not each.tests,
            }
            if not needs[each.answer] or (each.missing and each.answer is not Answer.PARTLY):
                wrong.append(name)
    assert wrong == []


def test_every_path_and_test_is_there():
    """Nobody is sent where nothing is."""
    gone = []
    for standard in STANDARDS:
        for name, each in told(standard).items():
            gone += [f"{name} {path}" for path in each.where if not (PROJECT / path).exists()]
            for test in each.tests:
                file, _, function = test.partition("::")
                if not (PROJECT / file).is_file() or function not in shown_in(file):
                    gone.append(f"{name} {test}")
    assert gone == []


def test_an_answer_given_twice_is_refused(tmp_path):
    """A key that comes again does not quietly replace the first."""
    folder = tmp_path / "docs/compliance"
    folder.mkdir(parents=True)
    (folder / "mlps.yaml").write_text(
        "8.1.4.5: {asks: a, answer: met, note: n}\n8.1.4.5: {asks: a, answer: partly, missing: m}\n",
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match="twice"):
        controls(tmp_path, MLPS)
