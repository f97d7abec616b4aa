"""What surrounds every request: its transaction, its id, its size, its language, and never a bare failure."""

from __future__ import annotations

import asyncio
import json
import re
from uuid import uuid4

import httpx
import pytest

from services.kit.db import Database
from tests.platform.apps import over_asgi
from tests.platform.tokens import bearer


async def test_a_refusal_is_a_problem_with_code_message_field_and_basis(janitor):
    """Expected refusals carry everything a front end shows, in Chinese unless English is preferred."""
    answer = await janitor.post("/v1/lamps", json={"name": "a", "brightness": 2000})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "zh"
    told = answer.json()
    assert (told["code"], told["message"], told["field"]) == ("GLARE", "亮度 2000 超过上限", "brightness")
    assert told["basis"] == [{"cite": "一（二）", "summary": "亮度不超过一百"}]
    assert told["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en", "en"), ("en-GB,en;q=0.9", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("", "zh"), ("fr", "zh"),
        ("en;q=0.1,zh-CN", "zh"), ("fr,en;q=0.5", "en"), ("*", "zh"), ("en;q=0", "zh"), ("en;q=x", "zh"),
    ],
)  # fmt: skip
async def test_the_language_is_the_one_preferred(http, accepted, language):
    """Preferences are weighed; whatever is neither Chinese nor English is answered in Chinese."""
    answer = await http.get("/nowhere", headers={"accept-language": accepted})
    assert answer.headers["content-language"] == language


async def test_a_malformed_request_names_every_field(janitor):
    """Each thing to mend is a finding of its own."""
    answer = await janitor.post("/v1/lamps", json={"brightness": "much"})
    assert (answer.status_code, answer.json()["code"]) == (422, "REQUEST_MALFORMED")
    assert {found["field"] for found in answer.json()["findings"]} == {"name", "brightness"}


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[1", b'{"name": NaN}', b""])
async def test_a_body_that_is_no_json_is_refused(janitor, body):
    """Whatever comes in is answered with a problem."""
    answer = await janitor.post("/v1/lamps", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "REQUEST_MALFORMED")


@pytest.mark.parametrize(
    "given",
    [{"name": "nul\x00byte"}, {"name": "\ud800"}, {"name": "x" * 100}, {"name": "a", "brightness": 2**80}],
    ids=["nul", "lone surrogate", "too long", "too large"],
)
async def test_values_that_the_database_cannot_hold_are_the_callers_mistake(janitor, given):
    """They are refused as such: not as an outage, and not as our fault."""
    body = json.dumps(given).encode()
    answer = await janitor.post("/v1/lamps", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert (await janitor.get("/v1/lamps")).json() == []


async def test_a_value_that_must_be_unique_is_a_conflict(lamp, janitor):
    """Who comes second hears of it; nothing of the request stays."""
    await lamp(name="a")
    answer = await janitor.post("/v1/lamps", json={"name": "a"})
    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")


async def test_a_fault_tells_nothing_of_the_inside(http):
    """An internal error names the request, and no detail."""
    answer = await http.get("/wrong/fault")
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL")
    assert "secret" not in answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_a_failed_commit_is_an_error_and_leaves_nothing(http):
    """The commit happens before the answer: what could not be kept is never answered as done."""
    answer = await http.post("/wrong/late")
    assert answer.status_code == 409
    assert (await http.get("/v1/lamps")).json() == []


async def test_a_neighbour_that_is_away_is_named(http):
    """503 with the part that is missing."""
    answer = await http.get("/wrong/part")
    assert (answer.status_code, answer.json()["code"], answer.json()["part"]) == (
        503,
        "PART_UNAVAILABLE",
        "quota",
    )


@pytest.mark.parametrize(("method", "path", "status", "code"), [
    ("GET", "/nowhere", 404, "NOT_FOUND"), ("DELETE", "/v1/lamps", 405, "METHOD_NOT_ALLOWED"),
    ("POST", "/v1/lamps/x/actions/SWITCH_ON", 401, "UNAUTHENTICATED"),
])  # fmt: skip
async def test_paths_that_lead_nowhere_are_problems_too(http, method, path, status, code):
    """One vocabulary for everything that goes wrong."""
    answer = await http.request(method, path, json={})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("chunked", [False, True], ids=["length told", "chunked"])
async def test_an_oversized_body_is_refused_unread(janitor, chunked):
    """The limit holds whether the length is told or not."""
    body = json.dumps({"name": "x" * 20_000}).encode()

    async def parts():
        yield body

    headers = {"content-type": "application/json"}
    answer = await janitor.post("/v1/lamps", content=parts() if chunked else body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")
    assert "10000" in answer.json()["message"]


async def test_a_streaming_path_counts_for_itself(janitor):
    """Uploads are not limited by the frame."""
    answer = await janitor.post("/wrong/stream", content=b"x" * 50_000)
    assert answer.json() == 50_000


async def test_a_body_broken_off_is_not_taken_for_whole(app, token):
    """A caller that goes away in the middle of a chunked body has asked for nothing."""
    parts = iter(
        [
            {"type": "http.request", "body": b'{"name": "half"}', "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    sent: list[dict] = []

    async def receive() -> dict:
        return next(parts, {"type": "http.disconnect"})

    async def send(message: dict) -> None:
        sent.append(message)

    headers = {**bearer(token()), "content-type": "application/json"}
    scope = {
        "type": "http", "method": "POST", "path": "/v1/lamps", "raw_path": b"/v1/lamps", "query_string": b"",
        "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()], "http_version": "1.1",
        "scheme": "http", "server": ("x", 80), "client": ("x", 1), "root_path": "",
    }  # fmt: skip
    await app(scope, receive, send)
    async with over_asgi(app) as http:
        assert (await http.get("/v1/lamps")).json() == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abcdefgh-1234", True), ("short", False), ("with space in it", False), ("x" * 65, False)],
)
async def test_the_request_id_is_the_callers_where_it_is_one(http, given, kept):
    """A sound id goes through; anything else gets one of ours."""
    answer = await http.get("/healthz", headers={"x-request-id": given})
    got = answer.headers["x-request-id"]
    assert (got == given) is kept
    assert re.fullmatch(r"[A-Za-z0-9_.-]{8,64}", got)


async def test_every_write_answers_with_its_basis(lamp, janitor):
    """The record and the articles it rests on."""
    made = await lamp()
    answer = await janitor.post(f"/v1/lamps/{made['id']}/actions/SWITCH_ON", json={})
    assert answer.json()["record"]["state"] == "ON"
    assert [basis["cite"] for basis in answer.json()["basis"]] == ["一（一）", "一（二）"]


async def test_a_pool_that_stays_empty_is_said_to_be_away(app, http):
    """Who gets no connection in time is told to come again; that is no fault of the inside."""
    url = app.state.settings.async_database_url
    async with Database(url, pool_size=1, callers_wait=0.05) as narrow:
        app.state.db, wide = narrow, app.state.db
        async with narrow.begin() as one, narrow.begin() as other:
            await asyncio.gather(one.connection(), other.connection())
            answer, ready = await http.get("/v1/lamps"), await http.get("/readyz")
        app.state.db = wide
    assert (answer.status_code, answer.json()["code"]) == (503, "PART_UNAVAILABLE")
    assert 1 <= int(answer.headers["retry-after"]) <= 3
    assert "does not answer" in ready.json()["checks"]["database"]


async def test_headers_that_no_call_could_carry_are_not_carried(http):
    """A language or token that is not ASCII is no language or token: the neighbours are asked without it."""
    answer = await http.get(
        "/wrong/carried", headers={"accept-language": b"\xff", "authorization": b"x \xff"}
    )
    assert answer.json() == ["user-agent", "x-forwarded-for", "x-request-id"]


async def test_a_length_that_is_no_number_is_refused(janitor):
    """Digits of other scripts are digits to Python and no length to anybody."""
    answer = await janitor.post("/v1/lamps", content=b"{}", headers={"content-length": b"\xb2"})
    assert answer.status_code == 413


async def test_links_are_not_logged(http, capsys):
    """Whoever has a link may use it, so the log does not show it, whether what is sent there is limited or not."""
    await http.post("/wrong/stream/a-signed-token", content=b"")
    answer = await http.post("/wrong/link/a-signed-token", content=b"x" * 20_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")
    logged = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert "path=/wrong/stream..." in logged
    assert "path=/wrong/link/..." in logged
    assert "a-signed-token" not in logged


async def test_health_and_readiness(http):
    """Alive while the process is; ready only when every check holds, each told by name."""
    assert (await http.get("/healthz")).json() == {"status": "alive"}
    answer = await http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "ok"
    assert "make migrate" in answer.json()["checks"]["migrations"]


async def test_many_at_once_share_the_pool_in_peace(lamp, janitor):
    """More requests than connections: all are answered."""
    await lamp()
    answers = await asyncio.gather(*(janitor.get("/v1/lamps") for _ in range(60)))
    assert {answer.status_code for answer in answers} == {200}


async def test_the_openapi_page_lists_problems(http):
    """The schema says what a refusal looks like, and hides the services' own endpoint."""
    answer: httpx.Response = await http.get("/openapi.json")
    assert "Problem" not in answer.json()["paths"]
    assert "/events" not in answer.json()["paths"]
    assert str(uuid4()) not in answer.text


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/wrong/fault", "/v1/lamps"])
async def test_every_answer_tells_browsers_to_run_and_keep_nothing(http, path):
    """Whatever is answered, a fault too, is of its own type, in no frame, in no cache, and by https from then on."""
    told = (await http.get(path)).headers
    assert told["x-content-type-options"] == "nosniff"
    assert told["cache-control"] == "no-store"
    assert told["referrer-policy"] == "no-referrer"
    assert told["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert "default-src 'none'" in told["content-security-policy"]
    assert "frame-ancestors 'none'" in told["content-security-policy"]


async def test_what_is_refused_is_logged_with_its_caller(janitor, capsys):
    """Who was refused what is told; what was sent is not."""
    await janitor.post("/v1/lamps", json={"name": "unspeakable", "brightness": 2000})
    logged = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    line = next(each for each in logged.splitlines() if "refused" in each)
    assert "code=GLARE" in line
    assert re.search(r"account=[0-9a-f-]{36}", line)
    assert "unspeakable" not in logged
