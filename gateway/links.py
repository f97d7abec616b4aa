"""Files go by links, not through GraphQL: bodies pass between the caller and a service piece by piece."""

from collections.abc import AsyncIterator, Mapping
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from services.kit.client import Neighbour

STREAMING = ("/uploads/", "/downloads/", "/import-files/", "/evidence-files/", "/question-files/")
STREAMING = ("/uploads/", "/downloads/", "/import-files/", "/evidence-files/", "/staffing-files/")
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
    return await _sent(request, "workflow", f"/v1/uploads/{quote(token, safe='')}")


@links.get("/downloads/{token}")
async def download(token: str, request: Request) -> Response:
    """Get the bytes of a material; the link from `openMaterial` is the right to do so."""
    return await _fetched(request, "workflow", f"/v1/downloads/{quote(token, safe='')}")


@links.put("/import-files/{token}")
async def send_import(token: str, request: Request) -> Response:
    """Put the file of an import; the link from `createImport` is the right to do so."""
    return await _sent(request, "accounts", f"/v1/import-files/{quote(token, safe='')}")


@links.get("/import-files/{token}")
async def fetch_import(token: str, request: Request) -> Response:
    """Get a template, a report or codes; the link from `requestImportPaper` is the right to do so."""
    return await _fetched(request, "accounts", f"/v1/import-files/{quote(token, safe='')}")


@links.put("/staffing-files/{token}")
async def send_roster(token: str, request: Request) -> Response:
    """Put the file of a roster; the link from `createStaffingImport` is the right to do so."""
    return await _sent(request, "quota", f"/v1/staffing-files/{quote(token, safe='')}")


@links.get("/staffing-files/{token}")
async def fetch_roster_report(token: str, request: Request) -> Response:
    """Get the refused rows of a roster; the link from `requestStaffingReport` is the right to do so."""
    return await _fetched(request, "quota", f"/v1/staffing-files/{quote(token, safe='')}")


@links.get("/papers/ratio-table")
async def ratio_table(request: Request) -> Response:
    """Get the printed table of Annex 1, in the `format` and of the `year` asked for; for anybody."""
    return await _fetched(request, "quota", f"/v1/papers/ratio-table?{request.url.query}")


@links.get("/papers/{token}")
async def paper(token: str, request: Request) -> Response:
    """Get a printed annual form; the link from `requestAnnualFormPaper` is the right to do so."""
    return await _fetched(request, "quota", f"/v1/papers/{quote(token, safe='')}")


@links.put("/evidence-files/{token}")
async def send_evidence(token: str, request: Request) -> Response:
    """Put the file of a record's evidence; the link from `requestEvidenceUpload` is the right to do so."""
    return await _sent(request, "accounts", f"/v1/evidence-files/{quote(token, safe='')}")


@links.get("/evidence-files/{token}")
async def fetch_evidence(token: str, request: Request) -> Response:
    """Get a record's evidence; the link from `openEvidence` is the right to do so."""
    return await _fetched(request, "accounts", f"/v1/evidence-files/{quote(token, safe='')}")


@links.put("/question-files/{token}")
async def send_questions(token: str, request: Request) -> Response:
    """Put a sheet of questions; the link from `requestQuestionSheetLink` is the right to do so."""
    return await _sent(request, "accounts", f"/v1/question-files/{quote(token, safe='')}")


async def _sent(request: Request, part: str, path: str) -> Response:
    headers = _kept(request.headers, UP)
    sending = _neighbour(request, part).stream("PUT", path, content=request.stream(), headers=headers)
    async with sending as answer:
        body = await answer.aread()
        return Response(body, answer.status_code, _kept(answer.headers, ("content-type", "content-language")))


async def _fetched(request: Request, part: str, path: str) -> Response:
    opened = _neighbour(request, part).stream("GET", path, headers=_kept(request.headers, ("range",)))
    answer = await opened.__aenter__()

    async def body() -> AsyncIterator[bytes]:
        try:
            async for piece in answer.aiter_raw():
                yield piece
        finally:
            await opened.__aexit__(None, None, None)

    return StreamingResponse(body(), answer.status_code, _kept(answer.headers, DOWN))


def _neighbour(request: Request, part: str) -> Neighbour:
    neighbour: Neighbour = request.app.state.neighbours[part]
    return neighbour


def _kept(headers: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """Those of `names` that are told; one that is not ASCII means nothing, and could not be told again."""
    return {name: headers[name] for name in names if name in headers and headers[name].isascii()}
