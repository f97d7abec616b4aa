"""A select that was put before is put to the driver as it is: no greenlet, no cursor, no object that a session follows.

SQLAlchemy says what a select is in SQL, once for each that differs in more than its values, and which of its columns tell
what. Its session then takes a millisecond of a processor for each, ten times what asking takes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Dialect, GenerativeSelect, Select, UpdateBase, inspect
from sqlalchemy.engine import IteratorResult, Result
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.orm import Mapper, make_transient_to_detached
from sqlalchemy.sql import visitors
from sqlalchemy.sql.cache_key import CacheKey
from sqlalchemy.sql.compiler import ResultColumnsEntry, SQLCompiler

Values = Mapping[str, Any]
MOST_KNOWN = 1_000
NUMERIC = 1700
"""The kind of column that a reader is told of, a number in PostgreSQL: asyncpg reads each as what it is, and no other kind matters."""


class OnlyTells(Exception):
    """A route that says of itself that it only tells was about to write, or to lock rows; nothing was done."""


class Questions:
    """The selects that were put by one application."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: dict[Any, Question] = {}

    def of(self, statement: GenerativeSelect) -> tuple["Question", CacheKey]:
        """The question that a select is, and with which values.

        Raises:
            OnlyTells: some part of it writes, or locks rows.
        """
        key = statement._generate_cache_key()  # noqa: SLF001 - what `Connection.execute` finds statements by
        assert key is not None, "made of what SQLAlchemy can compare"
        question = self._known.get(key.key)
        if question is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            question = self._known[key.key] = Question(statement, key, self._dialect)
        return question, key


class Question:
    """A select in SQL, whatever its values; and how what it tells becomes rows."""

    def __init__(self, statement: GenerativeSelect, key: CacheKey, dialect: Dialect) -> None:
        if any(_does_more(each) for each in visitors.iterate(statement)):
            raise OnlyTells
        compiled = statement.compile(dialect=dialect, cache_key=key)
        assert isinstance(compiled, SQLCompiler)
        self._compiled = compiled
        self._late = compiled.literal_execute_params or compiled.post_compile_params  # how many are in a list
        columns = compiled._result_columns  # noqa: SLF001 - told nowhere else
        self._readers = [
            each.type.dialect_impl(dialect).result_processor(dialect, NUMERIC) for each in columns
        ]
        things = _things(statement)
        self._names = SimpleResultMetaData([name for name, _ in things])
        self._told = list(_told([kind for _, kind in things], columns))

    def put(self, key: CacheKey, values: Values | None) -> tuple[str, list[Any]]:
        """The statement and its values, as the driver takes them."""
        given: Values = self._compiled.construct_params(
            {**(key.params or {}), **(values or {})},
            extracted_parameters=key.bindparams,
            escape_names=False,
            _no_postcompile=True,
        )
        written: dict[str, Any] = dict(self._compiled._bind_processors)  # noqa: SLF001 - as `Connection.execute` does
        text, order = self._compiled.string, list(self._compiled.positiontup or ())
        if self._late:
            late = self._compiled.construct_expanded_state(given, escape_names=False)
            text, order, given = late.statement, list(late.positiontup or ()), late.parameters
            written |= late.processors
        return text, [written[name](given[name]) if name in written else given[name] for name in order]

    def answer(self, records: Iterable[Sequence[Any]]) -> Result[Any]:
        """What came, as the session would tell it."""
        return IteratorResult(self._names, self._rows(records))

    def _rows(self, records: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
        for record in records:
            values = [
                value if read is None else read(value)
                for read, value in zip(self._readers, record, strict=True)
            ]
            yield tuple(make(values) for make in self._told)


def _does_more(part: Any) -> bool:
    """Whether a part of a select writes, as what it is `with` may, or locks rows."""
    return isinstance(part, UpdateBase) or getattr(part, "_for_update_arg", None) is not None


Making = Callable[[Sequence[Any]], Any]
"""One thing of a row, from the values of all its columns."""


def _things(statement: GenerativeSelect) -> list[tuple[str, Any]]:
    """What a select names, and as what: a class, or an expression."""
    if isinstance(statement, Select):
        return [(each["name"], each["expr"]) for each in statement.column_descriptions]
    return list(statement.selected_columns.items())


def _told(kinds: Iterable[Any], columns: Sequence[ResultColumnsEntry]) -> Iterator[Making]:
    """How each thing that a select names is made: one of a class is told by several columns."""
    at = 0
    for kind in kinds:
        if isinstance(kind, type):
            mapper: Mapper[Any] = inspect(kind)
            names = [_name(mapper, each) for each in columns]
            before, at = at, _end(names, at)
            named = {name: place for place, name in enumerate(names[:at]) if name is not None}
            assert at > before, "a class has columns of its own"
            yield _thing(mapper, named)
        else:
            yield itemgetter(at)
            at += 1
    assert at == len(columns), "every column is told"


def _name(mapper: Mapper[Any], column: ResultColumnsEntry) -> str | None:
    """What a column is called on things of a class; None: it is none of theirs."""
    table = mapper.local_table
    own = (each for each in column.objects if isinstance(each, Column) and each.table is table)
    return next((mapper.get_property_by_column(each).key for each in own), None)


def _end(names: Sequence[str | None], at: int) -> int:
    """Where the columns of a thing end that begin there; one that was named before is not told again."""
    known: set[str] = set()
    while at < len(names) and (name := names[at]) is not None and name not in known:
        known.add(name)
        at += 1
    return at


def _thing(mapper: Mapper[Any], named: Mapping[str, int]) -> Making:
    """A thing that no session follows: what was not asked of it cannot be read, and nothing is written by changing it."""

    def make(values: Sequence[Any]) -> Any:
        made = mapper.class_manager.new_instance()
        vars(made).update({name: values[place] for name, place in named.items()})
        make_transient_to_detached(made)
        return made

    return make
