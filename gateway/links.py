"""Files go by links, not through GraphQL: bodies pass between the caller and workflow piece by piece."""

from collections.abc import AsyncIterator, Mapping
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from services.kit.client import Neighbour

STREAMING = ("/uploads/", "/downloads/")
UP = ("content-type", "content-length")
DOWN = (
    "content-type",
    "content-length",
    "content-disposition",
    "content-range",
    "accept-ranges",
    "cache-control",
    "etag",
    "x-content-type-options",
    "content-security-policy",
)

links = APIRouter(tags=["files"])


@links.put("/uploads/{token}")
async def upload(token: str, request: Request) -> Response:
    """Put the bytes of a material; the link from `requestUpload` is the right to do so."""
    headers = _kept(request.headers, UP)
    async with _workflow(request).stream(
        "PUT", f"/v1/uploads/{quote(token, safe='')}", content=request.stream(), headers=headers
    ) as answer:
        body = await answer.aread()
        return Response(body, answer.status_code, _kept(answer.headers, ("content-type", "content-language")))


@links.get("/downloads/{token}")
async def download(token: str, request: Request) -> Response:
    """Get the bytes of a material; the link from `openMaterial` is the right to do so."""
    opened = _workflow(request).stream(
        "GET", f"/v1/downloads/{quote(token, safe='')}", headers=_kept(request.headers, ("range",))
    )
    answer = await opened.__aenter__()

    async def body() -> AsyncIterator[bytes]:
        try:
            async for piece in answer.aiter_raw():
                yield piece
        finally:
            await opened.__aexit__(None, None, None)

    return StreamingResponse(body(), answer.status_code, _kept(answer.headers, DOWN))


@links.get("/guides/{code}/file")
async def guide_file(request: Request, code: str, cycle: int | None = None) -> Response:
    """The file of a guide, for anyone."""
    neighbour: Neighbour = request.app.state.neighbours["accounts"]
    path = f"/v1/learning/guides/{quote(code, safe='')}/file" + ("" if cycle is None else f"?cycle={cycle}")
    headers = _kept(request.headers, ("if-none-match",))
    async with neighbour.stream("GET", path, headers=headers) as answer:
        return Response(await answer.aread(), answer.status_code, _kept(answer.headers, DOWN))


def _workflow(request: Request) -> Neighbour:
    neighbour: Neighbour = request.app.state.neighbours["workflow"]
    return neighbour


def _kept(headers: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """Those of `names` that are told; one that is not ASCII means nothing, and could not be told again."""
    return {name: headers[name] for name in names if name in headers and headers[name].isascii()}
