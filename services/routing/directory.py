"""The directory of an application's routes: a tree of the segments of their paths.

It names those that may answer a path, in their order; whether one does its own `matches` says, as ever. So it never decides
anything: what no route answers in full (another method, a slash too many, a path that is not there) the application's router
is asked about, whose word that is. Starlette's own proposal of a trie (Kludex/starlette#3339) narrows in the same way.
"""

from collections.abc import Iterable, Iterator
from copy import copy

from fastapi import APIRouter, FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.convertors import FloatConvertor, IntegerConvertor, StringConvertor, UUIDConvertor
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

WITHIN_SEGMENT = (StringConvertor, IntegerConvertor, FloatConvertor, UUIDConvertor)
"""What stands for no slash; whatever else a path may hold could stand for many segments."""


def directed(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Give an application the routes of these routers, found by a directory."""
    for each in routers:
        app.router.routes.extend(each.routes)  # included, each would be built anew at the first request
    app.router.middleware_stack = Directory(app.router)


class Node:
    """Where the segments read so far lead to."""

    __slots__ = ("any", "literal", "places")

    def __init__(self) -> None:
        self.literal: dict[str, Node] = {}
        self.any: Node | None = None
        self.places: list[int] = []
        """Which of the routes end here."""

    def put(self, template: str, place: int) -> None:
        """Enter a route under its path, whose parameters stand for one segment, or a part of one, each."""
        node = self
        for segment in template.split("/"):
            if "{" in segment:
                node.any = node.any or Node()
                node = node.any
            else:
                node = node.literal.setdefault(segment, Node())
        node.places.append(place)

    def places_of(self, path: str) -> list[int]:
        """Which routes may answer a path."""
        nodes = [self]
        for segment in path.split("/"):
            nodes = [*_next(nodes, segment)]
        return [place for node in nodes for place in node.places]


def _next(nodes: list[Node], segment: str) -> Iterator[Node]:
    for node in nodes:
        if (named := node.literal.get(segment)) is not None:
            yield named
        if node.any is not None:
            yield node.any


class Directory:
    """ASGI in place of a router: a request that one of its routes answers goes to a router of that route alone."""

    def __init__(self, router: APIRouter) -> None:
        self._router = router
        self._known = -1
        self._root = Node()
        self._everywhere: list[int] = []
        self._alone: dict[int, APIRouter] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        router = self._router
        if scope["type"] == "http" and not scope.get("root_path"):
            scope.setdefault("router", router)  # what names its routes to whoever asks for their addresses
            router = self.found(scope) or router
        await router.app(scope, receive, send)

    def found(self, scope: Scope) -> APIRouter | None:
        """A router of the first route that answers a request in full; None: there is none."""
        routes = self._router.routes
        if self._known != len(routes):
            self._read(routes)
        path = scope["path"].removesuffix("\n")  # which "$" of a regular expression looks past
        for place in sorted({*self._root.places_of(path), *self._everywhere}):
            if routes[place].matches(scope)[0] is Match.FULL:
                return self._alone[place]
        return None

    def _read(self, routes: list[BaseRoute]) -> None:
        self._root, self._everywhere, self._alone = Node(), [], {}
        for place, route in enumerate(routes):
            self._alone[place] = alone = copy(self._router)
            alone.routes = [route]
            for told in iter_route_contexts([route]):  # several, of a router within the router
                if _is_told_by_segments(told):
                    self._root.put(str(told.path), place)
                else:
                    self._everywhere.append(place)
        self._known = len(routes)


def _is_told_by_segments(told: RouteContext) -> bool:
    """Whether a route answers paths with as many segments as its own has, and no others."""
    route = told.original_route
    return isinstance(route, Route) and all(
        type(each) in WITHIN_SEGMENT for each in told.param_convertors.values()
    )
