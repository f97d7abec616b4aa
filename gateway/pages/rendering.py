"""Pages as answers: Jinja2 with everything escaped, headers that let nothing run, and a tag by which browsers keep them."""

from collections.abc import Callable, Coroutine, Mapping
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException

from gateway.context import client_of
from gateway.kept.reading import NEVER, Reading, named, tagged
from gateway.pages import wording
from gateway.pages.asking import Public
from gateway.pages.visit import FormMalformed, Visit
from services.admission.errors import TooBusy
from services.kit.clock import SHANGHAI
from services.kit.errors import NotFound, Refusal
from services.kit.http import Fault, status_of

log = structlog.get_logger(__name__)
FOLDER = Path(__file__).parent
environment = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
GUARDED = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
UNCHANGING = "public, max-age=30"
"""How long a page is kept that asks nothing: it changes with a release alone."""
RETRY_SECONDS = 30
TITLES = {404: "not_found", 429: "too_many", 503: "unavailable"}
"""What an error page is headed with, by its status; all others are told to be not understood, or our fault."""
SHEET = (FOLDER / "assets" / "site.css").read_bytes()


def shown(
    visit: Visit,
    template: str,
    *,
    status: int = 200,
    kept: str | None = None,
    headers: Mapping[str, str] | None = None,
    **told: Any,
) -> Response:
    """A page; how long it is `kept` what it was made of says, unless it is told."""
    words = {
        "visit": visit,
        "href": visit.href,
        "t": partial(wording.text, visit.language),
        "word": partial(wording.word, visit.language),
        "codes": wording.codes,
        "day": day,
        "minute": minute,
    }
    body = environment.get_template(template).render(**words, **told).encode()
    sent = {
        **GUARDED,
        **_keeping(visit.request, kept),
        "content-language": visit.tag,
        "vary": "accept-language",
        **(headers or {}),
    }
    return tagged(visit.request, body, "text/html; charset=utf-8", sent, status)


def _keeping(request: Request, kept: str | None) -> dict[str, str]:
    """How a page may be kept: by nobody where the request says, or may say, whose it is."""
    if named(request):
        return {"cache-control": NEVER}
    reading: Reading | None = getattr(request.state, "reading", None)
    return reading.headers if reading and not kept else {"cache-control": kept or UNCHANGING}


def day(told: str | None) -> str:
    """A day, or the day of an instant, as both languages write it."""
    if told is None:
        return ""
    if "T" in told:
        return datetime.fromisoformat(told).astimezone(SHANGHAI).date().isoformat()
    return date.fromisoformat(told).isoformat()


def minute(told: str) -> str:
    """The minute of an instant, in Qinghai."""
    return f"{datetime.fromisoformat(told).astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def refused(request: Request, refusal: Refusal) -> Response:
    """A refusal as a page."""
    status, visit = status_of(refusal), Visit.of(request)
    if isinstance(refusal, Fault):
        status = HTTPStatus.INTERNAL_SERVER_ERROR.value
    headers = {"x-robots-tag": "noindex"}
    if status == HTTPStatus.SERVICE_UNAVAILABLE or "seconds" in refusal.params:
        headers["retry-after"] = str(refusal.params.get("seconds", RETRY_SECONDS))
    told = {
        "heading": TITLES.get(
            status, "fault" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "not_understood"
        ),
        "message": refusal.message(visit.language),
        "known": isinstance(refusal, TooBusy)
        or (status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.NOT_FOUND),
        "request_id": getattr(request.state, "request_id", ""),
    }
    return shown(visit, "error.html", status=status, kept=NEVER, headers=headers, **told)


class Paged(APIRoute):
    """A route whose answer is a page, whatever goes wrong."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()

        async def paged(request: Request) -> Response:
            try:
                return await handle(request)
            except Refusal as refusal:
                return refused(request, refusal)
            except RequestValidationError:  # of a path alone: there is nothing by such an id
                return refused(request, NotFound())
            except HTTPException:  # a form that is none
                return refused(request, FormMalformed())
            except Exception:  # a reader gets a page, the log has the rest
                log.exception("page failed")
                return refused(request, Fault())

        return paged


def router() -> APIRouter:
    """A router of pages."""
    return APIRouter(route_class=Paged, include_in_schema=False)


def public(visit: Visit) -> Public:
    """The services, as a page asks them; what it asks anew is paid from what its visitor's network may ask for."""
    state = visit.request.app.state
    pay = partial(state.allowance.spend, client_of(visit.request, None), state.settings.page_cost)
    reading = Reading(state.purging.memory, state.settings.public_seconds, visit.language, pay)
    visit.request.state.reading = reading
    return Public(state.neighbours["workflow"], reading, visit.language, pay)
