"""One id leads from what a front end is told to the log lines and the spans of every process that had to do with it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from demo.scenes import applicants, opening, posts, province, recommendation
from demo.stage import Stage
from deploy.local.births import Births
from deploy.local.bootstrap import create_database, drop_database
from deploy.local.keys import Keys
from deploy.local.layout import PROCESSES, Layout, Ports
from deploy.local.postgres import free_port
from deploy.local.stack import Stack, running
from tests.platform.server import TEMPLATE, TestServer
from tests.telemetry.collector import Collector, collecting
from tests.telemetry.names import OURS, WHEN_SOMETHING_WAITS

AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|\d{6}")
pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("one_id")]


class Watched(Layout):
    """An installation that sends its spans, and tells its metrics on ports of their own."""

    watching: dict[str, dict[str, str]]

    def environment(self, process: str, keys: Keys, admin_url: str) -> dict[str, str]:
        """As everywhere, and where it is seen."""
        return super().environment(process, keys, admin_url) | self.watching[process]


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    """What the spans of the stack are sent to."""
    with collecting() as listening:
        yield listening


@pytest.fixture(scope="module")
async def stack(
    test_server: TestServer, tmp_path_factory: pytest.TempPathFactory, births: Births, collector: Collector
) -> AsyncIterator[Stack]:
    """Every process of the platform, watched."""
    name = f"titles_stack_{os.urandom(4).hex()}"
    await create_database(test_server.admin_url, name, TEMPLATE)
    keys = Keys.generate().model_copy(update={"role_passwords": test_server.passwords})
    layout = Watched(
        tmp_path_factory.mktemp("stack"), Ports.free(), test_server.admin(name), second_factor=False
    )
    object.__setattr__(layout, "watching", {each: watched(collector.url) for each in PROCESSES})
    async with running(layout, keys=keys, spawner=births) as processes:
        yield processes
    await drop_database(test_server.admin_url, name)


def watched(collector_url: str) -> dict[str, str]:
    """The settings of a process that is seen."""
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector_url,
        "OTEL_BSP_SCHEDULE_DELAY": "200",
        "METRICS_PORT": str(free_port()),
        "FIGURES_SECONDS": "1",
    }


@pytest.fixture(scope="module")
async def ids(stage: Stage) -> list[str]:
    """The ids that a front end was told, of everything that happened until somebody was recommended."""
    told: list[str] = []

    async def note(answer: httpx.Response) -> None:
        told.append(answer.headers["x-request-id"])

    stage.gateway.client.event_hooks["response"].append(note)
    for scene in (province, opening, posts, applicants, recommendation):
        await scene.play(stage)
    return told


def lines(stack: Stack, process: str, request_id: str) -> list[dict[str, Any]]:
    """What a process has logged of a request."""
    text = (stack.layout.logs / f"{process}.log").read_text(encoding="utf-8")
    every = (json.loads(line) for line in text.splitlines() if line.startswith("{"))
    return [each for each in every if each.get("request_id") == request_id]


async def logged(stack: Stack, process: str, request_id: str, least: int) -> list[dict[str, Any]]:
    """The same, once it is written: that is after the answer."""
    async with asyncio.timeout(30):
        while len(found := lines(stack, process, request_id)) < least:
            await asyncio.sleep(0.05)
    return found


async def test_one_id_leads_through_every_process(ids: list[str], stack: Stack, collector: Collector):
    """What a front end is told finds spans and log lines: gateway, workflow, accounts, the event's way, notifications."""
    through = {"gateway", "workflow", "accounts", "relay", "notifications"}

    def whole() -> list[str]:
        return [each for each in ids if through <= {span.service for span in collector.trace(each)}]

    await asyncio.to_thread(collector.wait, lambda: bool(whole()))
    request_id = whole()[0]
    spans = {span.span_id: span for span in collector.trace(request_id)}
    roots = [span for span in spans.values() if span.parent_id not in spans]
    assert [(root.service, root.name, root.parent_id) for root in roots] == [("gateway", "POST /graphql", "")]
    for carried in (each for each in spans.values() if each.name == "POST /events"):
        posted = spans[carried.parent_id]
        assert spans[posted.parent_id].name.startswith("deliver titles.")
    asked = {each.service for each in spans.values() if each.attributes.get("db.query.text")}
    assert {"workflow", "accounts", "notifications"} <= asked
    for process in through - {"relay"}:
        assert lines(stack, process, request_id), process


async def test_spans_tell_nothing_of_people(ids: list[str], stage: Stage, collector: Collector):
    """No path, no query, no value of a statement: neither a name nor a link nor a token leaves for the collector."""
    assert ids
    told = json.dumps([each.attributes for each in collector.spans], ensure_ascii=False)
    assert "INSERT INTO" in told
    for secret in (
        *(each.name for each in stage.cast.values()),
        *(each.token for each in stage.cast.values()),
    ):
        assert secret not in told
    assert not [each for each in collector.spans if "?" in each.attributes.get("url.full", "")]


async def test_an_error_names_the_id(stack: Stack, stage: Stage, ids: list[str], collector: Collector):
    """GraphQL's extensions, the body of REST, the header: one id, the front end's own trace where it has one."""
    trace_id = secrets.token_hex(16)
    told = {"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"}
    await stack.kill("quota")
    asked = f'{{ availability(unitId: "{stage.organisations["hospital"]}", year: 2023) {{ levels {{ level }} }} }}'
    client, token = stage.gateway.client, stage.cast["hospital"].token
    signed = {**told, "authorization": f"Bearer {token}"}
    answer = await client.post(stage.gateway.url, json={"query": asked}, headers=signed)
    await stack.start_again("quota")
    extensions = answer.json()["errors"][0]["extensions"]
    assert (extensions["requestId"], answer.headers["x-request-id"]) == (trace_id, trace_id)
    problem = await client.get(f"{stack.url('gateway')}/api/workflow/v1/declarations", headers=told)
    assert (problem.json()["request_id"], problem.headers["x-request-id"]) == (trace_id, trace_id)
    await logged(stack, "gateway", trace_id, 2)
    await asyncio.to_thread(collector.wait, lambda: len(collector.trace(trace_id)) >= 2)
    named = await client.get(
        f"{stack.url('gateway')}/api/workflow/v1/declarations", headers={"x-request-id": "front-end-0001"}
    )
    assert named.json()["request_id"] == "front-end-0001"
    [line] = await logged(stack, "gateway", "front-end-0001", 1)
    await asyncio.to_thread(collector.wait, lambda: bool(collector.trace(line["trace_id"])))
    assert {span.attributes.get("titles.request_id") for span in collector.trace(line["trace_id"])} >= {
        "front-end-0001"
    }
    assert ids


async def test_every_process_tells_its_metrics(stack: Stack, ids: list[str]):
    """On a port of its own; by templates of paths, never by ids; what alerts and dashboards read is there."""
    assert ids
    async with httpx.AsyncClient(trust_env=False) as client, asyncio.timeout(60):
        while True:
            told = {each: await metrics(stack, client, each) for each in PROCESSES}
            for process, samples in told.items():
                requests = [each for each in samples if each.name == "titles_http_request_seconds_count"]
                assert bool(requests) == (process != "relay")
                assert not [each for each in samples if any(map(AN_ID.search, each.labels.values()))]
            exposed = {each.name for samples in told.values() for each in samples}
            if exposed >= OURS - WHEN_SOMETHING_WAITS:
                break
            await asyncio.sleep(1)  # of a service that was away figures are there with the next turn
        assert (await client.get(f"{stack.url('gateway')}/metrics")).status_code == 404


async def metrics(stack: Stack, client: httpx.AsyncClient, process: str) -> list[Sample]:
    """What a process tells to whoever scrapes it."""
    port = stack.layout.environment(process, stack.keys, "postgresql://x")["METRICS_PORT"]
    text = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
    return [each for family in text_string_to_metric_families(text) for each in family.samples]
