"""A trace goes on where its request has ended long ago: with the events that came of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind


@contextmanager
def continued(name: str, traceparent: str | None, **attributes: str) -> Iterator[None]:
    """Within it goes on, as a span of that name, what began where `traceparent` was noted; without one nothing is told."""
    if traceparent is None:
        yield
        return
    before = propagate.extract({"traceparent": traceparent})
    tracer = trace.get_tracer("titles")
    with tracer.start_as_current_span(name, before, SpanKind.PRODUCER, attributes, record_exception=False):
        yield
