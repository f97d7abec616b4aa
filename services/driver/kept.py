"""Statements that are kept by their makers, who put them again and again: what is known of one is found by itself."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Dialect, TextClause
from sqlalchemy.engine import IteratorResult, Result
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.sql.compiler import SQLCompiler

KEPT = "kept"
NOBODY_ASKS = ["-"]
"""What the columns are called where no row came: only a row says more."""
S = TypeVar("S")


def kept(statement: S) -> S:
    """The statement, said to be kept for as long as the process lives: one made anew for each use would never be found again."""
    made: Any = statement
    said: S = made.execution_options(**{KEPT: True})
    return said


def is_kept(statement: Any) -> bool:
    """Whether its maker said so."""
    return KEPT in statement.get_execution_options()


class Kept:
    """A text with names for its values, as the driver takes it."""

    def __init__(self, statement: TextClause, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        written: Mapping[str, Any] = compiled._bind_processors  # noqa: SLF001 - as `Connection.execute` does
        self._text = compiled.string
        self._values = [(name, written.get(name)) for name in compiled.positiontup or ()]

    def put(self, values: Mapping[str, Any] | None) -> tuple[str, list[Any]]:
        """The statement and its values in their order."""
        given = values or {}
        return self._text, [
            given[name] if write is None else write(given[name]) for name, write in self._values
        ]

    def answer(self, records: Iterable[Any]) -> Result[Any]:
        """What came, as it came."""
        rows = list(records)
        names = list(rows[0].keys()) if rows else NOBODY_ASKS
        return IteratorResult(SimpleResultMetaData(names), map(tuple, rows))
