"""What was put before is put to the driver as it is: no greenlet, no cursor, nothing that a session does beside following rows.

SQLAlchemy says what a statement is in SQL, once for each that differs in more than its values, and which of its columns tell
what. Its session then takes a millisecond of a processor for each, ten times what asking takes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Column, Dialect, GenerativeSelect, Select, UpdateBase, inspect
from sqlalchemy.engine import IteratorResult, Result
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.orm import Mapper
from sqlalchemy.sql import visitors
from sqlalchemy.sql.cache_key import CacheKey
from sqlalchemy.sql.compiler import ResultColumnsEntry, SQLCompiler

from services.driver.kept import Kept, is_kept
from services.driver.things import Followed, Thing

Values = Mapping[str, Any]
Statement = GenerativeSelect | UpdateBase
Columns = tuple[str, ...]
MOST_KNOWN = 1_000
NUMERIC = 1700
"""The kind of column that a reader is told of, a number in PostgreSQL: asyncpg reads each as what it is, and no other kind matters."""


class Beyond(Exception):
    """A statement tells of what only SQLAlchemy's session can make of it, or rests on values that SQLAlchemy adds."""


class Questions:
    """The statements that were put by one application."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: dict[Any, Question | None] = {}
        """None: only a session can put it."""
        self.kept = lru_cache(MOST_KNOWN)(partial(Kept, dialect=dialect))
        """What is known of a text that is kept."""
        self._asked = lru_cache(MOST_KNOWN)(self._found)
        """The same of other statements that are; some are made anew of those."""

    def of(self, statement: Statement, columns: Columns = ()) -> tuple["Question", CacheKey]:
        """The question that a statement is, and with which values; `columns` are those whose values are told beside it.

        Raises:
            Beyond: only SQLAlchemy's session can put it.
        """
        return (
            self._asked(statement) if is_kept(statement) and not columns else self._found(statement, columns)
        )

    def _found(self, statement: Statement, columns: Columns = ()) -> tuple["Question", CacheKey]:
        key = statement._generate_cache_key()  # noqa: SLF001 - what `Connection.execute` finds statements by
        if key is None:
            raise Beyond
        known = (key.key, columns)
        if known not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[known] = self._new(statement, key, columns)
        question = self._known[known]
        if question is None:
            raise Beyond
        return question, key

    def _new(self, statement: Statement, key: CacheKey, columns: Columns) -> "Question | None":
        try:
            return Question(statement, key, columns, self._dialect)
        except Beyond:
            return None


class Question:
    """A statement in SQL, whatever its values; and how what it tells becomes rows.

    One that `tells` nothing may tell how many rows it wrote; one that `tells_of_more` is about things that have others.
    """

    def __init__(self, statement: Statement, key: CacheKey, columns: Columns, dialect: Dialect) -> None:
        self.only_tells = not any(_does_more(each) for each in visitors.iterate(statement))
        beside: dict[str, Any] = {"column_keys": list(columns)} if columns else {}
        compiled = statement.compile(dialect=dialect, cache_key=key, **beside)
        assert isinstance(compiled, SQLCompiler)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise Beyond
        self._compiled = compiled
        self._late = compiled.literal_execute_params or compiled.post_compile_params  # how many are in a list
        results = compiled._result_columns  # noqa: SLF001 - told nowhere else
        self._readers = [
            each.type.dialect_impl(dialect).result_processor(dialect, NUMERIC) for each in results
        ]
        things = _things(statement)
        self.tells_of_more = any(_has_others(kind) for _, kind in things)
        self._names = SimpleResultMetaData([name for name, _ in things])
        self.tells = bool(things)
        self._told = list(_told([kind for _, kind in things], results)) if things else []

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

    def answer(self, records: Iterable[Sequence[Any]], followed: Followed | None = None) -> Result[Any]:
        """What came, as the session would tell it; things in it are followed by a session, or by none."""
        return IteratorResult(self._names, self._rows(records, followed))

    def _rows(self, records: Iterable[Sequence[Any]], followed: Followed | None) -> Iterator[tuple[Any, ...]]:
        for record in records:
            values = [
                value if read is None else read(value)
                for read, value in zip(self._readers, record, strict=True)
            ]
            yield tuple([made(values, followed) for made in self._told])


def _does_more(part: Any) -> bool:
    """Whether a part of a select writes, as what it is `with` may, or locks rows."""
    return isinstance(part, UpdateBase) or getattr(part, "_for_update_arg", None) is not None


Made = Callable[[Sequence[Any], Followed | None], Any]
"""One thing of a row, from the values of all its columns."""


def _things(statement: Statement) -> list[tuple[str, Any]]:
    """What a statement names, and as what: a class, or an expression."""
    if isinstance(statement, UpdateBase):
        return [(str(name), column) for name, column in statement.exported_columns.items()]
    if isinstance(statement, Select):
        return [(each["name"], each["expr"]) for each in statement.column_descriptions]
    return list(statement.selected_columns.items())


def _has_others(kind: Any) -> bool:
    """Whether things of a class have others, which a session fetches with them."""
    return isinstance(kind, type) and bool(inspect(kind).relationships)


def _told(kinds: Iterable[Any], columns: Sequence[ResultColumnsEntry]) -> Iterator[Made]:
    """How each thing that a select names is made: one of a class is told by several columns.

    Raises:
        Beyond: some columns tell of none of them, as those of a class by another name.
    """
    at = 0
    for kind in kinds:
        if isinstance(kind, type):
            mapper: Mapper[Any] = inspect(kind)
            names = [_name(mapper, each) for each in columns]
            before, at = at, _end(names, at)
            if at == before:
                raise Beyond
            yield Thing(mapper, {name: place for place, name in enumerate(names[:at]) if name is not None}).of
        else:
            yield _value(at)
            at += 1
    if at != len(columns):
        raise Beyond


def _value(place: int) -> Made:
    """What stands at a place of the row."""
    return lambda values, _: values[place]


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
