"""Files go by links, not through GraphQL: bodies pass between the caller and a service piece by piece."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from gateway.allowance import Allowance
from gateway.context import client_of
from gateway.settings import GatewaySettings
from services.neighbours.client import Neighbour

UP = ("content-type", "content-length")
DOWN = (
    "content-type",
    "content-length",
    "content-disposition",
    "content-range",
    "accept-ranges",
    "cache-control",
    "content-language",
    "etag",
    "referrer-policy",
    "retry-after",
    "x-content-type-options",
    "content-security-policy",
)
FILE_COST = 10
"""Points of a file, or of a part of one, whichever way it goes."""
TOLD = ("content-type", "content-language", "retry-after")
"""What is told of the answer to what was sent."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where files of a sort are sent to or fetched from: `/<name>/<token>` here is `/v1/<name>/<token>` of the part."""

    part: str
    name: str
    sent: str | None = None
    """What is sent there, and the mutation that gives the link: it is the right to do so."""
    fetched: str | None = None
    """The same of what is fetched."""


FOLDERS = (
    Folder("workflow", "uploads", sent="the bytes of a material; the link is from `requestUpload`"),
    Folder("workflow", "upload-parts", sent="a part of a material's file; the link is from `beginUpload`"),
    Folder(
        "workflow",
        "whole-uploads",
        sent="the SHA-256 of a file whose parts are all there, as JSON; the link is from `beginUpload`",
    ),
    Folder("workflow", "downloads", fetched="the bytes of a material; the link is from `openMaterial`"),
    Folder("workflow", "expert-files", fetched="a file for an expert; the link is from `openExpertFile`"),
    Folder(
        "workflow",
        "review-sign-charts",
        fetched="a chart of signs of one-click pushing; the link is from `requestReviewSignsChart`",
    ),
    Folder(
        "workflow",
        "season-report-files",
        fetched="the season's report; the link is from `requestSeasonReport`",
    ),
    Folder(
        "accounts",
        "import-files",
        sent="the file of an import; the link is from `createImport`",
        fetched="a template, a report or codes; the link is from `requestImportPaper`",
    ),
    Folder(
        "accounts",
        "evidence-files",
        sent="the file of a record's evidence; the link is from `requestEvidenceUpload`",
        fetched="a record's evidence; the link is from `openEvidence`",
    ),
    Folder(
        "accounts", "question-files", sent="a sheet of questions; the link is from `requestQuestionSheetLink`"
    ),
    Folder(
        "workflow",
        "historic-files",
        sent="the file of historic certificates; the link is from `createHistoricImport`",
        fetched="the refused rows of such a file; the link is from `requestHistoricReport`",
    ),
    Folder(
        "quota",
        "staffing-files",
        sent="the file of a roster; the link is from `createStaffingImport`",
        fetched="the refused rows of a roster; the link is from `requestStaffingReport`",
    ),
    Folder("quota", "papers", fetched="a printed annual form; the link is from `requestAnnualFormPaper`"),
    Folder(
        "workflow",
        "certificate-papers",
        fetched="a certificate on paper; the link is from `requestCertificatePaper`",
    ),
    Folder(
        "quota",
        "overview-charts",
        fetched="a chart of how posts are used; the link is from `requestOverviewChart`",
    ),
)
"""Every sort of file there is."""
STREAMING = tuple(f"/{folder.name}/" for folder in FOLDERS)
"""Paths whose bodies are as large as the services take them."""

links = APIRouter(tags=["files"])


@links.get("/papers/ratio-table")
async def ratio_table(request: Request) -> Response:
    """Get the printed table of Annex 1, in the `format` and of the `year` asked for; for anybody."""
    await _pay_for_open(request)
    return await _fetched(request, "quota", f"/v1/papers/ratio-table?{request.url.query}")


@links.get("/papers/historic-template")
async def historic_template(request: Request) -> Response:
    """Get an empty file of historic certificates with the right columns; for anybody."""
    await _pay_for_open(request)
    return await _fetched(request, "workflow", "/v1/historic-imports/template")


OPEN = (
    "/.well-known/jwt-vc-issuer",
    "/v1/certificates/keys",
    "/v1/certificates/types/{name}",
    "/v1/certificates/status/{name}",
    "/v1/certificates/verify",
    "/verify/credential",
)
"""What anybody verifies certificates with is found here under the same paths, so that one address serves for all."""


def _opened(path: str) -> None:
    """Let something of workflow's be fetched under its own path."""

    async def fetch(request: Request) -> Response:
        await _pay_for_open(request)
        asked = f"?{request.url.query}" if request.url.query else ""
        return await _fetched(request, "workflow", f"{quote(request.url.path)}{asked}")

    links.get(path, description="The same of workflow; for anybody.", name=f"open {path}")(fetch)


def _routed(folder: Folder) -> None:
    """Let files of a folder be sent and fetched."""
    path = f"/{folder.name}/{{token}}"

    async def send(token: str, request: Request) -> Response:
        await _pay(request, FILE_COST)
        return await _sent(request, folder.part, _path(folder, token))

    async def fetch(token: str, request: Request) -> Response:
        await _pay(request, FILE_COST)
        return await _fetched(request, folder.part, _path(folder, token))

    if folder.sent:
        links.put(path, description=f"Put {folder.sent}.", name=f"send {folder.name}")(send)
    if folder.fetched:
        links.get(path, description=f"Get {folder.fetched}.", name=f"fetch {folder.name}")(fetch)


def _path(folder: Folder, token: str) -> str:
    return f"/v1/{folder.name}/{quote(token, safe='')}"


for _folder in FOLDERS:
    _routed(_folder)
for _path_of in OPEN:
    _opened(_path_of)


async def _pay_for_open(request: Request) -> None:
    """What anybody may ask for costs what a public page does: a service makes it anew."""
    settings: GatewaySettings = request.app.state.settings
    await _pay(request, settings.page_cost)


async def _pay(request: Request, cost: int) -> None:
    """Take from what the caller's network may ask for: a link is the right, and no token comes with it.

    Raises:
        Throttled: the caller has to wait.
    """
    allowance: Allowance = request.app.state.allowance
    await allowance.spend(client_of(request, None), cost)


async def _sent(request: Request, part: str, path: str) -> Response:
    headers = kept(request.headers, UP)
    sending = _neighbour(request, part).stream("PUT", path, content=request.stream(), headers=headers)
    async with sending as answer:
        body = await answer.aread()
        return Response(body, answer.status_code, kept(answer.headers, TOLD))


async def _fetched(request: Request, part: str, path: str) -> Response:
    opened = _neighbour(request, part).stream("GET", path, headers=kept(request.headers, ("range",)))
    answer = await opened.__aenter__()

    async def body() -> AsyncIterator[bytes]:
        try:
            async for piece in answer.aiter_raw():
                yield piece
        finally:
            await opened.__aexit__(None, None, None)

    return StreamingResponse(body(), answer.status_code, kept(answer.headers, DOWN))


def _neighbour(request: Request, part: str) -> Neighbour:
    """A part by connections of their own: whoever sends or reads slowly takes none from GraphQL's calls."""
    neighbour: Neighbour = request.app.state.carriers[part]
    return neighbour


def kept(headers: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """Those of `names` that are told; one that is not ASCII means nothing, and could not be told again."""
    return {name: headers[name] for name in names if name in headers and headers[name].isascii()}
