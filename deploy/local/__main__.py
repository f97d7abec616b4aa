"""`make run` and the database commands: everything that goes wrong as expected is one line and exit code 2."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable

from deploy.local import screen
from deploy.local.bootstrap import SERVICES, libpq_call, service_url
from deploy.local.database import database
from deploy.local.failures import UNDERSTOOD, LocalFailure
from deploy.local.holder import held
from deploy.local.keys import Keys
from deploy.local.layout import Layout
from deploy.local.postgres import installed
from deploy.local.stack import Stack
from migrations.failures import MigrationFailure


async def run(layout: Layout, _arguments: argparse.Namespace) -> None:
    """Run the platform until a signal ends it."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    started = time.monotonic()
    with held(layout.run, layout.ports.postgres):
        stack = Stack(layout, say=screen.console.print)
        try:
            if await _unless(stop, stack.start()):
                screen.show(stack, time.monotonic() - started)
                await stop.wait()
            screen.console.print("Stopping ...")
        finally:
            await stack.stop()
    screen.console.print("Stopped.")


async def migrate(layout: Layout, _arguments: argparse.Namespace) -> None:
    """Bring roles, schemas and tables up to date and say where they stand."""
    from deploy.local.preparing import prepare  # `run` stays small without Alembic
    from migrations.__main__ import show

    async with database(layout) as admin_url:
        await prepare(admin_url, Keys.kept_in(layout.run / "secrets.json").role_passwords)
        await show(admin_url)


async def revision(layout: Layout, arguments: argparse.Namespace) -> None:
    """Write the next migration of a service from its models."""
    from deploy.local.preparing import prepare  # `run` stays small without Alembic
    from migrations.__main__ import revise

    async with database(layout) as admin_url:
        await prepare(admin_url, Keys.kept_in(layout.run / "secrets.json").role_passwords)
        await revise(admin_url, arguments.service, arguments.name)


async def psql(layout: Layout, arguments: argparse.Namespace) -> None:
    """Open psql as a service's login role, or as the administrator."""
    async with database(layout) as admin_url:
        keys = Keys.kept_in(layout.run / "secrets.json")
        service = arguments.service
        url = service_url(admin_url, service, keys.role_passwords[service]) if service else admin_url
        place, secret = libpq_call(url)
        program = str(installed() / "bin" / "psql")
        process = await asyncio.create_subprocess_exec(program, place, env=os.environ | secret)
        await process.wait()


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen command."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("run").set_defaults(work=run)
    commands.add_parser("migrate").set_defaults(work=migrate)
    writing = commands.add_parser("revision")
    writing.add_argument("service", choices=SERVICES)
    writing.add_argument("name")
    writing.set_defaults(work=revision)
    asking = commands.add_parser("psql")
    asking.add_argument("service", choices=SERVICES, nargs="?")
    asking.set_defaults(work=psql)
    chosen = parser.parse_args(arguments or ["run"])
    try:
        asyncio.run(chosen.work(Layout.from_environment(os.environ), chosen))
    except (LocalFailure, MigrationFailure) as failure:
        print(failure, file=sys.stderr)
        return UNDERSTOOD
    except KeyboardInterrupt:
        return UNDERSTOOD
    return 0


async def _unless(stop: asyncio.Event, work: Awaitable[None]) -> bool:
    """Do `work` unless `stop` comes first; say whether it was done."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        await working
        return True
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
