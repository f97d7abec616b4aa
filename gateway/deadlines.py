"""The deadline of what is streamed: it is carried out only once its request was answered, and has its time all the same."""

from collections.abc import Iterator

from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from gateway.context import Context
from services.kit import deadline


class Deadlines(SchemaExtension):
    """Gives a query or mutation that is streamed the time of its request; a subscription lasts."""

    def on_execute(self) -> Iterator[None]:
        """Begin it, unless it has begun with the request."""
        asked = self.execution_context
        if asked.operation_type is OperationType.SUBSCRIPTION or deadline.left() is not None:
            yield
            return
        context: Context = asked.context
        with deadline.begun(context.connection.headers, context.settings.request_seconds):
            yield
