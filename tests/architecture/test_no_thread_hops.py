"""What a route depends on is a coroutine: a plain function is sent to a thread and back, at each request, for what takes no time.

Classes that gather the parameters of some lists are; nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import isasyncgenfunction, isclass, iscoroutinefunction
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from deploy.local.bootstrap import SERVICES


def called(dependant: Dependant) -> Iterator[Any]:
    """Everything that answering calls on the way, the operation itself last."""
    for each in dependant.dependencies:
        yield from called(each)
    yield dependant.call


@pytest.mark.parametrize("service", SERVICES)
async def test_nothing_goes_to_a_thread_and_back(apps, service):
    """Neither an operation nor what it depends on is a plain function."""
    routes = [each.original_route for each in iter_route_contexts((await apps.get(service)).routes)]
    found = [call for each in routes if isinstance(each, APIRoute) for call in called(each.dependant)]
    awaited = (iscoroutinefunction, isasyncgenfunction, isclass)
    plain = {call.__qualname__ for call in found if not any(kind(call) for kind in awaited)}
    assert len(found) > len(routes)
    assert plain == set()
