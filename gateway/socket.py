"""Subscriptions over a WebSocket (graphql-transport-ws): who asks, what may be asked, and what of an error is told.

Browsers give a WebSocket no headers: the token comes with `connection_init`, as `{"authorization": "Bearer ..."}`. A
socket carries subscriptions and nothing else: queries and mutations have a context of their own each, over HTTP.
"""

from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from typing import Any
from uuid import UUID

from fastapi import WebSocket
from starlette.websockets import WebSocketDisconnect
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)

from gateway.context import Context
from gateway.faults import told
from services.kit.auth import TokenVerifier
from services.kit.errors import Refusal
from services.kit.frame import outgoing


async def signed_in(context: Context) -> None:
    """Know who opened a socket.

    Raises:
        ConnectionRejectionError: nobody, or with a token that is not good, or with as many sockets as one may have.
    """
    socket = context.request
    assert isinstance(socket, WebSocket)
    given = (context.connection_params or {}).get("authorization") or socket.headers.get("authorization", "")
    scheme, _, token = str(given).partition(" ")
    verifier: TokenVerifier = socket.app.state.verifier
    if scheme.lower() != "bearer" or not token.isascii():
        raise ConnectionRejectionError
    try:
        context.actor = await verifier.verify(token.strip())
    except Refusal as refusal:
        raise ConnectionRejectionError from refusal
    socket.state.actor = context.actor
    _count(socket, context.actor.id)
    outgoing.set({**outgoing.get(), "authorization": f"Bearer {token.strip()}"})


def _count(socket: WebSocket, account_id: UUID) -> None:
    """Count a socket as its account's; those of one account take no others' place."""
    sockets: Counter[UUID] = socket.app.state.streams.by_account
    if sockets[account_id] >= socket.app.state.settings.max_sockets_per_account:
        raise ConnectionRejectionError
    sockets[account_id] += 1
    socket.state.account_id = account_id


def uncounted(socket: WebSocket) -> None:
    """It is closed."""
    if (account_id := getattr(socket.state, "account_id", None)) is not None:
        sockets: Counter[UUID] = socket.app.state.streams.by_account
        sockets[account_id] -= 1
        if not sockets[account_id]:
            del sockets[account_id]


def well_formed(message: Any) -> bool:
    """Whether a message is an object whose parts are of the kinds that the protocol names."""
    if not isinstance(message, dict) or not isinstance(message.get("id", ""), str):
        return False
    payload = message.get("payload")
    if not isinstance(payload, dict):
        return payload is None and message.get("type") != "subscribe"
    query, variables = payload.get("query", ""), payload.get("variables")
    return isinstance(query, str) and isinstance(variables, dict | None)


class Texts(ASGIWebSocketAdapter):
    """Messages as text, which the protocol asks for."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send one."""
        try:
            await self.ws.send_text(self.view.encode_json_string(message))
        except WebSocketDisconnect as error:
            raise WebSocketDisconnected from error


class Socket(BaseGraphQLTransportWSHandler[Context, None]):
    """Strawberry's handler, with errors that tell what a caller may know."""

    async def handle_message(self, message: Any) -> None:
        """Take a message that has the protocol's shape; one that has not ends the socket."""
        if well_formed(message):
            await super().handle_message(message)
        else:
            await self.handle_invalid_message("Failed to parse message")

    async def _send_result_stream(self, operation: Operation[Context, None], result_source: Any) -> None:
        await super()._send_result_stream(operation, self._told(result_source))

    async def _told(self, results: Any) -> AsyncGenerator[Any, None]:
        async for each in results:
            if each.errors:
                each.errors = [told(error, self.context.connection) for error in each.errors]
            yield each
