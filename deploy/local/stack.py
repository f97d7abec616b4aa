"""The whole platform on this machine, for `make run`, journeys and fault tests alike."""

from __future__ import annotations

import asyncio
import ssl
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Self

import httpx

from deploy.local.births import Births
from deploy.local.bootstrap import SERVICES, create_database
from deploy.local.failures import (
    DatabaseUnreachable,
    LocalFailure,
    NotPrepared,
    PortTaken,
    ProcessDown,
    SecretsLost,
    SeedFailed,
)
from deploy.local.keys import Keys
from deploy.local.layout import BACKUP, GATEWAY, PROCESSES, PROJECT, RELAY, Layout, module_of
from deploy.local.postgres import EmbeddedPostgres, port_free
from deploy.local.processes import Child, Interpreters, Spawner, last_line
from deploy.local.supervisor import Supervisor

DATABASE = "titles"
PREPARING = "deploy.local.preparing"
SEED = "services.accounts.seed"
KEEPER = "deploy.backup.keeper"
READY_SECONDS = 180
"""A busy machine takes its time; a process that ends is told of at once."""
POLL_SECONDS = 0.1
DATABASE_LOOK_SECONDS = 1.0
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""On the loopback nobody speaks TLS: to read all authorities, as a client does else, takes 50 ms of a processor each time."""

Say = Callable[[str], None]


class Stack:
    """Database, services, relay and gateway of one `layout`.

    `keys` default to those kept in the layout's folder. With `restart` a process that ends by itself is started again.
    A `spawner` that is given starts the processes, and remains when they have ended.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        keys: Keys | None = None,
        restart: bool = True,
        say: Say = print,
        spawner: Spawner | None = None,
    ) -> None:
        self.layout = layout
        self.restart = restart
        self.seeded = ""
        self.children: dict[str, Child] = {}
        self._say = say
        self._supervisor = Supervisor(say)
        self._given_keys = keys
        self._postgres: EmbeddedPostgres | None = None
        self._births = Births(PROJECT) if spawner is None and sys.platform == "linux" else None
        self._spawner: Spawner = spawner or self._births or Interpreters(PROJECT)
        self._keeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start everything and return once every process says that it is ready.

        Raises:
            LocalFailure, MigrationFailure: with one line that says what to do.
        """
        self._check_ports()
        self.layout.run.mkdir(parents=True, exist_ok=True, mode=0o711)
        self.layout.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._births is not None:
            await self._births.open()
        admin_url = await self.prepare_database()
        self.keys.keep_signing_keys(self.layout.signing_keys, self.layout.credential_keys)
        for process in PROCESSES:
            self.children[process] = self._child(process, admin_url)
        if self.layout.backup_url is not None:
            self.children[BACKUP] = self._keeper(admin_url)
        seeding = asyncio.create_task(self._seed(admin_url))
        try:
            await asyncio.gather(*(child.start() for child in self.children.values()))
            await asyncio.gather(*(self.ready(process) for process in PROCESSES))
            await seeding
        finally:
            seeding.cancel()
        if self.restart:
            self._supervisor.watch(self.children.values())
            self._keeping = asyncio.create_task(self._keep_database())

    async def open_database(self) -> str:
        """Return the administrator's URL of the database, embedded or given, as it is."""
        self.layout.run.mkdir(parents=True, exist_ok=True, mode=0o711)
        self.keys = self._given_keys or Keys.kept_in(self.layout.run / "secrets.json")
        return self.layout.database_url or await self._embedded()

    async def prepare_database(self) -> str:
        """Return the administrator's URL of the database, with roles, schemas and all migrations made."""
        admin_url = await self.open_database()
        environment = self.layout.preparing_environment(self.keys, admin_url)
        # a nursery of our own still imports; to wait for it would cost what there is to gain
        preparer = self._spawner if self._births is None else Interpreters(PROJECT)
        code, last = await self._done(PREPARING, environment, preparer)
        if code:
            raise NotPrepared(code, last)
        return admin_url

    async def stop(self) -> None:
        """Stop everything in order: gateway, services, relay, copies, database."""
        if self._keeping is not None:
            self._keeping.cancel()
        await self._supervisor.release()
        for group in ((GATEWAY,), SERVICES, (RELAY,), (BACKUP,)):
            await asyncio.gather(*(self.children[name].stop() for name in group if name in self.children))
        if self._births is not None:
            await self._births.close()
        if self._postgres is not None:
            await asyncio.to_thread(self._postgres.stop)

    async def kill(self, process: str) -> None:
        """End one process as a crash would; with `restart` it comes back by itself."""
        await self.children[process].kill()

    async def start_again(self, process: str) -> None:
        """Start a killed process (when nothing restarts it) and return once it is ready."""
        await self.children[process].start()
        await self.ready(process)

    async def ready(self, process: str) -> None:
        """Wait until `process` says that it is ready; the relay is once it lives.

        Raises:
            ProcessDown: it ended, or is not ready after three minutes.
        """
        child = self.children[process]
        if process == RELAY:
            return
        deadline = time.monotonic() + READY_SECONDS
        answer = "no answer"
        async with httpx.AsyncClient(timeout=5, trust_env=False, verify=NO_AUTHORITIES) as http:
            while time.monotonic() < deadline:
                if not child.alive and not self._supervisor.watches(process):
                    raise ProcessDown(process, child.last_words(), child.log)
                try:
                    response = await http.get(f"{self.url(process)}/readyz")
                except httpx.HTTPError:
                    await asyncio.sleep(POLL_SECONDS)
                    continue
                if response.status_code == httpx.codes.OK:
                    return
                answer = response.text
                await asyncio.sleep(POLL_SECONDS)
        raise ProcessDown(process, f"not ready: {answer}", child.log)

    @property
    def data(self) -> str:
        """Where the data lie, in words for the screen."""
        if self._postgres is None:
            return "the server of DATABASE_URL"
        return f"embedded, port {self._postgres.port}, data in {self._postgres.data}"

    def url(self, process: str) -> str:
        """Return the address of a process."""
        return self.layout.ports.url(process)

    def _check_ports(self) -> None:
        for process in (*PROCESSES, *(() if self.layout.database_url else ("postgres",))):
            port = self.layout.ports.of(process)
            if port is not None and not port_free(port):
                raise PortTaken(port, process)

    async def _embedded(self) -> str:
        folder = self.layout.run / "postgres"
        self._postgres = EmbeddedPostgres(folder, self.layout.ports.postgres, self.keys.postgres_password)
        self._postgres.start()
        try:
            await create_database(self._postgres.url(), DATABASE)
        except DatabaseUnreachable as failure:
            raise SecretsLost(self._postgres.data, self.layout.run) from failure
        return self._postgres.url(DATABASE)

    async def _keep_database(self) -> None:
        """Start the embedded server again where it ends by itself; the services find it by themselves."""
        while self._postgres is not None:
            await asyncio.sleep(DATABASE_LOOK_SECONDS)
            if self._postgres.running():
                continue
            self._say(f"PostgreSQL ended; starting it again, its log is {self._postgres.log}")
            try:
                self._postgres.start()
            except LocalFailure as failure:
                self._say(str(failure))

    def _child(self, process: str, admin_url: str) -> Child:
        environment = self.layout.environment(process, self.keys, admin_url)
        log = self.layout.logs / f"{process}.log"
        return Child(process, module_of(process), environment, log, self._spawner)

    def _keeper(self, admin_url: str) -> Child:
        environment = self.layout.backup_environment(admin_url)
        return Child(BACKUP, KEEPER, environment, self.layout.logs / f"{BACKUP}.log", self._spawner)

    async def _seed(self, admin_url: str) -> None:
        """Run the seed of accounts: the provincial department, once; what it prints is how to sign in first."""
        environment = self.layout.seed_environment(self.keys, admin_url)
        code, told = await self._done(SEED, environment, self._spawner)
        if code:
            raise SeedFailed(told)
        self.seeded = told

    async def _done(self, module: str, environment: Mapping[str, str], spawner: Spawner) -> tuple[int, str]:
        """Run a module to its end; its exit code, and what it printed, or the last line of its complaint."""
        told, complaint = (self.layout.logs / f"{module}.{kind}" for kind in ("out", "err"))
        try:
            process = await spawner.spawn(module, [], environment, told, complaint)
            code = await process.wait()
            return code, last_line(complaint) if code else told.read_text(encoding="utf-8").strip()
        finally:
            for file in (told, complaint):
                file.unlink(missing_ok=True)


@asynccontextmanager
async def running(
    layout: Layout, *, keys: Keys | None = None, restart: bool = False, spawner: Spawner | None = None
) -> AsyncIterator[Stack]:
    """Give a running stack to a test and stop it afterwards."""
    async with Stack(layout, keys=keys, restart=restart, say=lambda _line: None, spawner=spawner) as stack:
        yield stack
