"""Somebody else's S3 server (SeaweedFS) as a process of its own: it keeps a folder, and checks signatures."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from deploy.local.postgres import free_port

SERVER = Path(sys.executable).with_name("weed")
KEY, SECRET = "titles", "secret-of-a-test"
URL = "s3://titles/materials"
PARTS = ("master", "volume", "filer", "s3")
SERVED = {"titles": ("Admin", "Read", "Write", "List")}


def variables(port: int, secret: str = SECRET) -> Mapping[str, str]:
    """What a process that keeps its files there finds in its environment."""
    return {
        "AWS_ENDPOINT": f"http://127.0.0.1:{port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": secret,
    }


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[int]:
    """The port of a server that keeps its files in `folder`, until the block ends."""
    known = {"accessKey": KEY, "secretKey": SECRET}
    people = [{"name": name, "credentials": [known], "actions": acts} for name, acts in SERVED.items()]
    (folder / "s3.json").write_text(json.dumps({"identities": people}), encoding="utf-8")
    ports = {f"{part}.port{kind}": free_port() for part in PARTS for kind in ("", ".grpc")}
    off = {"s3.iam": "false", "s3.port.iceberg": 0, "s3.port.lance": 0}
    small = {"volume.max": 2, "master.volumeSizeLimitMB": 64}
    told = {
        "dir": folder,
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "s3": "true",
        "s3.config": folder / "s3.json",
    }
    program = await asyncio.create_subprocess_exec(
        *(
            str(SERVER),
            "server",
            *(f"-{name}={value}" for name, value in (told | ports | off | small).items()),
        ),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _answering(ports["s3.port"], program)
        yield ports["s3.port"]
    finally:
        if program.returncode is None:
            program.kill()
        await program.wait()


async def _answering(port: int, program: asyncio.subprocess.Process) -> None:
    """Wait until it refuses a stranger, as it should."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as stranger:
        while program.returncode is None:
            try:
                if (await stranger.get("/titles")).status_code == httpx.codes.FORBIDDEN:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise AssertionError("the S3 server ended before it served")
