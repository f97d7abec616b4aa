"""kit, and files beside it, are plumbing: small, and without a word of the domain."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.code import docstrings, sources

LONGEST = {"services/kit": 2990, "services/files": 1250}
"""Lines in all. Before raising it, ask which service the new code belongs to. Files look at what can be seen, read
and draw documents in a process of their own with limits, look for marks in all of it, ask a scanner, and
arrive in parts: two services take files, and neither may do less."""

CODES = {"CLASSIFIED_MATERIAL"}
"""Stable names that callers know; that a word of them is the domain's is no reason to change them."""

NOUNS = re.compile(
    r"declaration|recommend|committee|meeting|ballot|certificate|annual_?form|reservation|publicity|criteria|specialt"
    r"|applicant|hospital|employer|quota_?level|title_?level|notice_|objection|expert|material",
    re.IGNORECASE,
)


@pytest.mark.parametrize("plumbing", LONGEST)
def test_plumbing_stays_small(plumbing: str):
    """All of kit can be read in an afternoon, files in half an hour."""
    assert sum(source.lines for source in sources(plumbing)) <= LONGEST[plumbing]


@pytest.mark.parametrize("plumbing", LONGEST)
def test_plumbing_knows_no_domain_noun(plumbing: str):
    """No name or text in its code speaks of the domain."""
    found = []
    for source in sources(plumbing):
        told = docstrings(source)
        for node in source.nodes:
            words = [getattr(node, field, None) for field in ("id", "attr", "name", "arg")]
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
                words.append(node.value)
            found += [
                f"{source.name}:{node.lineno} {word}"
                for word in words
                if isinstance(word, str) and word not in CODES and NOUNS.search(word)
            ]
    assert found == []
