"""REST for integrations: what is listed is passed on as it came, and nothing else reaches a part."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from asgi_lifespan import LifespanManager

from docs.openapi_apps import applications, public, routes
from gateway.main import create
from gateway.settings import GatewaySettings
from tests.gateway.conftest import Gateway
from tests.gateway.fakes import FakePart
from tests.platform.serving import served
from tests.platform.tokens import bearer, mint

ROOT = Path(__file__).parents[2]
PIECE = b"x" * 65_536


class Part(httpx.AsyncBaseTransport):
    """A part that remembers the last request as it came, and answers as it is told."""

    def __init__(self, **answer: Any) -> None:
        self.answer = {"status_code": 200, "json": {}} | answer
        self.request: httpx.Request | None = None
        self.body = b""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Take it, and answer."""
        self.request = request
        assert isinstance(request.stream, httpx.AsyncByteStream)
        self.body = b"".join([piece async for piece in request.stream])
        return httpx.Response(**self.answer)


@pytest.fixture
async def gateway_to() -> AsyncIterator[Any]:
    """`await gateway_to(workflow=Part(...))`: HTTP to a gateway before such parts."""
    async with AsyncExitStack() as stack:

        async def start(**parts: Any) -> httpx.AsyncClient:
            app = create(GatewaySettings(max_body_bytes=1000), transports=parts)
            await stack.enter_async_context(LifespanManager(app))
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            client = httpx.AsyncClient(transport=transport, base_url="http://gateway.test", trust_env=False)
            return await stack.enter_async_context(client)

        yield start


async def test_what_is_listed_is_passed_on_as_it_came(gateway_to):
    """Method, query, body, language and key arrive; what belongs to one connection does not; the answer comes back."""
    told = {"etag": '"7"', "location": "http://inner:1/v1", "set-cookie": "a=1", "x-inner": "1"}
    part = Part(status_code=201, json={"record": {"id": "x"}}, headers=told)
    http = await gateway_to(workflow=part)
    given = {
        "accept-language": "en",
        "idempotency-key": "k-1",
        "if-match": '"6"',
        "x-request-id": "request-0001",
        "te": "trailers",
        "cookie": "a=1",
    }
    body = b'{"name":  "\xe7\x94\xb2"}'
    answer = await http.post(
        "/api/workflow/v1/cycles?first=%E4%B8%80&a=1&a=2&raw=%FF",
        content=body,
        headers=given | {"content-type": "application/json"},
    )
    assert (answer.status_code, answer.json()) == (201, {"record": {"id": "x"}})
    assert answer.headers["etag"] == '"7"'
    assert not {"location", "set-cookie", "x-inner"} & set(answer.headers)
    assert part.request is not None
    assert (part.request.method, part.body) == ("POST", body)
    assert part.request.url.raw_path == b"/v1/cycles?first=%E4%B8%80&a=1&a=2&raw=%FF"
    assert {name: part.request.headers.get(name) for name in given} == given | {"te": None, "cookie": None}
    assert answer.headers["x-request-id"] == "request-0001"


async def test_links_lead_through_the_gateway(gateway_to):
    """Where a service tells a path of its own the caller reads one that the gateway passes on; what is no path stays."""
    record = {"upload_url": "/v1/uploads/t", "name": "/v1/uploads/t", "parts": [{"upload_url": None}]}
    http = await gateway_to(workflow=Part(status_code=201, json={"record": record, "basis": []}))
    answer = await http.post(f"/api/workflow/v1/declarations/{uuid4()}/materials", json={})
    assert answer.json()["record"] == record | {"upload_url": "/api/workflow/v1/uploads/t"}


async def test_a_file_is_passed_on_whatever_its_size(gateway_to):
    """The limit of a body is not for files; for anything else it is, before a part hears of it."""
    part = Part(status_code=204, json=None)
    http = await gateway_to(workflow=part)
    sent = {"content-type": "application/octet-stream"}
    done = await http.put("/api/workflow/v1/uploads/t%2Bt", content=PIECE, headers=sent)
    assert (done.status_code, part.body) == (204, PIECE)
    assert part.request is not None
    assert part.request.url.raw_path == b"/v1/uploads/t%2Bt"
    part.request = None
    refused = await http.post("/api/workflow/v1/cycles", content=PIECE)
    assert (refused.status_code, refused.json()["code"], part.request) == (413, "BODY_TOO_LARGE", None)


@pytest.mark.parametrize(
    "path",
    [
        "/api/workflow/v1/certificates/%2E%2E",
        "/api/workflow/v1/certificates/../../events",
        "/api/workflow/v1/certificates%2F..%2F..%2Fevents",
        "/api/workflow/v1//certificates",
        "/api/workflow/v1/certificates/",
        "/api/workflow/v2/certificates",
        "/api/workflow/openapi.json/v1/certificates",
        "/api/relay/v1/certificates",
        "/api/workflow/v1/certificates/a/b/c/d",
    ],
)
async def test_no_path_leads_past_the_list(gateway: Gateway, parts: dict[str, FakePart], path: str) -> None:
    """Dots, encoded slashes, empty steps and other versions reach no part."""
    front = await gateway()
    url = httpx.URL("http://gateway.test").copy_with(raw_path=path.encode())
    answer = await front.http.get(url)
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert not [call for part in parts.values() for call in part.calls]


async def test_what_is_among_services_is_not_passed_on(gateway: Gateway, parts: dict[str, FakePart]) -> None:
    """What of any service is not for third parties is not found, in both languages, and no part hears of it."""
    front = await gateway()
    for part, app in applications(ROOT).items():
        for method, path, asked, _ in routes(app):
            if public(method, path, asked):
                continue
            filled = re.sub(r"\{[^}]*\}", str(uuid4()), path)
            for language, message in (
                ("zh", "没有找到所请求的内容"),
                ("en", "Nothing was found under that id."),
            ):
                answer = await front.http.request(
                    method, f"/api/{part}{filled}", headers={"accept-language": language}
                )
                assert answer.status_code in {404, 405}, f"{method} {part}{path}"
                assert answer.status_code == 405 or answer.json()["message"] == message
    assert not [call for part in parts.values() for call in part.calls]
    among = (
        "/api/accounts/v1/people/by-number",
        "/api/accounts/events",
        "/api/accounts/v1/accounts/places",
        "/api/quota/v1/reservations",
    )
    assert {(await front.http.post(each)).status_code for each in among} <= {404, 405}


async def test_another_method_is_told_which_there_are(gateway: Gateway, parts: dict[str, FakePart]) -> None:
    """A path that is listed for other methods says which; nothing reaches the part."""
    front = await gateway()
    answer = await front.http.delete("/api/workflow/v1/cycles")
    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "GET, HEAD, POST"
    assert not parts["workflow"].calls


async def test_a_part_that_is_down_says_when_to_come_again(gateway: Gateway) -> None:
    """503 with the stable code, the part and Retry-After; the other parts go on."""
    front = await gateway(down=("quota",))
    answer = await front.http.get("/api/quota/v1/ratios")
    told = answer.json()
    assert (answer.status_code, told["code"], told["part"]) == (503, "PART_UNAVAILABLE", "quota")
    assert int(answer.headers["retry-after"]) > 0
    assert (await front.http.get("/api/accounts/v1/regions")).status_code == 404


async def test_who_cannot_be_known_is_told_which_part_is_down():
    """Without accounts no token is verified: it is accounts that is down, not what was asked, and when to come again."""
    app = create(GatewaySettings(accounts_url="http://127.0.0.1:1"), transports={"workflow": Part()})
    transport = httpx.ASGITransport(app=app)
    async with LifespanManager(app), httpx.AsyncClient(transport=transport, trust_env=False) as http:
        answer = await http.get("http://gateway.test/api/workflow/v1/cycles", headers=bearer(mint()))
    assert (answer.status_code, answer.json()["part"]) == (503, "accounts")
    assert int(answer.headers["retry-after"]) > 0


async def test_the_inbox_goes_through_live(gateway_to):
    """An event is read while the stream is open; the last event's id arrives behind the gateway; the process's end ends it."""
    go_on = asyncio.Event()

    class Events(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"event: ready\ndata: {}\n\n"
            await go_on.wait()

    part = Part(headers={"content-type": "text/event-stream"}, json=None, stream=Events())
    app = create(GatewaySettings(), transports={"notifications": part})
    async with LifespanManager(app), served(app) as url, httpx.AsyncClient(trust_env=False) as http:
        asking = http.stream(
            "GET", f"{url}/api/notifications/v1/inbox/stream", headers={"last-event-id": "7"}
        )
        async with asking as answer:
            lines = answer.aiter_lines()
            assert await asyncio.wait_for(anext(lines), 30) == "event: ready"
            assert answer.headers["content-type"].startswith("text/event-stream")
            app.state.streams.end()
            rest = await asyncio.wait_for(asyncio.ensure_future(_all(lines)), 30)
    assert part.request is not None
    assert part.request.headers["last-event-id"] == "7"
    assert rest == ["data: {}", ""]


async def test_the_head_of_a_stream_is_all_of_it() -> None:
    """HEAD of an answer that lasts tells its headers and ends; the part's stream is given back."""
    closed = asyncio.Event()

    class Events(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                yield b"event: ready\n\n"
                await asyncio.sleep(0)

        async def aclose(self) -> None:
            closed.set()

    part = Part(headers={"content-type": "text/event-stream"}, json=None, stream=Events())
    app = create(GatewaySettings(), transports={"notifications": part})
    async with LifespanManager(app), served(app) as url, httpx.AsyncClient(trust_env=False) as http:
        answer = await http.head(f"{url}/api/notifications/v1/inbox/stream")
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-type"].startswith("text/event-stream")
        await asyncio.wait_for(closed.wait(), 30)


async def _all(lines: AsyncIterator[str]) -> list[str]:
    return [line async for line in lines]
