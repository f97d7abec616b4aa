"""What was asked: the operation with its variables, root and context; and graphql-core's view of it for whoever wants that."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphql import Executor
from graphql.execution.executor import default_field_resolver, default_type_resolver
from graphql.execution.values import VariableValues
from strawberry.execution.is_awaitable import optimized_is_awaitable

from gateway.plans.outline import Outline


@dataclass(slots=False, frozen=True)
class Asked:
    """One request."""

    outline: Outline
    root: Any
    context: Any
    variables: VariableValues
    executor_class: type[Executor[Any]]
    custom: Mapping[str, Any]
    """What else the executor is made with."""

    @cached_property
    def executor(self) -> Executor[Any]:
        """The executor that would have carried it out: it builds what resolvers are told, and judges runtime types."""
        outline = self.outline
        return self.executor_class(
            outline.schema,
            {name: each.definition for name, each in outline.fragments.items()},
            outline.fragments,
            self.root,
            self.context,
            outline.operation,
            self.variables,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type] # it is told to say yes or no only
            **self.custom,
        )
