"""Requests are measured by template; without a collector of traces nothing is traced, and an event still knows its request."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.kit.clock import Moment
from services.kit.frame import REQUEST_ID, REQUESTS, outgoing
from services.relay.lanes import Letter
from services.relay.subscriber import headers
from services.telemetry.continuing import continued
from services.telemetry.tracing import Discreet
from services.workflow.contract import ReviewFlagMoved


def series() -> set[tuple[str, ...]]:
    """The labels of everything that was measured."""
    samples = [each for family in REQUESTS.collect() for each in family.samples]
    return {tuple(each.labels.values()) for each in samples if each.name.endswith("_count")}


async def test_there_are_as_many_series_as_routes(client):
    """However many ids, paths that nobody knows, and methods that nobody made."""
    http = await client("quota")
    before = series()
    for _ in range(20):
        await http.get(f"/v1/papers/{uuid4()}")
        await http.get(f"/nowhere/{uuid4()}")
        await http.request(uuid4().hex[:8].upper(), "/healthz")
    new = series() - before
    assert {labels[1] for labels in new} <= {"/v1/papers/{token}", "/healthz", "none"}
    assert len(new) <= 3
    assert {labels[0] for labels in new} <= {"GET", "OTHER"}


def test_an_event_knows_its_request_and_no_trace_where_there_is_none():
    """The id that its caller was told goes into the outbox."""
    before = outgoing.set({REQUEST_ID: "front-end-0001"})
    try:
        row = an_event().row(Moment(datetime.now(UTC)))
    finally:
        outgoing.reset(before)
    assert (row["request_id"], row["traceparent"]) == ("front-end-0001", None)
    assert an_event().row(Moment(datetime.now(UTC)))["request_id"] is None


def test_an_event_is_carried_with_the_ids_of_its_request():
    """By HTTP and by the broker alike: the id its caller was told, and the trace; its own id where it came of no request."""
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    now = datetime.now(UTC)
    letter = Letter(uuid4(), 1, 0, "t", now, "{}", "front-end-0001", f"00-{trace_id}-b7ad6b7169203331-01")
    with continued("deliver t", letter.traceparent):
        told = headers(letter, "token")
    assert (told[REQUEST_ID], told["traceparent"][3:35]) == ("front-end-0001", trace_id)
    alone = Letter(uuid4(), 1, 0, "t", now, "{}")
    with continued("deliver t", alone.traceparent):
        told = headers(alone, "token")
    assert (told[REQUEST_ID], told.get("traceparent")) == (alone.event_id.hex, None)


def an_event() -> ReviewFlagMoved:
    """An event of a contract."""
    return ReviewFlagMoved.model_construct(flag_id=uuid4())


@pytest.mark.parametrize("name", ["url.query", "url.path", "url.full"])
def test_spans_are_discreet(name):
    """What may hold a name or a link is hidden before anybody reads the span."""
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(Discreet())
    provider.add_span_processor(SimpleSpanProcessor(kept))
    with provider.get_tracer("test").start_as_current_span(
        "GET", attributes={name: "q=李青山", "http.route": "/v1"}
    ):
        assert trace.get_current_span().is_recording()
    [span] = kept.get_finished_spans()
    assert dict(span.attributes or {}) == {name: "-", "http.route": "/v1"}
