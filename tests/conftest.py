"""Fixtures for every test: the worker's database, sessions, the clock, tokens, clients on the real apps."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
import httpx
import hypothesis
import pytest
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.local.births import Births
from deploy.local.bootstrap import create_database, drop_database
from deploy.local.keys import Keys
from deploy.local.layout import PROJECT
from deploy.local.stack import Stack, running
from services.kit import clock
from services.kit.db import Database
from tests.platform import drawing, holding, isolation, nursery, order, server, tokens
from tests.platform.apps import Apps, over_asgi
from tests.platform.nats import NatsServer
from tests.platform.replicas import InFront, asked_for, replicas
from tests.platform.server import TEMPLATE, TestServer
from tests.platform.settings import PATIENCE, settings_for

Client = Callable[..., Awaitable[httpx.AsyncClient]]
Sessions = Callable[[str], AbstractAsyncContextManager[AsyncSession]]
STACK_SECONDS = 400


def pytest_configure(config: pytest.Config) -> None:
    """Name the run, in the process that leads it.

    Tracebacks in logs are plain, for rendering locals takes seconds; what is told at every turn of a loop is left out. No
    property is refused for the time an example takes: others use the machine too.
    """
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        processors=[structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)],
    )
    holding.forbid_two()
    holding.forbid_waiting()
    gc.disable()  # until everything is collected: what is imported stays
    hypothesis.settings.register_profile("patient", hypothesis.settings(), deadline=None)
    hypothesis.settings.load_profile("patient")
    drawing.leave_our_code_out()
    if not hasattr(config, "workerinput"):
        server.lead_run()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files, and be patient: whoever asks for a stack first waits until all of its code is imported."""
    order.spread(items)
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(STACK_SECONDS))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look for garbage seldom, and never among modules and tests: a worker holds millions of objects that stay to its end."""
    del session
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the run started, in the process that leads it."""
    if not hasattr(config, "workerinput"):
        server.end_run()


@pytest.fixture(scope="session")
async def test_server() -> TestServer:
    """The run's PostgreSQL server, started when the first test asks for it."""
    return await server.shared()


@pytest.fixture(scope="session")
async def worker_database(test_server: TestServer) -> AsyncIterator[str]:
    """The name of this worker's clone of the template."""
    name = f"titles_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    await create_database(test_server.admin_url, name, TEMPLATE)
    yield name
    await drop_database(test_server.admin_url, name)


@pytest.fixture(scope="session")
async def cleaner(test_server: TestServer, worker_database: str) -> AsyncIterator[asyncpg.Connection]:
    """The connection that empties the worker's database, and does nothing else."""
    connection = await asyncpg.connect(test_server.admin(worker_database), server_settings=isolation.SILENT)
    yield connection
    await connection.close()


@pytest.fixture(scope="session")
async def resetter(test_server: TestServer, worker_database: str) -> AsyncIterator[asyncpg.Connection]:
    """The administrator's connection to the worker's database."""
    connection = await asyncpg.connect(test_server.admin(worker_database))
    yield connection
    await connection.close()


@pytest.fixture
async def database(cleaner: asyncpg.Connection, worker_database: str) -> str:
    """The name of a database that holds what the migrations left and nothing else."""
    await isolation.reset(cleaner)
    return worker_database


@pytest.fixture
async def fresh_database(test_server: TestServer) -> AsyncIterator[str]:
    """The administrator's URL of an empty database, for tests of bootstrap, migrations and the whole stack."""
    name = f"titles_fresh_{os.urandom(4).hex()}"
    await create_database(test_server.admin_url, name)
    yield test_server.admin(name)
    await drop_database(test_server.admin_url, name)


@pytest.fixture
def database_url(test_server: TestServer, database: str) -> Callable[[str], str]:
    """`database_url("quota")`: the SQLAlchemy URL under that service's own login role."""

    def url(service: str) -> str:
        return test_server.url(service, database).replace("postgresql://", "postgresql+asyncpg://", 1)

    return url


@pytest.fixture
def direct_url(test_server: TestServer, database: str) -> Callable[[str], str]:
    """`direct_url("quota")`: the same for asyncpg itself, with no pooler in between."""
    return lambda service: test_server.direct(service, database)


@pytest.fixture(scope="session")
async def databases(
    test_server: TestServer, worker_database: str
) -> AsyncIterator[Callable[[str], Database]]:
    """Each service's own door to the worker's database, opened once: connections and compiled statements are kept."""
    async with AsyncExitStack() as stack:
        opened: dict[str, Database] = {}

        def database_of(service: str) -> Database:
            if service not in opened:
                url = test_server.url(service, worker_database)
                opened[service] = Database(
                    url.replace("postgresql://", "postgresql+asyncpg://", 1),
                    pool_size=2,
                    callers_wait=PATIENCE,
                )
                stack.push_async_callback(opened[service].close)
            return opened[service]

        yield database_of


@pytest.fixture
def session(database: str, databases: Callable[[str], Database]) -> Sessions:
    """Open `async with session("quota") as tx`: one transaction as that service, committed at the end."""

    @asynccontextmanager
    async def begin(service: str) -> AsyncIterator[AsyncSession]:
        async with databases(service).begin() as tx:
            yield tx

    return begin


@pytest.fixture
def at(session: Sessions) -> Callable[..., Awaitable[None]]:
    """Set time: `await at("2023-11-20T09:00+08:00", "workflow", "quota")`: the simulated clock of those services."""

    async def move(instant: str | datetime, *services: str) -> None:
        moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
        assert moment.tzinfo, "name the time zone: +08:00 is Shanghai"
        for service in services:
            async with session(service) as tx:
                await clock.set_clock(tx, moment)

    return move


@pytest.fixture(scope="session")
async def apps(test_server: TestServer, worker_database: str) -> AsyncIterator[Apps]:
    """The real apps, each made once per worker."""

    def settings(service: str, **changed: Any) -> Any:
        direct = test_server.direct(service, worker_database)
        own = {"listen_database_url": direct} if service == "notifications" else {}
        return settings_for(lambda each: test_server.url(each, worker_database), service, **own | changed)

    running = Apps(settings)
    yield running
    await running.close()


@pytest.fixture
async def client(database: str, apps: Apps) -> AsyncIterator[Client]:
    """Make `await client("quota")`: HTTP on the real app, signed in with `token=`, with `settings={}` and fake `parts`.

    Parts are keyword arguments of the app's factory; an app with settings or parts of its own lives for one test.
    """
    async with AsyncExitStack() as stack:

        async def open_client(
            service: str, *, token: str | None = None, settings: dict[str, Any] | None = None, **parts: Any
        ) -> httpx.AsyncClient:
            own = settings or parts
            app = await (apps.fresh(service, stack, settings or {}, parts) if own else apps.get(service))
            return await stack.enter_async_context(over_asgi(app, tokens.bearer(token) if token else None))

        yield open_client


@pytest.fixture(scope="session")
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NatsServer]:
    """A broker for all tests of this process."""
    broker = NatsServer(tmp_path_factory.mktemp("nats"))
    broker.up()
    yield broker
    broker.kill()


@pytest.fixture(scope="session")
async def births() -> AsyncIterator[Births]:
    """What starts the processes of all tests of this worker: they are forked from one that has imported their code."""
    made = Births(PROJECT, nursery.MODULE)
    yield made
    await made.close()


@pytest.fixture(scope="module")
def second_factor() -> bool:
    """Whether the stack asks for a second factor; a file of tests may do without, as a demonstration does."""
    return True


@pytest.fixture(scope="module")
async def stack(
    test_server: TestServer, tmp_path_factory: pytest.TempPathFactory, second_factor: bool, births: Births
) -> AsyncIterator[Stack]:
    """Every process of the platform on free ports and a database of its own, one set per file of tests.

    `await stack.kill("quota")`, `await stack.start_again("quota")`, `stack.url("gateway")`; nothing restarts by itself.
    With `REPLICAS=2` in the environment there are two of each process behind a balancer, and the tests are the same.
    """
    name = f"titles_stack_{os.urandom(4).hex()}"
    await create_database(test_server.admin_url, name, TEMPLATE)
    folder = tmp_path_factory.mktemp("stack")
    if asked_for():
        async with replicas(folder, test_server, name, births, second_factor=second_factor) as both:
            yield InFront(both)
    else:
        keys = Keys.generate().model_copy(update={"role_passwords": test_server.passwords})
        layout = test_server.layout(folder, name, second_factor=second_factor)
        async with running(layout, keys=keys, spawner=births) as processes:
            yield processes
    await drop_database(test_server.admin_url, name)


@pytest.fixture(scope="session")
def token() -> Callable[..., str]:
    """`token([seat("REVIEWER", province, hospital)])`: a signed access token; see `tests.platform.tokens.mint`."""
    return tokens.mint


@pytest.fixture(scope="session")
def seat() -> Callable[..., Any]:
    """`seat(role, *lineage)`; see `tests.platform.tokens`."""
    return tokens.seat


@pytest.fixture(scope="session")
def node() -> Callable[..., Any]:
    """`node("EMPLOYER", "COUNTY")`: an organisation as lineages carry it."""
    return tokens.node
