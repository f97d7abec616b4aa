"""The example in Python: its client is written from our schema, read strictly by mypy, and does its work over a bad line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from asyncio import create_subprocess_exec
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from demo.api import Gateway, Session, mutate
from demo.identities import Identities
from deploy.local.layout import DEMO_PASSWORD, PROJECT
from tests.platform import client_environment
from tests.platform.serving import served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
SCHEMA = "gateway/schema.graphql"
EXAMPLE = "examples/python"
THROTTLED = {"message": "...", "extensions": {"code": "THROTTLED"}}
LOST = {"content-length": "1000"}
"""More than comes: the line breaks off."""
DELIVERED = (
    """query($id: ID!) { webhookDeliveries(endpointId: $id, first: 10) { edges { node { id type } } } }"""
)


class BadLine:
    """Between the program and the gateway: somebody who is throttled, a token that is no good, an answer that is lost; once each."""

    def __init__(self, gateway: str, http: httpx.AsyncClient) -> None:
        self.gateway, self.http = gateway, http
        self.asked: Counter[str] = Counter()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a question on, or not."""
        answer = await self.answer(Request(scope, receive))
        await answer(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """What comes back of a question."""
        body = await request.body()
        operation = json.loads(body)["operationName"]
        self.asked[operation] += 1
        once = self.asked[operation] == 1
        if operation == "Organisations" and once:
            return JSONResponse({"errors": [THROTTLED]}, 429, {"retry-after": "1"})
        token = "Bearer none" if operation == "Receivers" and once else request.headers["authorization"]
        told = {"authorization": token, "content-type": "application/json"}
        came = await self.http.post(f"{self.gateway}/graphql", content=body, headers=told)
        if operation == "Ping" and once:
            return Response(b"{", headers=LOST)
        return Response(came.content, came.status_code, media_type=came.headers["content-type"])


@pytest.fixture(scope="module")
def second_factor() -> bool:
    """The second factor has journeys of its own."""
    return False


@pytest.fixture(scope="module")
def programs() -> Path:
    """ariadne-codegen, mypy, and the Python that they are for."""
    return client_environment.installed()


@pytest.fixture(scope="module")
def example(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as somebody checks it out, its client written."""
    root = tmp_path_factory.mktemp("checked_out")
    ignored = shutil.ignore_patterns("titles_client", ".*_cache", ".venv", "__pycache__")
    home = shutil.copytree(PROJECT / EXAMPLE, root / EXAMPLE, ignore=ignored)
    (root / SCHEMA).parent.mkdir()
    shutil.copy(PROJECT / SCHEMA, root / SCHEMA)
    ran(home, programs / "ariadne-codegen")
    return home


def ran(home: Path, *command: Path | str, complains: bool = False) -> str:
    """What a program says that runs, without a complaint unless it `complains`."""
    done = subprocess.run(command, check=False, cwd=home, capture_output=True, text=True, timeout=200)
    assert bool(done.returncode) == complains, done.stdout + done.stderr
    return done.stdout


def test_client_and_program_are_typed(example: Path, programs: Path) -> None:
    """Strictly: nothing is wrong but what was put wrong, a field of an answer that the schema does not tell."""
    wrong = example / "wrong.py"
    wrong.write_text(
        "from titles_client import Organisations\n\nOrganisations.model_construct(organisations=None).nobody\n"
    )
    strictly = ("--strict", f"--cache-dir={programs.parent / 'mypy'}", ".")
    told = ran(example, programs / "mypy", *strictly, complains=True)
    wrong.unlink()
    assert told.count("error: ") == 1, told
    assert 'wrong.py:3: error: "Organisations" has no attribute "nobody"' in told


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """How the test itself calls."""
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        yield client


async def test_the_program_does_its_work_over_a_bad_line(
    stack: Any, http: httpx.AsyncClient, example: Path, programs: Path
) -> None:
    """It waits where it is throttled, signs in again, reads every page; its act is done once though the answer was lost; refusals have codes."""
    gateway = Gateway(f"{stack.url('gateway')}/graphql", http)
    manager, organisation = await signed_in(gateway)
    names = [await created(manager, organisation, f"integration-{number}") for number in range(3)]
    client = await registered(manager, organisation)
    line = BadLine(stack.url("gateway"), http)
    async with served(line) as url:
        known = {"TITLES_URL": url, "TITLES_ISSUER": stack.url("accounts")} | client

        async def run(receiver: str) -> tuple[int | None, list[dict[str, Any]], str]:
            process = await create_subprocess_exec(
                programs / "python", "integration.py", receiver,
                cwd=example, env={**os.environ, **known}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )  # fmt: skip
            said, complained = await process.communicate()
            return process.returncode, [json.loads(each) for each in said.splitlines()], complained.decode()

        code, told, warned = await run("https://receiver.invalid/")
        assert code == 0, (told, warned)
        assert line.asked == {"Organisations": 3, "Receivers": 2, "RegisterReceiver": 1, "Ping": 2}
        unfit, refused, _ = await run("http://receiver.invalid/")
    assert set(names) < set(told[0]["organisations"])
    assert len(told[0]["organisations"]) == len(names) + 1
    assert ("told to wait 1 s" in warned, "asked again: NO_ANSWER" in warned) == (True, True)
    sent = (await manager.ask(DELIVERED, id=told[1]["receiver"]))["webhookDeliveries"]["edges"]
    assert [each["node"]["id"] for each in sent] == [told[1]["delivery"]]
    assert (unfit, refused[1]["code"]) == (1, "WEBHOOK_URL_UNFIT")


async def signed_in(gateway: Gateway) -> tuple[Session, str]:
    """The province's manager, and the province."""
    who = {"login": "province.hrss", "password": DEMO_PASSWORD}
    told = "session { accessToken account { seats { organisation { id } } } }"
    session = (await mutate(gateway, "signIn", told, who))["session"]
    manager = Session(gateway, "province", session["accessToken"], session["account"])
    return manager, session["account"]["seats"][0]["organisation"]["id"]


async def created(manager: Session, above: str, login: str) -> str:
    """The name of an organisation that is made below another."""
    name = f"青海省第{login}所"
    await manager.do(
        "createOrganisation",
        "organisation { id }",
        creatorId=above,
        name=name,
        uscc=Identities(login).uscc(),
        manager={"name": "管理员", "login": login},
        kind="EMPLOYER",
        level="PROVINCE",
        nature="PUBLIC_INSTITUTION",
        industry="HEALTH",
        regionCode="630000",
    )
    return name


async def registered(manager: Session, organisation: str) -> dict[str, str]:
    """A system that speaks for an organisation, as the program's environment tells it."""
    made = await manager.do(
        "registerOauthClient",
        "client { clientId } clientSecret",
        name="省政务服务平台",
        organisationId=organisation,
        kind="CONFIDENTIAL",
        scopes=["titles.read", "titles.write"],
        grants=["CLIENT_CREDENTIALS"],
    )
    return {
        "TITLES_CLIENT_ID": made["client"]["clientId"],
        "TITLES_CLIENT_SECRET": made["clientSecret"],
        "TITLES_ORGANISATION": organisation,
    }
