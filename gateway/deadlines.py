"""The deadline of what is streamed, and its place: it is carried out only once its request was answered, and has both all the same."""

from collections.abc import Iterator
from contextlib import nullcontext

from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from gateway.context import Context
from services.admission.gate import LET_IN, Gate
from services.kit import deadline


class Deadlines(SchemaExtension):
    """Gives a query or mutation that is streamed the time of its request, and a place; a subscription lasts, and holds none."""

    def on_execute(self) -> Iterator[None]:
        """Begin it, unless it has begun with the request."""
        asked = self.execution_context
        if asked.operation_type is OperationType.SUBSCRIPTION or deadline.left() is not None:
            yield
            return
        context: Context = asked.context
        gate: Gate | None = context.connection.scope.get(LET_IN)
        with (
            gate.working() if gate else nullcontext(),
            deadline.begun(context.connection.headers, context.settings.request_seconds),
        ):
            yield
