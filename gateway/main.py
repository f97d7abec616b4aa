"""The gateway's application: GraphQL, REST for integrations, the links for files, health. It has no database and keeps no state."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import httpx
import orjson
from cross_web import HTTPException
from fastapi import FastAPI, Request, WebSocket
from strawberry.fastapi import GraphQLRouter
from strawberry.http import GraphQLHTTPResponse
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.unset import UNSET

from gateway.clients import neighbours
from gateway.context import Context, context_of
from gateway.faults import malformed, refused_at_the_door, told
from gateway.health import health
from gateway.links import STREAMING, links
from gateway.operations import FETCHED, SENT
from gateway.rest import rest
from gateway.schema import schema
from gateway.settings import GatewaySettings
from gateway.socket import Socket, Texts, signed_in, uncounted
from gateway.streams import Streams, streaming
from services.kit.auth import RemoteKeys, TokenVerifier
from services.kit.errors import Refusal
from services.kit.frame import RequestFrame
from services.kit.http import answer_refusals

SAYS_WHO = timedelta(seconds=10)
"""How long a socket may be open before somebody says who it is."""
DESCRIPTION = "GraphQL at `/graphql`; REST for integrations under `/api`; files by the links that these give."


class GraphQL(GraphQLRouter[Context, None]):
    """Strawberry's router with fast JSON, and errors that tell a caller what he or she may know."""

    graphql_transport_ws_handler_class = Socket
    websocket_adapter_class = Texts

    async def run(self, *args: Any, **kwargs: Any) -> Any:
        """The answer to a request; one that is no GraphQL request is told so in GraphQL's shape."""
        try:
            if self.is_websocket_request(kwargs["request"]):
                return await self._socket(kwargs["request"], *args, **kwargs)
            return await super().run(*args, **kwargs)
        except HTTPException as error:
            return malformed(kwargs["request"], error.reason, error.status_code)

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

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        """The answer, every top-level error of it told or masked."""
        if result.errors:
            result.errors = [told(error, request) for error in result.errors]
        return await super().process_result(request, result)

    def parse_json(self, data: str | bytes) -> Any:
        """A body as JSON; Strawberry stumbles over one that is neither an object nor a list."""
        told = super().parse_json(data)
        if not isinstance(told, dict | list):
            raise HTTPException(HTTPStatus.BAD_REQUEST, "the body is no JSON object")
        return told

    def decode_json(self, data: str | bytes) -> object:
        """The body; bytes that are no text are no JSON either."""
        told: object = orjson.loads(data)
        return told

    def encode_json(self, data: object) -> bytes:
        """The answer as bytes."""
        return orjson.dumps(data, default=str)


def create(
    settings: GatewaySettings,
    *,
    verifier: TokenVerifier | None = None,
    transports: Mapping[str, httpx.AsyncBaseTransport] | None = None,
) -> FastAPI:
    """The application; `transports` (part name to httpx transport) put other parts in place of the real ones."""

    @asynccontextmanager
    async def live(app: FastAPI) -> AsyncIterator[None]:
        given = transports or {}
        async with (
            neighbours(settings, given) as app.state.neighbours,
            streaming(settings, given.get("notifications")) as app.state.streams,
        ):
            yield

    app = FastAPI(
        title="Professional titles 职称评审: gateway", description=DESCRIPTION, version="1", lifespan=live
    )
    app.state.settings = settings
    app.state.service = "gateway"
    app.state.verifier = verifier or TokenVerifier(
        RemoteKeys(f"{settings.accounts_url}/.well-known/jwks.json")
    )
    paths = {"streaming": (*STREAMING, *SENT), "links": FETCHED}
    app.add_middleware(RequestFrame, service="gateway", max_body_bytes=settings.max_body_bytes, **paths)
    answer_refusals(app)
    app.add_exception_handler(Refusal, refused_at_the_door)
    app.include_router(graphql(settings), prefix="/graphql", include_in_schema=False)
    app.include_router(links)
    app.include_router(rest)
    app.include_router(health)
    return app


def graphql(settings: GatewaySettings) -> GraphQL:
    """GraphQL over HTTP; subscriptions over WebSockets and server-sent events."""
    return GraphQL(
        schema,
        context_getter=context_of,
        graphql_ide="graphiql" if settings.graphiql else None,
        subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL),
        connection_init_wait_timeout=SAYS_WHO,
        max_subscriptions_per_connection=settings.max_subscriptions,
    )
