"""One execution of a plan: what is awaited, what failed, and the answer as it grows.

A selection set is answered at once but for what has to be awaited: that is `null` until it is there, when the value is completed
in its place. Whatever is there at the same turn of the loop is completed together, so what one level of a query asks for is
asked together, and a slow field keeps none beside it waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from types import CoroutineType
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import ExecutionResult, GraphQLError, GraphQLResolveInfo, located_error

from gateway.plans.eager import Eager
from gateway.plans.loading import Promise
from gateway.plans.positions import Position, keys, path

if TYPE_CHECKING:
    from gateway.plans.asking import Asked
    from gateway.plans.calling import Field, TypeName
    from gateway.plans.compiling import Plan

Complete: TypeAlias = Callable[[Any, "Run", Position], Any]
"""Completes a value at its position: a value of JSON, an object, a list. Raises what went wrong."""
Then: TypeAlias = tuple[Complete, "Field", Position, Any]
"""What is done with what was awaited, and the dict or list it belongs into (None: the one at the position above)."""
Ended: TypeAlias = asyncio.Future[Any] | Eager | Promise[Any]
LATER = object()
"""In place of a value that is awaited."""


class Run:
    """One execution."""

    __slots__ = (
        "_awaited",
        "_loop",
        "_task",
        "_tasks",
        "_there",
        "_wake",
        "asked",
        "context",
        "data",
        "errors",
        "plan",
    )
    _task: asyncio.Task[Any]

    def __init__(self, plan: Plan, asked: Asked) -> None:
        self.plan, self.asked = plan, asked
        self.context = asked.context
        self.data: Any = None
        self.errors: list[GraphQLError] = []
        self._awaited = 0
        self._there: list[tuple[Ended, Then]] = []
        self._tasks: list[asyncio.Future[Any] | Eager] = []
        self._wake: asyncio.Future[None] | None = None
        self._loop = asyncio.get_running_loop()

    async def answer(self) -> ExecutionResult:
        """Carry it out."""
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        try:
            if self.plan.serial is None:
                await self._all_together()
            else:
                await self._one_after_the_other(self.plan.serial)
        finally:
            if self._awaited:  # whoever asked is gone, or out of time; or all of the answer is null by now
                for each in self._tasks:
                    each.cancel()
        return ExecutionResult(self.data, self.errors or None)

    async def _all_together(self) -> None:
        try:
            self.data = self.plan.select(self.asked.root, self, None)
        except GraphQLError as error:
            self.errors.append(error)
        await self._settled()

    async def _one_after_the_other(self, fields: Sequence[Field | TypeName]) -> None:
        """Each field of a mutation with all that is below it before the next; a null of the whole answer ends it."""
        answer: dict[str, Any] = {}
        self.data = answer
        for field in fields:
            if isinstance(field, tuple):
                answer[field.key] = field.name
                continue
            value = await field.alone(self.asked.root, self)
            try:
                field.settle(value, self, None, answer)
            except GraphQLError as error:
                self.errors.append(error)
                self.data = None
            await self._settled()
            if self.data is None:
                return

    def awaited(self, value: Awaitable[Any], *then: *Then) -> Any:
        """What was awaited, where it has ended already; else LATER, and it is completed once it is there.

        Raises:
            BaseException: it has ended with that.
        """
        if type(value) is Promise:
            if value.done():
                return _not_raised(value.result())
            value.then(partial(self._is_there, then))
        elif isinstance(value, CoroutineType):
            eager = Eager(value, self._task)
            if eager.done():
                return _not_raised(eager.result())
            eager.then(partial(self._is_there, then))
            self._tasks.append(eager)
        else:
            future = asyncio.ensure_future(value)
            if future is not value:
                self._tasks.append(future)
            future.add_done_callback(partial(self._seen, then))
        self._awaited += 1
        return LATER

    def _seen(self, then: Then, future: asyncio.Future[Any]) -> None:
        if not future.cancelled():
            future.exception()  # nobody may ask for it: something above may be null meanwhile
        self._is_there(then, future)

    def _is_there(self, then: Then, ended: Ended) -> None:
        self._there.append((ended, then))
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    async def _settled(self) -> None:
        """Complete what is there until nothing is awaited any more, or there is nothing to put it into."""
        while self._awaited and self.data is not None:
            if not self._there:
                self._wake = self._loop.create_future()
                await self._wake
            there, self._there = self._there, []
            self._awaited -= len(there)
            for ended, then in there:
                self._complete(ended, *then)

    def _complete(self, ended: Ended, complete: Complete, field: Field, at: Position, holder: Any) -> None:
        above, key, _, _ = at
        if holder is None:
            holder = self._at(above)
        if self.errors and (holder is None or holder is not self._at(above)):
            return  # something above is null meanwhile
        try:
            holder[key] = complete(_not_raised(ended.result()), self, at)
        except Exception as error:  # noqa: BLE001 - whatever a resolver raises is told of its field
            self._failed_late(located_error(error, field.nodes, keys(at)), at, holder)

    def _failed_late(self, error: GraphQLError, at: Position, holder: Any) -> None:
        """Null the nearest position that may be null, in what was already answered."""
        self.errors.append(error)
        above, key, nullable, _ = at
        if nullable:
            holder[key] = None
            return
        while above is not None:
            above, key, nullable, _ = above
            if nullable:
                self._at(above)[key] = None
                return
        self.data = None

    def _at(self, position: Position | None) -> Any:
        """The dict or list at a position; None where something above is null."""
        if position is None:
            return self.data
        holder = self._at(position[0])
        return None if holder is None else holder[position[1]]

    def failed(self, error: Exception, field: Field, at: Position) -> None:
        """Tell an error of a value that is not answered yet.

        Raises:
            GraphQLError: the error, where the value may not be null.
        """
        located = located_error(error, field.nodes, keys(at))
        if not at[2]:
            raise located
        self.errors.append(located)

    def info(self, field: Field, at: Position | None) -> GraphQLResolveInfo[Any]:
        """What graphql-core tells resolvers of a field of what is at a position."""
        position = (at, field.key, True, field.parent.name)
        return self.asked.executor.build_resolve_info(
            field.definition, field.nodes, field.parent, path(position)
        )


def _not_raised(value: Any) -> Any:
    """A value; an error that is one is raised, for that is how a resolver may tell it."""
    if isinstance(value, Exception):
        raise value
    return value
