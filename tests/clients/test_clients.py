"""The examples: generated from our schema, compiled and read as strictly as can be, and at work in front of all processes.

One file, for one stack; the integration that sees a part go comes last.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image

from demo import files
from demo.api import Gateway
from demo.identities import Identities
from demo.scenes import declaration, freelancer, opening, province
from demo.stage import Stage, at
from deploy.local.layout import PROJECT
from deploy.local.stack import Stack
from tests.clients.bad_line import BadLine
from tests.clients.line import Line
from tests.clients.phone import BACK, Phone, allowed, ran, started
from tests.files.documents import saved
from tests.platform import environments, npm
from tests.platform.serving import served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
SCHEMA = "gateway/schema.graphql"
IN_PYTHON = "examples/python"
EXAMPLE = PROJECT / "examples" / "typescript"
PART = 1 << 20
SCAN = "病案分析.png"
WRITTEN = {**declaration.CONTENT, "basic": {**declaration.CONTENT["basic"], **freelancer.POST}}
CONTENT = {
    re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name): value for name, value in WRITTEN.items()
}
"""By the names that sections have."""
SYSTEM = {"kind": "CONFIDENTIAL", "grants": ["CLIENT_CREDENTIALS"]}
DELIVERED = (
    """query($id: ID!) { webhookDeliveries(endpointId: $id, first: 10) { edges { node { id type } } } }"""
)
GRANTS = ["AUTHORIZATION_CODE", "REFRESH_TOKEN"]
SEATS = (
    ("haixi", "province", "海西州人社局", ("PREFECTURE", "632800")),
    ("golmud", "haixi", "格尔木市人社局", ("COUNTY", "632801")),
)
BUILD = (
    ("node_modules/.bin/graphql-codegen",),
    ("node_modules/.bin/tsc",),
    ("node_modules/.bin/tsc", "--project", "tsconfig.portable.json"),
)
"""Compiled without the names of browsers, then, but for what is Node's, without those of Node."""


@pytest.fixture(scope="module")
async def line() -> AsyncIterator[Line]:
    """The way from the phone to the gateway, laid before there is one."""
    async with Line.laid() as laid:
        yield laid


@pytest.fixture(scope="module", autouse=True)
def _links_lead_over_the_line(line):
    """Before the stack starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PUBLIC_URL", line.url)
        yield


@pytest.fixture(scope="module")
async def built(tmp_path_factory) -> Path:
    """The example, built from the schema of now."""
    home = await asyncio.to_thread(npm.installed, EXAMPLE)
    folder = tmp_path_factory.mktemp("clients") / "examples" / EXAMPLE.name
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("node_modules", "build", "gql"))
    (folder / "node_modules").symlink_to(home / "node_modules")
    for command in BUILD:
        schema = PROJECT / SCHEMA
        code, told, _ = await ran(*command, cwd=folder, TITLES_SCHEMA=str(schema))
        assert code == 0, told
    return folder


@pytest.fixture(scope="module")
def programs() -> Path:
    """ariadne-codegen, mypy, and the Python that they are for."""
    return environments.installed("client")


@pytest.fixture(scope="module")
def example(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as somebody checks it out, its client written."""
    root = tmp_path_factory.mktemp("checked_out")
    ignored = shutil.ignore_patterns("titles_client", ".*_cache", ".venv", "__pycache__")
    home = shutil.copytree(PROJECT / IN_PYTHON, root / IN_PYTHON, ignore=ignored)
    (root / SCHEMA).parent.mkdir()
    shutil.copy(PROJECT / SCHEMA, root / SCHEMA)
    done(home, programs / "ariadne-codegen")
    return home


def done(home: Path, *command: Path | str, complains: bool = False) -> str:
    """What a program says that runs, without a complaint unless it `complains`."""
    ended = subprocess.run(command, check=False, cwd=home, capture_output=True, text=True, timeout=200)
    assert bool(ended.returncode) == complains, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def second_factor() -> bool:
    """Clients sign in with a password; the second factor has journeys of its own."""
    return False


@pytest.fixture(scope="module")
async def stage(stack: Stack) -> AsyncIterator[Stage]:
    """October: the year is open, and a freelancer of Golmud has passed the test."""
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        gateway = Gateway(f"{stack.url('gateway')}/graphql", client)
        stage = Stage(gateway, "000001", lambda _: None, Identities("clients"))
        await province.the_first(stage)
        for part, creator, name, where in SEATS:
            await province.create(stage, part, creator, name=name, **province.hrss(*where))
        await opening.open_year(stage)
        await freelancer.create(stage)
        yield stage


async def registered(stage: Stage, **given: Any) -> tuple[str, str]:
    """A client of the province: its id and its secret."""
    told = {"name": "示例", "organisationId": stage.organisations["province"], **given}
    returning = "client { clientId } clientSecret"
    done = await stage.silently("province", "登记", "registerOauthClient", returning, **told)
    return done["client"]["clientId"], done["clientSecret"] or ""


def test_client_and_program_are_typed(example: Path, programs: Path) -> None:
    """Strictly: nothing is wrong but what was put wrong, a field of an answer that the schema does not tell."""
    wrong = example / "wrong.py"
    wrong.write_text(
        "from titles_client import Organisations\n\nOrganisations.model_construct(organisations=None).nobody\n"
    )
    strictly = ("--strict", f"--cache-dir={programs.parent / 'mypy'}", ".")
    told = done(example, programs / "mypy", *strictly, complains=True)
    wrong.unlink()
    assert told.count("error: ") == 1, told
    assert 'wrong.py:3: error: "Organisations" has no attribute "nobody"' in told


async def test_what_its_own_tests_say(built):
    """Tokens renewed once, the pace of the points, partial answers, refusals and pages, over no network."""
    script = json.loads((built / "package.json").read_text())["scripts"]["test"]
    code, told, _ = await ran("sh", "-c", script, cwd=built)
    assert code == 0, told


async def test_a_declaration_is_written_on_a_phone(built, stack, stage, line, tmp_path):
    """Signed in with PKCE, written without a line, held against what another wrote, sent in parts over breaks, submitted.

    A system of the county's then finds it, and is told why it may not pass what nobody has read.
    """
    line.server = ("127.0.0.1", urlsplit(stack.url("gateway")).port)
    await stage.move_clock(at(11, 12))
    app = {"kind": "PUBLIC", "redirectUris": ["http://127.0.0.1/back"]}
    scopes = ["openid", "profile", "titles.read", "titles.write"]
    client, _ = await registered(stage, **app, scopes=scopes, grants=GRANTS)
    phone = Phone(built, stack, line, tmp_path / "phone", client)
    login = stage.cast[freelancer.PART].account["login"]
    first = await tokens_are_renewed_once(phone, login)
    number = await written_without_a_line(phone, line, stage)
    refused = await phone("submit")
    assert refused["message"].startswith("RULES_BROKEN")
    assert refused["cites"]
    await send_what_is_large(phone, line)
    for item, (title, name) in declaration.ITEMS.items():
        if item not in {declaration.WANTING, "ACHIEVEMENT"}:
            await phone("attach", item, title, name, phone.file(name, files.pdf(title)))
    assert len((await phone("synchronise"))["uploaded"]) == 2
    assert (await phone("submit"))["number"] == number
    await reviewed(built, stage, stack, number)
    await signed_out(phone, stack, first, login)


async def tokens_are_renewed_once(phone: Phone, login: str) -> dict[str, Any]:
    """By eight calls at once, where a token is not taken and where it ends soon; the first tokens."""
    assert (await phone("me"))["error"] == "SignedOut"
    await phone.sign_in(login)
    first = phone.tokens
    phone.spoil(access="no-token")
    assert await phone("me") == [login] * 8
    second = phone.tokens
    assert second["refresh"] != first["refresh"], "one renewal, or the session had ended"
    phone.spoil(until=0)
    assert await phone("me") == [login] * 8
    assert phone.tokens["refresh"] != second["refresh"]
    return first


async def written_without_a_line(phone: Phone, line: Line, stage: Stage) -> str:
    """Kept until the line is there again; what another wrote meanwhile is shown beside it, and the writer decides."""
    direct = {
        "cycleId": stage.things["cycle"],
        "series": "HEALTH",
        "specialtyId": stage.things["specialty"],
        "level": opening.LEVEL,
    }
    ground = phone.file("ground.json", json.dumps({"ground": {"direct": direct}}).encode())
    number: str = await phone("begin", ground)
    line.breaks_after(0)
    await phone.write(**CONTENT)
    assert (await phone("synchronise"))["offline"]
    assert (await phone("submit"))["error"] == "NotSynchronised"
    elsewhere = await written_elsewhere(stage, number)
    line.breaks_after(float("inf"))
    done = await phone("synchronise")
    assert sorted(done["saved"]) == sorted(set(CONTENT) - {"basic"})
    assert done["conflicts"] == {"basic": {"mine": CONTENT["basic"], "theirs": elsewhere}}
    assert (await phone("submit"))["message"] == "basic"
    await phone("settle", "basic", "mine")
    assert (await phone("synchronise"))["saved"] == ["basic"]
    return number


async def written_elsewhere(stage: Stage, number: str) -> dict[str, Any]:
    """The same person writes at a desk, where the line never broke."""
    asked = "{ declarations(first: 1) { edges { node { id number sections { section digest } } } } }"
    (edge,) = (await stage.ask(freelancer.PART, asked))["declarations"]["edges"]
    assert edge["node"]["number"] == number
    base = next(each["digest"] for each in edge["node"]["sections"] if each["section"] == "basic")
    value = {**declaration.CONTENT["basic"], "post": "坐诊医师"}
    given = {"id": edge["node"]["id"], "section": "basic", "base": base, "value": value}
    await stage.silently(freelancer.PART, "填写", "saveSection", "saved { digest }", **given)
    return value


async def send_what_is_large(phone: Phone, line: Line) -> None:
    """A scan breaks off in its second part, and goes on there in another process; what it brought lies there once."""
    scan = saved(Image.effect_noise((1600, 1600), 90))
    assert len(scan) > 2 * PART
    title, _ = declaration.ITEMS["ACHIEVEMENT"]
    await phone("attach", "ACHIEVEMENT", title, SCAN, phone.file(SCAN, scan))
    line.breaks_after(PART * 3 // 2)
    done = await phone("synchronise")
    assert (done["offline"], done["uploaded"]) == (True, [])
    line.breaks_after(float("inf"))
    assert (await phone("synchronise"))["uploaded"] == [SCAN]
    assert len(scan) - PART < line.up < len(scan) - PART // 2, "the first part is not sent again"


async def reviewed(built: Path, stage: Stage, stack: Stack, number: str) -> None:
    """A reviewer signs in at the county's own system."""
    client, secret = await registered(
        stage,
        kind="CONFIDENTIAL",
        redirectUris=[BACK],
        scopes=["openid", "titles.read", "titles.write"],
        grants=GRANTS,
    )
    settings = of_integration(stack, client, secret) | {"TITLES_BACK": BACK}
    process = await started("node", "build/integration.js", "review", cwd=built, **settings)
    assert process.stdin
    assert process.stdout
    address = json.loads(await process.stdout.readline())["open"]
    back = await allowed(address, stage.cast["golmud"].account["login"])
    told, aside = await process.communicate(f"{back}\n".encode())
    assert not process.returncode, aside
    (only,) = map(json.loads, told.splitlines())
    assert (only["number"], only["refused"]) == (number, "RULES_BROKEN")
    assert "三（二）" in only["cites"]


async def signed_out(phone: Phone, stack: Stack, first: dict[str, Any], login: str) -> None:
    """A refresh token that comes twice ends the session; so does the user."""
    form = {
        "grant_type": "refresh_token",
        "refresh_token": first["refresh"],
        "client_id": phone.settings["TITLES_CLIENT"],
    }
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{stack.url('accounts')}/oauth/token", data=form)
        assert answer.json()["error"] == "invalid_grant"
        phone.spoil(until=0)
        assert (await phone("me"))["error"] == "SignedOut"
        await phone.sign_in(login)
        last = phone.tokens["refresh"]
        assert await phone("sign-out") is None
        answer = await http.post(f"{stack.url('accounts')}/oauth/token", data=form | {"refresh_token": last})
    assert answer.json()["error"] == "invalid_grant"
    assert (await phone("me"))["error"] == "SignedOut"


def of_integration(stack: Stack, client: str, secret: str) -> dict[str, str]:
    """What an integration is told."""
    return {
        "TITLES_GATEWAY": f"{stack.url('gateway')}/graphql",
        "TITLES_ISSUER": stack.url("accounts"),
        "TITLES_CLIENT": client,
        "TITLES_SECRET": secret,
        "TITLES_PAGE": "2",
    }


@pytest.fixture
async def bad_line(stack: Stack) -> AsyncIterator[tuple[BadLine, str]]:
    """A line that fails once in every way, and its address."""
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        line = BadLine(stack.url("gateway"), http)
        async with served(line) as url:
            yield line, url


class Program:
    """integration.py of the example in Python, and what its environment tells it."""

    def __init__(self, programs: Path, home: Path, **told: str) -> None:
        self.python, self.home, self.told = str(programs / "python"), home, told

    async def __call__(self, receiver: str, **told: str) -> tuple[int | None, list[dict[str, Any]], str]:
        """Its exit code, what it says, and what it warns of."""
        command = (self.python, "integration.py", receiver)
        code, said, aside = await ran(*command, cwd=self.home, **self.told | told)
        return code, [json.loads(each) for each in said.splitlines()], aside


async def test_an_integration_works_over_a_bad_line(stack, stage, example, programs, bad_line, tmp_path):
    """It waits where it is throttled, signs in again, reads every page; acts are done once though answers were lost; refusals have codes.

    The answer with the receiver's secret is lost too: there is one receiver, and its secret is made anew and told to nobody else.
    """
    line, url = bad_line
    client, secret = await registered(stage, **SYSTEM, scopes=["titles.read", "titles.write"])
    kept = tmp_path / "secret"
    run = Program(
        programs,
        example,
        TITLES_URL=url,
        TITLES_ISSUER=stack.url("accounts"),
        TITLES_ORGANISATION=stage.organisations["province"],
        TITLES_CLIENT_ID=client,
        TITLES_CLIENT_SECRET=secret,
        TITLES_WEBHOOK_SECRET=str(kept),
    )
    code, told, warned = await run("https://receiver.invalid/")
    assert (code, told[1]["code"], line.asked["RegisterReceiver"]) == (1, "NO_ANSWER", 1), (told, warned)
    assert len(told[0]["organisations"]) == len(set(told[0]["organisations"])) == 3
    assert (line.asked["Organisations"] >= 3, line.asked["Receivers"] >= 2) == (True, True)
    assert "told to wait 1 s" in warned
    code, told, warned = await run("https://receiver.invalid/")
    assert (code, "asked again: NO_ANSWER" in warned) == (0, True), (told, warned)
    assert (line.asked["RegisterReceiver"], line.asked["RotateSecret"]) == (1, 1)
    assert kept.read_text().startswith("whsec_")
    assert kept.stat().st_mode & 0o077 == 0
    assert "whsec_" not in f"{told}{warned}"
    sent = (await stage.ask("province", DELIVERED, id=told[1]["receiver"]))["webhookDeliveries"]["edges"]
    assert [each["node"]["id"] for each in sent] == [told[1]["delivery"]]
    unfit, refused, _ = await run("http://receiver.invalid/")
    assert (unfit, refused[1]["code"]) == (1, "WEBHOOK_URL_UNFIT")
    stranger, refused, _ = await run("https://receiver.invalid/", TITLES_CLIENT_SECRET="another")
    assert (stranger, refused[0]["code"]) == (1, "invalid_client")


async def test_an_integration_reads_page_by_page(built, stack, stage):
    """With its own credentials, every organisation once; what a part that is down leaves out is no end of a list."""
    client, secret = await registered(stage, **SYSTEM, scopes=["titles.read"])
    reads = ("node", "build/integration.js")
    code, told, aside = await ran(*reads, cwd=built, **of_integration(stack, client, secret))
    assert code == 0, aside
    names = [json.loads(each)["name"] for each in told.splitlines()]
    assert len(names) == len(set(names)) == 3
    await stack.kill("workflow")
    code, told, aside = await ran(*reads, cwd=built, **of_integration(stack, client, secret))
    assert (code, len(told.splitlines())) == (1, 3)
    assert "Unavailable: not to be asked now: workflow" in aside
