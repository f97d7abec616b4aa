"""A scratch server with the real schema of accounts, the service's application on it, and a province to work in."""

import base64
import json
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from asgi_lifespan import LifespanManager
from fastapi import FastAPI
from joserfc.jwk import OKPKey
from sqlalchemy import select
from stdnum.cn import ric, uscc

from deploy.local.bootstrap import SERVICES, bootstrap, create_database, service_url
from deploy.local.postgres import EmbeddedPostgres, free_port
from migrations.run import upgrade
from services.accounts.contract import Role
from services.accounts.installation import Desk, Installation
from services.accounts.main import create
from services.accounts.organisation.model import Organisation
from services.accounts.seed import seed
from services.accounts.settings import Settings
from services.accounts.sign_in.tokens import Bearer
from services.kit import clock, logging
from services.kit.auth import Actor, Node, Seat
from services.kit.db import Database
from services.kit.ids import new_id

PASSWORD = "Gaoyuan-Bench-2023!"  # noqa: S105 - of the scratch server's own accounts
TOKEN_SECONDS = 3600
BASE_URL = "http://accounts.bench"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The application, its database by SQLAlchemy and by URL, and who manages the root."""

    app: FastAPI
    http: httpx.AsyncClient
    url: str
    root: UUID
    server: "Server"

    @property
    def installation(self) -> Installation:
        """Policies and keys."""
        installation: Installation = self.app.state.installation
        return installation

    @property
    def database(self) -> Database:
        """The application's own connections."""
        database: Database = self.app.state.db
        return database

    def manager_of(self, *lineage: Node) -> Actor:
        """Someone who manages the last organisation of a line."""
        seat = Seat(role=Role.ORGANISATION_MANAGER, organisation_id=lineage[-1].id, lineage=lineage)
        return Actor(new_id(), "person", "bench", (seat,))

    def token_of(self, actor: Actor) -> str:
        """A token that speaks for an actor."""
        bearer = Bearer(actor.id, actor.kind, actor.name, seats=actor.seats)
        return self.installation.signer.sign(bearer, TOKEN_SECONDS)

    @property
    def top(self) -> Node:
        """The root as lineages carry it."""
        return Node(id=self.root, kind="HRSS", level="PROVINCE")

    async def desk(self) -> Desk:
        """What an act works with."""
        async with self.database.begin() as tx:
            return Desk(self.installation, await clock.now(tx, simulated=False))


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL server of its own, and the passwords of the services' roles."""

    postgres: EmbeddedPostgres
    passwords: dict[str, str]

    def admin(self, database: str = "postgres") -> str:
        """The administrator's URL of a database."""
        return self.postgres.url(database)

    def url(self, database: str = "postgres") -> str:
        """The URL under which accounts connects to a database."""
        return service_url(self.admin(database), "accounts", self.passwords["accounts"])

    async def prepare(self, database: str = "postgres") -> None:
        """Give a database roles, schema and tables of accounts."""
        await create_database(self.admin(), database)
        await bootstrap(self.admin(database), self.passwords)
        await upgrade(self.admin(database), "accounts")


@contextmanager
def server() -> Iterator[Server]:
    """A server that is gone afterwards, with all that it holds."""
    with tempfile.TemporaryDirectory(prefix="titles-bench-") as folder:
        os.chmod(folder, 0o711)  # noqa: PTH101, S103 - run by root, the server is another user
        postgres = EmbeddedPostgres(Path(folder), free_port(), secrets.token_urlsafe(16))
        postgres.start()
        try:
            yield Server(postgres, {service: secrets.token_urlsafe(16) for service in SERVICES})
        finally:
            postgres.stop()


@asynccontextmanager
async def accounts(**changed: Any) -> AsyncIterator[Accounts]:
    """Everything up, the province seeded; all of it is gone afterwards."""
    logging.configure("ERROR", "accounts")
    async with AsyncExitStack() as stack:
        scratch = stack.enter_context(server())
        await scratch.prepare()
        app = create(_settings(scratch.url(), changed))
        await stack.enter_async_context(LifespanManager(app, startup_timeout=60, shutdown_timeout=60))
        transport = httpx.ASGITransport(app=app)
        http = httpx.AsyncClient(transport=transport, base_url=BASE_URL, trust_env=False)
        await stack.enter_async_context(http)
        yield Accounts(app, http, scratch.url(), await _seeded(app), scratch)


def new_uscc() -> str:
    """A unified social credit code that nobody has."""
    body = f"12630104{next(_numbers):09}"
    return body + str(uscc.calc_check_digit(body))


def new_resident_id() -> str:
    """A resident id that nobody has."""
    days, number = divmod(next(_numbers), 1000)
    body = f"630104{date(1970, 1, 1) + timedelta(days % 9_000):%Y%m%d}{number:03}"
    return body + str(ric.calc_check_digit(body + "0"))


def _settings(url: str, changed: dict[str, Any]) -> Settings:
    key = base64.b64encode(os.urandom(32)).decode()
    given: dict[str, Any] = {
        "database_url": url,
        "policies_dir": Path(__file__).resolve().parents[1] / "policies",
        "pool_size": 16,
        "field_keys": json.dumps({"k1": key}),
        "index_key": key,
        "signing_keys": json.dumps([OKPKey.generate_key("Ed25519").as_dict(private=True)]),
        "service_secrets": json.dumps({name: secrets.token_urlsafe(16) for name in SERVICES}),
        "log_level": "ERROR",
    }
    return Settings(**given | changed)


async def _seeded(app: FastAPI) -> UUID:
    database: Database = app.state.db
    async with database.begin() as tx:
        moment = await clock.now(tx, simulated=False)
        await seed(tx, Desk(app.state.installation, moment), PASSWORD)
        return (await tx.execute(select(Organisation.id))).scalar_one()
