"""The developer portal at `/docs`: the repository's own pages, the error codes, every operation of REST."""

from functools import cache
from pathlib import Path

from fastapi import Request, Response

from gateway.clients import PARTS
from gateway.operations import document
from gateway.pages.markdown import Rendered, rendered
from gateway.pages.rendering import router, shown
from gateway.pages.visit import Visit
from gateway.settings import GatewaySettings
from services.kit.errors import NotFound

READ = ["GET", "HEAD"]
ROOT = Path(__file__).resolve().parents[2]
KEPT = "public, max-age=300"
PAGES = {
    "quick-start": ("docs/with-curl.md", "快速上手 Quick start"),
    "sign-in": ("docs/sign-in.md", "登录与授权 Sign-in"),
    "clients": ("docs/clients.md", "客户端 Clients"),
    "gateway": ("gateway/README.md", "网关 Gateway"),
    "errors": ("docs/errors.md", "错误编码 Error codes"),
    "webhooks": ("docs/webhooks.md", "事件推送 Webhooks"),
    "events": ("docs/events/README.md", "事件目录 Events"),
    "certificates": ("docs/certificates.md", "证书查验 Certificates"),
    "credit-platforms": ("docs/credit-platforms.md", "信用平台 Credit platforms"),
    "glossary": ("docs/glossary.md", "术语 Glossary"),
    "changelog": ("CHANGELOG.md", "变更记录 Changelog"),
}
"""What the portal shows, by address: the file and what it is called in the menu."""
ADDRESSES = {file: f"/docs/{name}" for name, (file, _) in PAGES.items()}
MENU = {
    **{f"/docs/{name}": title for name, (_, title) in PAGES.items()},
    **{f"/docs/api/{part}": f"REST {part}" for part in PARTS},
    "/api/openapi.json": "OpenAPI 3.1",
}
IDE = {"/graphql": "GraphiQL"}
BEGIN, END = "## Try it\n", "\n## "
"""The part of README.md that tests copy and run."""

pages = router()


@pages.api_route("/docs", methods=READ)
async def start(request: Request) -> Response:
    """How to begin, and what there is."""
    return shown(Visit.of(request), "portal.html", kept=KEPT, told=_start(), menu=_menu(request))


@pages.api_route("/docs/api/{part}", methods=READ)
async def operations(part: str, request: Request) -> Response:
    """Every operation of a part."""
    if part not in PARTS:
        raise NotFound
    return shown(
        Visit.of(request),
        "portal_operations.html",
        kept=KEPT,
        told=Rendered(f"REST {part}", ""),
        menu=_menu(request),
        part=part,
        operations=_operations(part),
    )


@pages.api_route("/docs/{name}", methods=READ)
async def page(name: str, request: Request) -> Response:
    """A page of the repository."""
    if name not in PAGES:
        raise NotFound
    return shown(
        Visit.of(request), "portal.html", kept=KEPT, told=_of_file(PAGES[name][0]), menu=_menu(request)
    )


def _menu(request: Request) -> dict[str, str]:
    """What there is here: GraphiQL where this installation shows it."""
    settings: GatewaySettings = request.app.state.settings
    return {**MENU, **(IDE if settings.graphiql else {})}


@cache
def _start() -> Rendered:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    begin = readme.index(BEGIN) + len(BEGIN)
    text = readme[begin : readme.index(END, begin)]
    return rendered(f"# 开发者门户 Developer portal\n{text}", "README.md", ADDRESSES)


@cache
def _of_file(file: str) -> Rendered:
    return rendered((ROOT / file).read_text(encoding="utf-8"), file, ADDRESSES)


@cache
def _operations(part: str) -> list[dict[str, str]]:
    return [
        {
            "id": told["operationId"],
            "call": f"{method.upper()} /api{path}",
            "summary": told["summary"],
            "tags": ", ".join(told["tags"]),
        }
        for path, methods in document()["paths"].items()
        if path.startswith(f"/{part}/")
        for method, told in methods.items()
    ]
