"""What a route depends on that is made of the request alone is gathered in one step.

FastAPI goes through a tree of dependencies one by one, and looks at each for parameters of the path, the query, headers,
cookies and the body. Most have none: who is calling, the moment, the transaction. Such a tree is put in order once, and
gone through by plain calls; each dependency is asked once for a request, as FastAPI does it.
"""

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import fields, replace
from functools import cache
from inspect import iscoroutinefunction
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

Call = Callable[..., Coroutine[Any, Any, Any]]
GATHERED = "titles.gathered"
"""In the scope of a request: what was gathered for it, by what made it."""
UNDERSTOOD = frozenset({"dependencies", "name", "call", "request_param_name", "use_cache", "path"})
BEYOND = tuple(each.name for each in fields(Dependant) if each.name not in UNDERSTOOD)
"""What else a dependency may ask for or be, known to FastAPI alone."""


class Gathering(APIRoute):
    """A route that gathers what it depends on; its `dependant` tells of each dependency as ever."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, of fewer steps."""
        told, self.dependant = self.dependant, gathered(self.dependant)
        try:
            return super().get_route_handler()
        finally:
            self.dependant = told


def gathered(dependant: Dependant) -> Dependant:
    """The same with all trees in it that rest on the request alone gathered in a step each."""
    return replace(dependant, dependencies=[_in_one_step(each) for each in dependant.dependencies])


def _in_one_step(dependant: Dependant) -> Dependant:
    if not _is_plain(dependant):
        return gathered(dependant)
    assert dependant.call is not None
    steps = tuple(dict.fromkeys(_steps(dependant)))
    return Dependant(
        name=dependant.name, path=dependant.path, call=_gathering(steps), request_param_name="request"
    )


def _is_plain(dependant: Dependant) -> bool:
    """Whether it is a coroutine of the request, and of others that are; what is asked anew each time is none."""
    return (
        iscoroutinefunction(dependant.call)
        and dependant.use_cache
        and not any(getattr(dependant, name) for name in BEYOND)
        and all(_is_plain(each) for each in dependant.dependencies)
    )


Step = tuple[Call, str | None, tuple[tuple[str, Call], ...]]
"""What is called, the name of the request among its arguments, and what made each of the others."""


def _steps(dependant: Dependant) -> Iterator[Step]:
    """What is called for it, in the order in which FastAPI does."""
    assert dependant.call is not None
    for each in dependant.dependencies:
        yield from _steps(each)
    made_by = ((each.name, each.call) for each in dependant.dependencies)
    needs = tuple((name, call) for name, call in made_by if name is not None and call is not None)
    yield dependant.call, dependant.request_param_name, needs


@cache
def _gathering(steps: tuple[Step, ...]) -> Call:
    """One for equal trees: FastAPI, too, asks for each once."""

    async def gather(request: Request) -> Any:
        made: dict[Call, Any] = request.scope.setdefault(GATHERED, {})
        for call, request_name, needs in steps:
            if call not in made:
                given = {name: made[other] for name, other in needs}
                if request_name is not None:
                    given[request_name] = request
                made[call] = await call(**given)
        return made[steps[-1][0]]

    return gather
