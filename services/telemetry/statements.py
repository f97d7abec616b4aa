"""A span for every statement of a request that is traced, by SQLAlchemy's own events: the text, never what it carries.

OpenTelemetry's instrumentation of SQLAlchemy tells nothing of 2.1. What no request asked for is not told: polls would be
most of all spans.
"""

from typing import Any

from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import ExceptionContext

LONGEST = 2000
"""Characters of a statement that are told."""
SPAN = "titles_span"


def traced() -> None:
    """Trace every engine of this process."""
    event.listen(Engine, "before_cursor_execute", _begun)
    event.listen(Engine, "after_cursor_execute", _done)
    event.listen(Engine, "handle_error", _failed)


def _begun(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, *_: Any) -> None:
    if context is None or not trace.get_current_span().is_recording():
        return
    verb = statement.split(None, 1)[0].upper() if statement.strip() else "SQL"
    attributes = {"db.system.name": "postgresql", "db.query.text": statement[:LONGEST]}
    setattr(
        context,
        SPAN,
        trace.get_tracer("titles").start_span(verb, kind=SpanKind.CLIENT, attributes=attributes),
    )


def _done(_connection: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, *_: Any) -> None:
    if (span := getattr(context, SPAN, None)) is not None:
        span.end()


def _failed(failure: ExceptionContext) -> None:
    if (span := getattr(failure.execution_context, SPAN, None)) is not None:
        span.set_attribute("error.type", type(failure.original_exception).__name__)
        span.set_status(StatusCode.ERROR)
        span.end()
