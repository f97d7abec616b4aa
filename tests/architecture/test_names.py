"""What code may be called, and what it may not say."""

from __future__ import annotations

import ast
import re

from tests.architecture.code import Source, docstrings, sources

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "base_utils"}
YEAR = re.compile(r"(?<!\d)20[12]\d(?!\d)")
FIRST_YEAR, LAST_YEAR = 2010, 2029


def test_every_module_says_what_it_is():
    """A docstring on every module."""
    assert [source.name for source in sources() if not ast.get_docstring(source.tree)] == []


def test_no_module_has_a_name_that_says_nothing():
    """What has no better name than utils has no place yet."""
    assert [source.name for source in sources() if source.path.stem in EMPTY_NAMES] == []


def _years(source: Source) -> list[str]:
    told = docstrings(source)
    return [
        f"{source.name}:{node.lineno} {node.value!r}"
        for node in source.nodes
        if isinstance(node, ast.Constant)
        and id(node) not in told
        and (
            (isinstance(node.value, str) and YEAR.search(node.value))
            or (type(node.value) is int and FIRST_YEAR <= node.value <= LAST_YEAR)
        )
    ]


def test_no_year_of_a_notice_in_code():
    """Years, numbers and names of a notice are data under policies/."""
    assert [found for source in sources("services", "gateway") for found in _years(source)] == []


def test_every_test_says_what_it_shows():
    """A test's docstring is one sentence."""
    silent = [
        f"{source.name}:{node.lineno} {node.name}"
        for source in sources("tests")
        for node, _ in source.functions()
        if node.name.startswith("test_") and not (ast.get_docstring(node) or "").strip()
    ]
    assert silent == []
