"""The inbox as a stream of server-sent events."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from services.kit.auth import CurrentActor
from services.kit.http import language_of, refusals, router
from services.notifications.live.errors import CursorMalformed, StreamsFull, TooManyStreams
from services.notifications.live.hub import Hub
from services.notifications.live.position import Position
from services.notifications.live.rights import Rights
from services.notifications.live.sse import EventStream
from services.notifications.live.stream import Stream

routes = router(prefix="/v1/inbox", tags=["inbox"])
DESCRIPTION = """The caller's inbox, live, as server-sent events.

`ready` opens a stream that was asked for without cursor: load the inbox now, nothing is missed after it. `message` is a new
message, `withdrawn` one that waits to be read no more, in its words of now, `read` and `read_all` what another tab has read, `unread` how many are unread now, `reset` that the cursor is too
old: load the inbox anew. `bye` ends the stream and says why. Go on after a break with the id of the last event, as
`Last-Event-ID` (browsers do so by themselves) or `after`: each event since comes, at least once, in order.
"""


async def admitted(request: Request, actor: CurrentActor) -> AsyncIterator[Hub]:
    """The hub, in which the request has its place until it is answered to the end, whatever ends it."""
    hub: Hub = request.app.state.live
    with hub.admitted(actor.id):
        yield hub


@routes.get(
    "/stream",
    description=DESCRIPTION,
    status_code=200,
    response_class=EventStream,
    responses=refusals(CursorMalformed, TooManyStreams, StreamsFull),
)
async def stream(
    request: Request,
    actor: CurrentActor,
    hub: Annotated[Hub, Depends(admitted)],
    after: Annotated[str | None, Query(description="the id of the last event", max_length=40)] = None,
    last_event_id: Annotated[str | None, Header(description="the same; it wins over `after`")] = None,
) -> EventStream:
    """Tell the caller's inbox as it changes."""
    cursor = last_event_id or after
    token = request.headers["authorization"].partition(" ")[2].strip()
    opened = Stream(
        hub,
        Rights(actor, token, request.app.state.verifier, hub.accounts),
        language_of(request),
        Position.read(cursor) if cursor else None,
    )
    return EventStream(opened.events, send_seconds=hub.settings.live_send_seconds)
