"""GraphQL over HTTP: how a request is read, in which type of media and with which status it is answered."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from fastapi import Request, Response, WebSocket
from strawberry.fastapi import GraphQLRouter
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.base import BaseRequestProtocol
from strawberry.http.parse_content_type import parse_content_type
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.unset import UNSET

from gateway.accepting import JSON, answered_as, streams
from gateway.context import Context, context_of
from gateway.documents import Documents, named_by
from gateway.faults import malformed, refused, told
from gateway.kept.reading import NEVER, Reading, named, tagged
from gateway.schema import schema
from gateway.settings import GatewaySettings
from gateway.socket import Socket, Texts, signed_in, uncounted
from gateway.streams import Streams
from services.kit import deadline

SAYS_WHO = timedelta(seconds=10)
"""How long a socket may be open before somebody says who it is."""
KINDS: Mapping[str, type] = {"query": str, "operationName": str, "variables": dict, "extensions": dict}
"""The parameters of a request, and what each is where it is not null."""

ASKS = frozenset({"documentId", "extensions"})
"""What a request by GET names its document by, where it does not bring it along."""


class GraphQL(GraphQLRouter[Context, None]):
    """Strawberry's router with fast JSON, and errors that tell a caller what he or she may know."""

    graphql_transport_ws_handler_class = Socket
    websocket_adapter_class = Texts

    def __init__(self, settings: GatewaySettings) -> None:
        super().__init__(
            schema,
            context_getter=context_of,
            graphql_ide="graphiql" if settings.graphiql else None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
            connection_init_wait_timeout=SAYS_WHO,
            max_subscriptions_per_connection=settings.max_subscriptions,
            allowed_origins=[each for each in settings.origins.split(",") if each],
        )
        self._settings = settings
        self.documents = Documents.read(settings.trusted_documents, schema.graphql)

    async def run(self, *args: Any, **kwargs: Any) -> Any:
        """The answer to a request; one that is no GraphQL request is told so in GraphQL's shape."""
        request = kwargs["request"]
        try:
            if self.is_websocket_request(request):
                return await self._socket(request, *args, **kwargs)
            with deadline.begun(request.headers, self._settings.request_seconds):
                answer = await super().run(*args, **kwargs)
            return _kept_by_others(request, answered_as(request, answer))
        except HTTPException as error:
            return malformed(request, error.reason, error.status_code)

    async def _socket(self, socket: WebSocket, *args: Any, **kwargs: Any) -> Any:
        """A socket from its beginning to its end; none beyond the limit."""
        streams: Streams = socket.app.state.streams
        if streams.sockets >= socket.app.state.settings.max_streams:
            return await self.reject_websocket(socket)
        streams.sockets += 1
        try:
            return await super().run(*args, **kwargs)
        finally:
            streams.sockets -= 1
            uncounted(socket)

    async def on_ws_connect(self, context: Context) -> Any:
        """Take a socket of somebody who is signed in."""
        await signed_in(context)
        return UNSET

    def should_render_graphql_ide(self, request: BaseRequestProtocol) -> bool:
        """Whether a browser wants to look around; who names a document by its hash does not."""
        return super().should_render_graphql_ide(request) and not ASKS.intersection(request.query_params)

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        """What a request asks.

        A form is no JSON, so no page elsewhere can send a request without the browser asking us first; and an array of
        requests is none.
        """
        if request.method == "GET":
            given = self.parse_query_params(request.query_params)
            self._may_get(given)
        else:
            given = await self._body(request)
        for name, kind in KINDS.items():
            if not isinstance(given.get(name), kind | None):
                raise HTTPException(HTTPStatus.BAD_REQUEST, f"{name} is not of its kind")
        return GraphQLRequestData(
            query=given.get("query") if (text := self.documents.text_of(given)) is None else text,
            variables=given.get("variables"),
            operation_name=given.get("operationName"),
            extensions=given.get("extensions"),
            protocol="sse" if streams(request.headers.get("accept", "")) else "http",
        )

    def _may_get(self, given: Mapping[str, Any]) -> None:
        if not self._settings.get_queries and named_by(given) is None:
            raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, "queries are sent by POST")

    async def _body(self, request: AsyncHTTPRequestAdapter) -> dict[str, Any]:
        media_type, _ = parse_content_type(request.content_type or "")
        if media_type != JSON:
            raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body is no application/json")
        told: dict[str, Any] = self.parse_json(await request.get_body())
        return told

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        """The answer, every top-level error of it told or masked; without data where nothing was carried out."""
        errors = result.errors or []
        result.errors = [told(error, request) for error in errors] or None
        answer = await super().process_result(request, result)
        if errors and result.data is None:
            request.state.refused = refused(errors)
            del answer["data"]
        request.state.lasting = not errors and _lasting(request)
        if cost := getattr(request.state, "cost", None):
            answer["extensions"] = {**(result.extensions or {}), "cost": _cost(request, cost)}
        return answer

    def parse_json(self, data: str | bytes) -> Any:
        """A body, or a parameter, as JSON: an object or nothing at all."""
        try:
            told = self.decode_json(data)
        except orjson.JSONDecodeError as error:
            raise HTTPException(HTTPStatus.BAD_REQUEST, "that is no JSON") from error
        if not isinstance(told, dict):
            raise HTTPException(HTTPStatus.BAD_REQUEST, "that is no JSON object")
        return told

    def decode_json(self, data: str | bytes) -> object:
        """What a body or a message holds; bytes that are no text are no JSON either."""
        told: object = orjson.loads(data)
        return told

    def encode_json(self, data: object) -> bytes:
        """The answer as bytes."""
        return orjson.dumps(data, default=str)


def _lasting(request: Request) -> bool:
    """Whether the answer is anybody's: a stranger's question by GET, to which nothing was read but what is kept."""
    reading: Reading | None = getattr(request.state, "reading", None)
    return request.method == "GET" and not named(request) and reading is not None and reading.lasting


def _cost(request: Request, cost: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the question cost; what is left to whoever asked it is nobody else's to read."""
    if not request.state.lasting:
        return cost
    return {name: told for name, told in cost.items() if name != "throttleStatus"}


def _kept_by_others(request: Request, answer: Response) -> Response:
    """The answer to a GET, with how it may be kept outside."""
    if request.method != "GET":
        return answer
    answer.headers["vary"] = "accept, accept-language, authorization"
    if not getattr(request.state, "lasting", False):
        answer.headers["cache-control"] = NEVER
        return answer
    reading: Reading = request.state.reading
    headers = {**dict(answer.headers), **reading.headers}
    del headers["content-length"]
    return tagged(request, bytes(answer.body), headers["content-type"], headers)
