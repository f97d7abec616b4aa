"""The gate: a place for each request that is worked on, from when it is there as a whole until its answer begins.

So a file on its way, a stream that lasts, and whoever sends or reads slowly hold no place. Nobody is asked to wait at the
gate: how long that would be nobody could say, and who is told to come again can go elsewhere.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import Counter, Gauge
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.admission.errors import TooBusy
from services.kit.auth import authenticate
from services.kit.errors import Refusal, soon
from services.kit.frame import QUIET, replay
from services.kit.ops import OPERATOR

UNPROVEN = frozenset({"/v1/service-tokens", "/.well-known/jwks.json"})
"""What a service asks for before it can prove that it is one, or know who else is: a new process without it answers nobody."""
BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
LET_IN = "titles.let_in"
"""In the scope of a request that has come in, the gate; what it asks the same application (services/reads) takes no place of its own."""
AT_WORK = Gauge("titles_requests_at_work", "Requests that are worked on now, of those that take a place.")
SENT_AWAY = Counter("titles_requests_sent_away", "Requests that found no place, and were told to come again.")


class Gate:
    """ASGI middleware: at most so many requests are worked on at once.

    Probes, the platform's own services and operators always come in, and neither files nor links are counted: their
    number has limits of its own.
    """

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self.app = app
        self._most = most
        self._taken = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request in, or send it away."""
        if scope["type"] != "http" or scope.get(LET_IN) or self._apart(scope):
            await self.app(scope, receive, send)
            return
        if await self._has_room(scope):
            heard = receive if scope["method"] in BODILESS else await _whole(scope, receive)
            if await self._has_room(scope):  # others may have come while the body did
                await self._let_in(scope, heard, send)
                return
        await _send_away(scope, receive, send)

    def _apart(self, scope: Scope) -> bool:
        return bool(scope["path"].startswith((*QUIET, *scope["app"].state.unhurried)))

    async def _has_room(self, scope: Scope) -> bool:
        return self._taken < self._most or await _goes_first(scope)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        leave, scope[LET_IN] = self._taking_a_place(), self

        async def send_out(message: Message) -> None:
            if message["type"] == "http.response.start":
                leave()
            await send(message)

        try:
            await self.app(scope, receive, send_out)
        finally:
            leave()

    @contextmanager
    def working(self) -> Iterator[None]:
        """A place, taken again for what is worked on only once its answer has begun."""
        leave = self._taking_a_place()
        try:
            yield
        finally:
            leave()

    def _taking_a_place(self) -> Callable[[], None]:
        """Take one; what gives it back, however often it is called."""
        self._taken += 1
        AT_WORK.inc()
        left = False

        def leave() -> None:
            nonlocal left
            if not left:
                left = True
                self._taken -= 1
                AT_WORK.dec()

        return leave


async def _goes_first(scope: Scope) -> bool:
    """Whether who asks is one of our services, in its own name and not in a caller's, or an operator."""
    if scope["path"] in UNPROVEN:
        return True
    try:
        actor = await authenticate(Request(scope))
    except Refusal:
        return False
    return actor is not None and (actor.kind == "service" or actor.seat(OPERATOR) is not None)


async def _whole(scope: Scope, receive: Receive) -> Receive:
    """The body, once all of it is there; the frame sees to it that it is not too large.

    Raises:
        ClientDisconnect: the caller went away before its end.
    """
    return replay(await Request(scope, receive).body(), receive)


async def _send_away(scope: Scope, receive: Receive, send: Send) -> None:
    """As the application answers its refusals: in its own shape, and the caller's language."""
    SENT_AWAY.inc()
    app = scope["app"]
    answer = await app.exception_handlers[Refusal](
        Request(scope, receive), TooBusy(part=app.state.service, seconds=soon())
    )
    await answer(scope, receive, send)
