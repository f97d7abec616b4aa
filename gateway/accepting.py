"""Which type of media a caller accepts, and how an answer is told in it."""

from dataclasses import dataclass
from http import HTTPStatus

from fastapi import Request, Response
from starlette.responses import StreamingResponse

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
STREAM = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Refused:
    """How a request is answered of which nothing was carried out: the status, and when to come again."""

    status: int
    seconds: object = None


def preferred(accept: str, *types: str) -> str | None:
    """Which of `types` an Accept header names with the most weight, the first named of equals; None: none of them."""
    named = [_weighed(each) for each in accept.lower().split(",")]
    liked = [(weight, media_type) for weight, media_type in named if media_type in types and weight > 0]
    return max(liked, key=lambda each: each[0])[1] if liked else None


def _weighed(told: str) -> tuple[float, str]:
    media_type, *parameters = (part.strip() for part in told.split(";"))
    weight = next((part[2:] for part in parameters if part.startswith("q=")), "1")
    try:
        return float(weight), media_type
    except ValueError:
        return 1.0, media_type


def streams(accept: str) -> bool:
    """Whether server-sent events are wanted rather than one answer; clients that take both name JSON first."""
    return preferred(accept, RESPONSE, JSON, STREAM) == STREAM


def answered_as(request: Request, answer: Response) -> Response:
    """The answer in the type that its caller accepts.

    `application/json` says 200 to whatever is well-formed, as before the other type came to be; that one has the status
    of what became of the request. Both tell who has to wait.
    """
    if isinstance(answer, StreamingResponse) or answer.media_type != JSON:
        return answer
    refused: Refused | None = getattr(request.state, "refused", None)
    answer.headers["vary"] = "accept"
    if refused and refused.seconds is not None:
        answer.headers["retry-after"] = str(refused.seconds)
    if preferred(request.headers.get("accept", ""), RESPONSE, JSON) == RESPONSE:
        answer.headers["content-type"] = f"{RESPONSE}; charset=utf-8"
    elif refused and refused.status != HTTPStatus.TOO_MANY_REQUESTS:
        return answer
    answer.status_code = refused.status if refused else answer.status_code
    return answer
