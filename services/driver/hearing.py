"""Whoever listens to an engine hears of what is put past its connections: traces do."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Engine


@contextmanager
def heard(engine: Engine | Connection, text: str, values: list[Any]) -> Iterator[None]:
    """Tell that a statement begins, and how it ends, as the engine tells it of any other."""
    context = SimpleNamespace()
    about = (None, None, text, tuple(values), context, False)
    for begun in engine.dispatch.before_cursor_execute:
        begun(*about)
    try:
        yield
    except BaseException as error:
        for failed in engine.dialect.dispatch.handle_error:
            failed(SimpleNamespace(execution_context=context, original_exception=error))
        raise
    for done in engine.dispatch.after_cursor_execute:
        done(*about)
