"""Traces: spans of requests, of calls between parts, of statements, and of events on their way, sent by OTLP over HTTP.

Requests are FastAPI's own spans, calls those of OpenTelemetry's aiohttp instrumentation: it knows nothing of calls to third
parties, who learn no trace of ours. All else that the SDK reads from the environment (`OTEL_TRACES_SAMPLER` and so on) holds.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from services.telemetry import statements

SPEAKING = ("url.path", "url.query", "url.full", "http.url", "http.target")
"""Attributes that may hold a name that was looked for, or a link that is a right: `http.route` tells the way without them."""
HIDDEN = "-"


class Discreet(SpanProcessor):
    """Takes out of every span what may tell of people."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Hide it before anybody reads the span."""
        del parent_context
        for name in SPEAKING:
            if span.attributes and name in span.attributes:
                span.set_attribute(name, HIDDEN)


@contextmanager
def tracing(service: str, endpoint: str) -> Iterator[None]:
    """Within it this process is traced; what is left to send is sent at the end. Once in a process."""
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http")  # the names that FastAPI uses
    resource = Resource.create({"service.namespace": "titles", "service.name": service})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(Discreet())
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    propagate.set_global_textmap(TraceContextTextMapPropagator())
    AioHttpClientInstrumentor().instrument()
    statements.traced()
    try:
        yield
    finally:
        provider.shutdown()
