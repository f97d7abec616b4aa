"""What operators see of a process while it runs: traces sent to a collector, and metrics told on a port of their own.

The third, logs, is `services.kit.logging`. One id leads through all three: that of the request (`X-Request-Id`), which is the
trace's too unless the caller gave one of its own. Neither spans nor metrics hold what people wrote or who they are.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from prometheus_client import REGISTRY, start_http_server
from prometheus_client.registry import Collector

from services.kit.settings import ProcessSettings


@contextmanager
def observed(settings: ProcessSettings, service: str, *collectors: Collector) -> Iterator[None]:
    """Within it a process is seen: traced where a collector of traces is set, measured where a port is.

    `collectors` tell figures that are read off when somebody asks.

    Raises:
        OSError: the port of the metrics is taken.
    """
    with ExitStack() as stack:
        if settings.otel_exporter_otlp_endpoint:
            from services.telemetry.tracing import tracing  # its libraries are not light

            stack.enter_context(tracing(service, settings.otel_exporter_otlp_endpoint))
        for each in collectors:
            REGISTRY.register(each)
            stack.callback(REGISTRY.unregister, each)
        if settings.metrics_port is not None:
            server, thread = start_http_server(settings.metrics_port, settings.host)
            stack.callback(thread.join)
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
        yield
