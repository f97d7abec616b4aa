"""`make demo`: the 2023 season against the running stack; without one, against a stack of its own that goes afterwards."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from rich.console import Console

from demo import display, season
from demo.api import Failed, Gateway, Refused
from demo.identities import Identities
from demo.season import SCENES, Scene
from demo.stage import Stage
from deploy.local.layout import GATEWAY, Layout, Ports
from deploy.local.stack import Stack

TIMEOUT_SECONDS = 30


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8100')}/graphql"
    parser.add_argument("--url", default=address, help="the gateway's GraphQL address (%(default)s)")
    parser.add_argument("--markdown", action="store_true", help="print the timeline as Markdown")
    by_the_clock = f"{int(time.time()) % 1_000_000:06d}"
    parser.add_argument(
        "--run", default=by_the_clock, help="six digits that tell this run's hospital from others'"
    )
    return parser.parse_args()


async def main() -> int:
    """Play and show."""
    given = arguments()
    console = Console(stderr=given.markdown)
    async with (
        httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client,
        _stack(client, given.url, console) as url,
    ):
        started = time.perf_counter()
        try:
            stage = await _play(Gateway(url, client), given.run, console)
        except (Refused, Failed) as trouble:
            console.print(f"[red]demo stopped: {trouble}")
            return 1
        took = time.perf_counter() - started
    _show(stage, console, given.markdown)
    console.print(f"证书 {stage.things['certificate']}；共 {len(stage.timeline)} 步，用时 {took:.1f} 秒")
    return 0


async def _play(gateway: Gateway, run: str, console: Console) -> Stage:
    with display.progress(console) as bar:
        task = bar.add_task("", total=len(SCENES), scene="", now="")
        stage = Stage(gateway, run, lambda now: bar.update(task, now=now), Identities(run))

        async def before_each(number: int, scene: Scene) -> None:
            bar.update(task, completed=number - 1, scene=f"{number}. {scene.title}")

        await season.play(stage, before_each=before_each)
        bar.update(task, completed=len(SCENES), now="")
    return stage


def _show(stage: Stage, console: Console, as_markdown: bool) -> None:
    if as_markdown:
        sys.stdout.write("\n".join(display.markdown(stage.timeline)) + "\n")
    else:
        console.print(display.timeline(stage.timeline))


@asynccontextmanager
async def _stack(client: httpx.AsyncClient, url: str, console: Console) -> AsyncIterator[str]:
    """The running stack's address, or that of one started for the occasion."""
    try:
        await client.get(url.removesuffix("/graphql") + "/healthz")
    except httpx.TransportError:
        console.print(f"没有在 {url} 运行的系统，临时启动一套（`make run` 可保留数据）…")
        async with _own_stack() as own:
            yield own
    else:
        yield url


@asynccontextmanager
async def _own_stack() -> AsyncIterator[str]:
    with tempfile.TemporaryDirectory(prefix="titles-demo-") as folder:
        os.chmod(folder, 0o711)  # noqa: PTH101, S103 - run by root, the database server is another user
        async with Stack(Layout(run=Path(folder), ports=Ports.free()), say=lambda _: None) as stack:
            yield f"{stack.url(GATEWAY)}/graphql"


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
