"""The certificate of whoever we ask comes to its last day: it is refused by name, and taken again once renewed, by the same client."""

from __future__ import annotations

import asyncio
import signal
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from services.connections import plain_url
from services.kit.db import Database
from services.kit.settings import async_url
from services.notifications.outward.client import guarded, outward
from services.relay.source import open_pool
from services.streaming.broker import Broker
from tests.platform.certificates import ServerCertificate
from tests.platform.nats import NatsServer
from tests.platform.network import Line

PATIENCE, PAUSE = 20, 0.1
TOLD = 'jetstream {{ store_dir: "{folder}" }}\ntls {{ cert_file: "{shown}", key_file: "{shown}" }}\n'
TAKEN = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n"


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ServerCertificate:
    """A certificate whose authority every client of this process trusts."""
    made = ServerCertificate(tmp_path)
    monkeypatch.setenv("PGSSLROOTCERT", str(made.authority))
    monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
    monkeypatch.setattr(httpx, "create_ssl_context", lambda **_: made.client())
    return made


@pytest.fixture
async def line(direct_url, certificate: ServerCertificate) -> AsyncIterator[str]:
    """Quota's address of the database, over a line that speaks TLS."""
    url = httpx.URL(direct_url("quota"))
    async with Line.laid(url.port, certificate) as laid:
        yield f"{url.copy_with(port=laid.port)}?ssl=verify-full"


async def test_of_the_database(line, certificate):
    """Services, and the relay that listens; what was connected before goes on."""
    url = line
    async with Database(async_url(url), pool_size=1) as database, open_pool(plain_url(url), size=1) as pool:

        async def asked() -> tuple[int, int]:
            async with database.begin() as tx:
                return await tx.scalar(text("select 1")), await pool.fetchval("select 1")

        assert await asked() == (1, 1)
        certificate.expire()
        assert await asked() == (1, 1)
        await database.engine.dispose()
        await pool.expire_connections()
        for each in (asked, lambda: pool.fetchval("select 1")):
            with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
                await each()
        certificate.renew()
        assert await asked() == (1, 1)


async def test_of_the_broker(tmp_path, certificate):
    """The connection is lost, refused while the certificate is over, and there again by itself."""
    told = tmp_path / "nats.conf"
    told.write_text(TOLD.format(folder=tmp_path, shown=certificate.file), encoding="utf-8")
    server = NatsServer(tmp_path, "-c", str(told))

    async def until(broker: Broker, *, away: bool) -> None:
        async with asyncio.timeout(PATIENCE):
            while broker.away is not away:
                await asyncio.sleep(PAUSE)

    def come_back() -> None:
        server.kill()
        server.up()

    server.up()
    try:
        async with Broker(server.url.replace("nats:", "tls:"), "test") as broker:
            await broker.stream()
            certificate.expire()
            come_back()
            await until(broker, away=True)
            await asyncio.sleep(1)
            assert broker.away
            certificate.renew()
            server.tell(signal.SIGHUP)
            await until(broker, away=False)
            assert (await (await broker.stream()).account_info()).streams == 1
            certificate.expire()
            come_back()
            await until(broker, away=True)
            await asyncio.sleep(1)
        assert broker.client.is_closed, "a process that is told to end meanwhile does"
    finally:
        server.kill()


async def test_of_a_receiver(certificate):
    """A webhook or a message to a platform is told why it did not go out, and goes out when it is tried again."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(TAKEN)
        await writer.drain()
        writer.close()

    async def served(port: int = 0) -> asyncio.Server:
        return await asyncio.start_server(answer, "127.0.0.1", port, ssl=certificate.server())

    server = await served()
    port = server.sockets[0].getsockname()[1]
    async with outward(guarded(own_machine=True), seconds=5, kept=100) as client:
        told = []
        for change in (lambda: None, certificate.expire, certificate.renew):
            change()
            server.close()
            server = await served(port)
            answered = await client.post(f"https://127.0.0.1:{port}/", b"", {})
            told.append(answered.error or answered.status)
    server.close()
    assert told == [204, "SSLCertVerificationError", 204]
