"""Files pass through the gateway piece by piece."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from asgi_lifespan import LifespanManager
from starlette.types import Message

from gateway import allowance
from gateway.allowance import OwnBuckets
from gateway.main import create
from gateway.settings import GatewaySettings
from tests.gateway.conftest import Gateway
from tests.gateway.fakes import FakePart

PIECE = b"x" * 65_536


class Store(httpx.AsyncBaseTransport):
    """The workflow part as a place for files: it tells of each piece as it arrives, and sends on a sign."""

    def __init__(self) -> None:
        self.first_came = asyncio.Event()
        self.go_on = asyncio.Event()
        self.got = 0
        self.headers: httpx.Headers | None = None
        self.path = ""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Take an upload, or begin a download."""
        self.headers, self.path = request.headers, request.url.path
        if request.method == "GET":
            sent = {
                "content-type": "application/pdf",
                "content-disposition": 'attachment; filename="a.pdf"',
                "x-inner": "1",
            }
            return httpx.Response(200, headers=sent, stream=Pieces(self.go_on))
        assert isinstance(request.stream, httpx.AsyncByteStream)
        async for piece in request.stream:
            self.got += len(piece)
            self.first_came.set()
        return httpx.Response(201, json={"record": {"size": self.got}})


class Pieces(httpx.AsyncByteStream):
    """A body whose second piece waits for a sign."""

    def __init__(self, go_on: asyncio.Event) -> None:
        self.go_on = go_on

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Two pieces."""
        yield PIECE
        await self.go_on.wait()
        yield PIECE


async def test_an_upload_is_passed_on_while_it_comes() -> None:
    """The second piece is sent only after the first has arrived behind the gateway: nothing waits for the end."""
    store = Store()
    app = create(GatewaySettings(max_body_bytes=1000), transports={"workflow": store})

    async def body() -> AsyncIterator[bytes]:
        yield PIECE
        await asyncio.wait_for(store.first_came.wait(), 5)
        yield PIECE

    async with (
        LifespanManager(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://g.test") as http,
    ):
        length = {"content-length": str(2 * len(PIECE)), "content-type": "application/pdf"}
        answer = await http.put("/uploads/signed.token", content=body(), headers=length)
    assert answer.status_code == 201
    assert answer.json() == {"record": {"size": 2 * len(PIECE)}}
    assert store.path == "/v1/uploads/signed.token"
    assert store.headers is not None
    assert store.headers["content-length"] == str(2 * len(PIECE))


async def test_a_download_is_passed_on_while_it_comes() -> None:
    """The first piece leaves the gateway before the second one is there; of the headers only the known ones."""
    store = Store()
    app = create(GatewaySettings(), transports={"workflow": store})
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(3600)
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)
        if message.get("body"):
            store.go_on.set()

    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": "/downloads/token", "raw_path": b"/downloads/token", "query_string": b"", "headers": [],
        "server": ("g.test", 80), "client": ("c", 1), "root_path": "",
    }  # fmt: skip
    async with LifespanManager(app) as running:
        await asyncio.wait_for(running.app(scope, receive, send), 5)
    assert b"".join(message.get("body", b"") for message in sent) == 2 * PIECE
    headers = dict(sent[0]["headers"])
    assert headers[b"content-disposition"] == b'attachment; filename="a.pdf"'
    assert b"x-inner" not in headers


async def test_headers_of_a_link_that_are_no_text_are_not_our_fault(
    gateway: Gateway, parts: dict[str, FakePart]
) -> None:
    """A range that is not ASCII is no range."""
    parts["workflow"].tell("GET", "/v1/downloads/token", "whole")
    answer = await (await gateway()).http.get("/downloads/token", headers={"range": b"\xff"})
    assert (answer.status_code, answer.json()) == (200, "whole")


async def test_files_are_paid_from_the_allowance(
    gateway: Gateway, parts: dict[str, FakePart], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sends or fetches beyond what an address may is told to wait, and no part is asked."""
    buckets = OwnBuckets(lambda: 0.0)
    monkeypatch.setattr(allowance, "OwnBuckets", lambda: buckets)
    front, workflow = await gateway(cost_bucket=130, max_cost=130), parts["workflow"]
    workflow.tell("GET", "/v1/downloads/token", "whole")
    workflow.tell("PUT", "/v1/uploads/token", "kept")
    workflow.tell("GET", "/v1/certificates/keys", {"keys": []})
    asked = [("PUT", "/uploads/token"), ("GET", "/downloads/token"), ("GET", "/v1/certificates/keys")]
    assert [(await front.http.request(*each)).status_code for each in asked] == [200] * 3
    calls = len(workflow.calls)
    refused = await front.http.get("/v1/certificates/keys")
    assert (refused.status_code, refused.json()["code"]) == (429, "THROTTLED")
    assert refused.headers["retry-after"].isdigit()
    assert [(await front.http.request(*each)).status_code for each in [*asked[:2]] * 2] == [
        200,
        429,
        429,
        429,
    ]
    assert len(workflow.calls) == calls + 1


async def test_links_are_absolute_and_lead_to_the_gateway(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """`requestUpload` gives a link under the gateway's public address."""
    from uuid import uuid4

    from strawberry.relay import GlobalID

    declaration = uuid4()
    material = {
        "id": str(uuid4()), "declaration_id": str(declaration), "item": "DIPLOMA", "title": "毕业证", "file_name": "a.pdf",
        "state": "AWAITING_FILE", "media_type": None, "size": None, "sha256": None, "obtained_on": None,
        "replaces_id": None, "stored_at": None, "verdicts": [], "upload_url": "/v1/uploads/signed.token",
        "expires_at": "2023-11-13T02:00:00Z", "limit_bytes": 20971520,
    }  # fmt: skip
    parts["workflow"].tell(
        "POST", f"/v1/declarations/{declaration}/materials", {"record": material, "basis": []}, 201
    )
    document = "mutation($input: RequestUploadInput!) { requestUpload(input: $input) { uploadUrl limitBytes material { title } } }"
    given = {
        "declarationId": str(GlobalID("Declaration", str(declaration))),
        "item": "DIPLOMA",
        "title": "毕业证",
        "fileName": "a.pdf",
    }
    here = (await (await gateway()).data(document, token=signed_in, input=given))["requestUpload"]
    assert here["uploadUrl"] == "http://gateway.test/uploads/signed.token"
    public = await gateway(public_url="https://zc.example.cn/api/")
    there = (await public.data(document, token=signed_in, input=given))["requestUpload"]
    assert there["uploadUrl"] == "https://zc.example.cn/api/uploads/signed.token"


async def test_a_link_while_workflow_is_down(gateway: Gateway) -> None:
    """A link into a part that is down answers a problem that names it."""
    front = await gateway(down=("workflow",))
    for answer in (await front.http.put("/uploads/x", content=b"1"), await front.http.get("/downloads/x")):
        assert answer.status_code == 503
        assert answer.json()["code"] == "PART_UNAVAILABLE"
        assert answer.json()["part"] == "workflow"
