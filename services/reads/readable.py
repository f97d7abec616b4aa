"""Which operations of an application only tell something."""

import re
from collections.abc import Iterator
from functools import lru_cache

from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.routing import compile_path

from services.kit.auth import READING
from services.kit.http import SCOPE


def only_reads(app: FastAPI, method: str, path: str) -> bool:
    """Whether a call leads to an operation that promises an answer in JSON and changes nothing."""
    return next(
        (reads for known, pattern, reads in _ways(app) if known == method and pattern.match(path)), False
    )


@lru_cache(maxsize=8)
def _ways(app: FastAPI) -> tuple[tuple[str, re.Pattern[str], bool], ...]:
    """Every method of every path, in the order in which they are tried."""
    return tuple(_each(app))


def _each(app: FastAPI) -> Iterator[tuple[str, re.Pattern[str], bool]]:
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            pattern, _, _ = compile_path(str(route.path))
            yield from ((method, pattern, _tells(route, method)) for method in sorted(route.methods or ()))


def _tells(route: RouteContext, method: str) -> bool:
    if route.response_model is None:
        return False
    return method == "GET" or (method == "POST" and _says_so(route))


def _says_so(route: RouteContext) -> bool:
    """A POST that only reads needs no more than reading; what no client may look up says so by its name."""
    return (route.openapi_extra or {}).get(SCOPE) == READING or str(route.path).endswith("/lookup")
