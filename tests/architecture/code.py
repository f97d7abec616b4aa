"""The project's own Python files, read once, for the rules about them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

PROJECT = Path(__file__).parents[2]
FOLDERS = ("services", "gateway", "deploy", "migrations", "demo", "bench", "docs", "verifier", "tests")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """Its path inside the project."""
        return self.path.relative_to(PROJECT).as_posix()

    @property
    def lines(self) -> int:
        """How long it is."""
        return len(self.text.splitlines())

    @property
    def top(self) -> str:
        """The first folder of its path."""
        return self.name.partition("/")[0]

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text, self.name)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of its syntax, found once: each rule looks at all of them."""
        return tuple(ast.walk(self.tree))

    def functions(self) -> Iterator[tuple[Function, int]]:
        """Every function with its length in lines, decorators left out."""
        for node in self.nodes:
            if isinstance(node, Function):
                yield node, (node.end_lineno or node.lineno) - node.lineno + 1

    def imports(self) -> Iterator[str]:
        """Every module imported anywhere in it."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def everything() -> tuple[Source, ...]:
    """Return all files of ours: whichever rules ask for a file, it is read once."""
    found = [file for folder in FOLDERS for file in sorted((PROJECT / folder).rglob("*.py"))]
    return tuple(Source(file, file.read_text(encoding="utf-8")) for file in found)


def sources(*folders: str) -> tuple[Source, ...]:
    """Return the files under `folders` (all of ours when none is named)."""
    below = tuple(f"{folder}/" for folder in folders or FOLDERS)
    return tuple(source for source in everything() if source.name.startswith(below))


def docstrings(source: Source) -> set[int]:
    """Return the identities of the string nodes of a file that are docstrings, of attributes too."""
    return {
        id(node.value)
        for node in source.nodes
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }
