"""What a resolver is told of its field: Strawberry's `Info`, which asks graphql-core's only for what somebody reads."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import strawberry

from gateway.plans.positions import Position

if TYPE_CHECKING:
    from graphql import GraphQLResolveInfo

    from gateway.plans.calling import Field
    from gateway.plans.running import Run


class Info(strawberry.Info[Any, Any]):
    """The field of an object at a position."""

    def __init__(self, run: Run, field: Field, at: Position | None) -> None:
        self._run, self._planned, self._at = run, field, at
        self._field = field.told

    @cached_property
    def _raw_info(self) -> GraphQLResolveInfo[Any]:  # type: ignore[override]
        return self._run.info(self._planned, self._at)

    @property
    def context(self) -> Any:
        """The context of the request."""
        return self._run.context
