"""The pages together, their style sheet, and the answer to a browser that asks for what is not there."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from gateway.kept.reading import tagged
from gateway.pages import arrangements, criteria, figures, portal, process, publicity, routes, verify
from gateway.pages.rendering import GUARDED, SHEET, refused, router, shown
from gateway.pages.visit import Visit
from services.admission.errors import TooBusy
from services.kit.errors import NotFound, Refusal

Handler = Callable[[Request, Exception], Awaitable[Response]]
READ = ["GET", "HEAD"]
start = router()


@start.api_route("/", methods=READ)
async def beginning(request: Request) -> Response:
    """What the platform is, and where the pages are."""
    return shown(Visit.of(request), "start.html")


@start.api_route("/pages/site.css", methods=READ)
async def sheet(request: Request) -> Response:
    """The style sheet."""
    headers = {**GUARDED, "cache-control": "public, max-age=3600"}
    return tagged(request, SHEET, "text/css; charset=utf-8", headers)


CONCEPTS = (
    start,
    *(each.pages for each in (arrangements, criteria, publicity, verify, routes, process, figures, portal)),
)


def open_to_browsers(app: FastAPI) -> None:
    """Add the pages to the gateway; a browser that asks for what is not there, or in a rush, is told so by a page."""
    for concept in CONCEPTS:
        app.include_router(concept)
    otherwise = cast("Handler", app.exception_handlers[HTTPException])
    at_the_door = cast("Handler", app.exception_handlers[Refusal])

    async def not_there(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == HTTPStatus.NOT_FOUND and _by_browser(request):
            return refused(request, NotFound())
        return await otherwise(request, error)

    async def too_busy(request: Request, error: Exception) -> Response:
        if isinstance(error, TooBusy) and _by_browser(request):
            return refused(request, error)
        return await at_the_door(request, error)

    app.add_exception_handler(HTTPException, not_there)
    app.add_exception_handler(Refusal, too_busy)


def _by_browser(request: Request) -> bool:
    return request.method in READ and "text/html" in request.headers.get("accept", "")
