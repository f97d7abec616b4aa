"""kit is plumbing: small, and without a word of the domain."""

from __future__ import annotations

import ast
import re

from tests.architecture.code import docstrings, sources

LONGEST = 3000
"""Lines in all. Before raising it, ask which service the new code belongs to."""

NOUNS = re.compile(
    r"declaration|recommend|committee|meeting|ballot|certificate|annual_?form|reservation|publicity|criteria|specialt"
    r"|applicant|hospital|employer|quota_?level|title_?level|notice_|objection|expert|material",
    re.IGNORECASE,
)


def test_kit_stays_small():
    """All of kit can be read in an afternoon."""
    assert sum(source.lines for source in sources("services/kit")) <= LONGEST


def test_kit_knows_no_domain_noun():
    """No name or text in kit's code speaks of the domain."""
    found = []
    for source in sources("services/kit"):
        told = docstrings(source.tree)
        for node in ast.walk(source.tree):
            words = [getattr(node, field, None) for field in ("id", "attr", "name", "arg")]
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
                words.append(node.value)
            found += [
                f"{source.name}:{node.lineno} {word}"
                for word in words
                if isinstance(word, str) and NOUNS.search(word)
            ]
    assert found == []
