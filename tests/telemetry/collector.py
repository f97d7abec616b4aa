"""A collector of traces as a peer with a port of its own: OTLP over HTTP, read by the protocol's own messages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Seen:
    """A span as it came."""

    service: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str
    attributes: dict[str, str]


@dataclass
class Collector:
    """Every span that was sent to it."""

    spans: list[Seen] = field(default_factory=list)
    url: str = ""

    def trace(self, trace_id: str) -> list[Seen]:
        """What came of one trace."""
        return [each for each in self.spans if each.trace_id == trace_id]

    def wait(self, what: Callable[[], bool]) -> None:
        """Wait until what was sent fulfils something.

        Raises:
            AssertionError: it does not after half a minute.
        """
        end = time.monotonic() + PATIENCE_SECONDS
        while not what():
            assert time.monotonic() < end, "the spans did not come"
            time.sleep(0.1)

    def take(self, body: bytes) -> None:
        """Keep what a process sent."""
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            [service] = [
                each.value.string_value for each in resource.resource.attributes if each.key == "service.name"
            ]
            for span in (span for scope in resource.scope_spans for span in scope.spans):
                told = {each.key: str(each.value.string_value) for each in span.attributes}
                ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
                self.spans.append(Seen(service, span.name, *ids, told))


@contextmanager
def collecting() -> Iterator[Collector]:
    """Listen on a port of this machine."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collector.take(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-type", "application/x-protobuf")
            self.end_headers()
            self.wfile.write(ExportTraceServiceResponse().SerializeToString())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield collector
        server.shutdown()
        thread.join()
