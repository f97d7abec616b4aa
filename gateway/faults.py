"""Top-level errors: a part that is down, a question the caller may not ask, a document that is not valid; never internals."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from fastapi import Request, Response
from graphql import GraphQLError, GraphQLSyntaxError
from starlette.requests import HTTPConnection

from gateway.accepting import JSON, Refused, answered_as
from gateway.clients import PARTS
from gateway.refusals import camel
from gateway.settings import GatewaySettings
from services.kit import http
from services.kit.errors import Basis, Invalid, Language, Refusal

HINT = re.compile(r"\s*Did you mean .*\?$", re.DOTALL)
log = structlog.get_logger(__name__)


def told(error: GraphQLError, request: HTTPConnection) -> GraphQLError:
    """A top-level error as a caller may read it; what we did not foresee is logged and masked."""
    original = error.original_error
    if isinstance(original, Refusal):
        return _of_refusal(error, original, request)
    if _of_document(error):
        code = (
            "GRAPHQL_PARSE_FAILED" if isinstance(error, GraphQLSyntaxError) else "GRAPHQL_VALIDATION_FAILED"
        )
        extensions = {"code": code, "requestId": request.state.request_id}
        return _with(error, _without_hints(error.message, request), extensions)
    log.error("resolver failed", path=error.path and error.path[:8], exc_info=original or error)
    return _of_refusal(error, http.Fault(), request)


def _of_document(error: GraphQLError) -> bool:
    """Whether it is the document, or its variables, that are not valid."""
    return error.path is None and isinstance(error.original_error, GraphQLError | ValueError | None)


def _without_hints(message: str, request: HTTPConnection) -> str:
    """What is told of a document; a stranger who may not look at the schema does not learn it by guessing either."""
    settings: GatewaySettings = request.app.state.settings
    may_know = settings.introspection or getattr(request.state, "actor", None)
    return message if may_know else HINT.sub("", message)


def refused(errors: Sequence[GraphQLError]) -> Refused:
    """How a request is answered of which nothing was carried out."""
    original = errors[0].original_error
    if isinstance(original, Refusal):
        return Refused(http.status_of(original), original.params.get("seconds"))
    return Refused(HTTPStatus.BAD_REQUEST if _of_document(errors[0]) else HTTPStatus.INTERNAL_SERVER_ERROR)


def _of_refusal(error: GraphQLError, refusal: Refusal, request: HTTPConnection) -> GraphQLError:
    language = Language.preferred(request.headers.get("accept-language", ""))
    extensions = extensions_of(refusal, request.state.request_id, language)
    return _with(error, refusal.message(language), extensions)


def _with(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )


def extensions_of(refusal: Refusal, request_id: str, language: Language) -> dict[str, Any]:
    """What a top-level error tells a program: code, part, when to come again, field, basis, findings, request id."""
    told: dict[str, Any] = {"code": refusal.code, "requestId": request_id}
    if (part := refusal.params.get("part")) in PARTS:
        told["part"] = part
    if (seconds := refusal.params.get("seconds")) is not None:
        told["retryAfter"] = seconds
    if refusal.field:
        told["field"] = camel(refusal.field)
    if refusal.basis:
        told["basis"] = _basis(refusal.basis)
    if refusal.findings:
        told["findings"] = [
            {
                "code": f.code,
                "message": f.message(language),
                "field": camel(f.field),
                "basis": _basis(f.basis),
            }
            for f in refusal.findings
        ]
    return told


def _basis(articles: tuple[Basis, ...]) -> list[dict[str, str]]:
    return [{"cite": each.cite, "summary": each.summary} for each in articles]


async def refused_at_the_door(request: Request, error: Exception) -> Response:
    """A refusal before any resolver: for GraphQL in its own shape, for links as a problem."""
    assert isinstance(error, Refusal)
    log.info("refused", code=error.code)
    if request.scope["path"] != "/graphql":
        return http.problem(request, error)
    return _alone(request, error, http.status_of(error))


class RequestMalformed(Invalid):
    """The request is not what GraphQL over HTTP takes."""

    code = "GRAPHQL_REQUEST_MALFORMED"
    zh = "不是有效的 GraphQL 请求：{reason}"
    en = "This is no GraphQL request: {reason}"


def malformed(request: Request, reason: str, status: int) -> Response:
    """The answer to what is no GraphQL request."""
    return _alone(request, RequestMalformed(reason=reason), status)


def _alone(request: Request, refusal: Refusal, status: int) -> Response:
    """A refusal as the only thing an answer holds."""
    language = http.language_of(request)
    extensions = extensions_of(refusal, request.state.request_id, language)
    told = {"errors": [{"message": refusal.message(language), "extensions": extensions}]}
    headers = {"content-language": language.value}
    if (seconds := extensions.get("retryAfter")) is not None:
        headers["retry-after"] = str(seconds)
    return answered_as(request, Response(orjson.dumps(told), status, headers, media_type=JSON))
