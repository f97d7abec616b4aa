"""Copies of this installation, by hand: `python -m deploy.backup take|list|check|drill|prune|restore --into FOLDER [--to MOMENT]`.

It reads what `make run` reads (RUN_DIR, DATABASE_URL) and BACKUP_URL; see docs/backup.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from datetime import datetime
from pathlib import Path

from deploy.backup import base, check, drill, retention, settings
from deploy.backup.installation import Installation
from deploy.local.database import database
from deploy.local.failures import LocalFailure
from deploy.local.layout import Layout

WELL, WRONG, UNDERSTOOD = 0, 1, 2
NO_DATABASE = ""
"""What reads copies needs no server that runs."""


class MomentUnclear(LocalFailure):
    """A moment without a time zone could be eight hours off."""

    def __init__(self, given: str) -> None:
        super().__init__(f"--to {given}: give a moment with its zone, as 2026-11-02T15:04:05+08:00")


async def take(layout: Layout, _: argparse.Namespace) -> int:
    """Take a whole copy now."""
    async with database(layout) as admin_url:
        copy = await base.take(Installation.of(layout, admin_url, settings.read()))
    print(
        f"copy {copy.id}: any moment from {copy.ended} on can be brought back as soon as its changes are carried away"
    )
    return WELL


async def show(layout: Layout, _: argparse.Namespace) -> int:
    """List the copies."""
    installation = _unopened(layout)
    for copy in base.copies(installation.repository):
        size = sum(each.size for each in installation.repository.kept(copy.folder))
        print(
            f"{copy.id}  complete {copy.ended}  {size >> 20} MB  timeline {copy.timeline} from {copy.first_segment}"
        )
    return WELL


async def checked(layout: Layout, _: argparse.Namespace) -> int:
    """Say what is wrong; 1 where anything is."""
    found = check.problems(_unopened(layout))
    print("\n".join(found) or "copies are as they should be")
    return WRONG if found else WELL


async def tried(layout: Layout, _: argparse.Namespace) -> int:
    """Bring the newest copy back and look at all of it; 1 where it is not whole."""
    try:
        print(await drill.drill(_unopened(layout)))
    except LocalFailure as failure:
        print(failure, file=sys.stderr)
        return WRONG
    return WELL


async def prune(layout: Layout, _: argparse.Namespace) -> int:
    """Let go what is older than is kept."""
    print(f"{retention.prune(_unopened(layout))} objects let go")
    return WELL


async def bring_back(layout: Layout, given: argparse.Namespace) -> int:
    """Bring the installation back into a folder, and look at all of it."""
    to = _moment(given.to) if given.to else None
    restored, found = await drill.bring_back(_unopened(layout), given.into, to)
    print(found)
    print(f"Start on it: RUN_DIR={restored.run} make run")
    return WELL


def _unopened(layout: Layout) -> Installation:
    return Installation.of(layout, NO_DATABASE, settings.read())


def _moment(given: str) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise MomentUnclear(given) from None
    if moment.tzinfo is None:
        raise MomentUnclear(given)
    return moment


def main(arguments: list[str] | None = None) -> int:
    """Do one command; 2 with one line where it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m deploy.backup", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, work in {"take": take, "list": show, "check": checked, "drill": tried, "prune": prune}.items():
        commands.add_parser(name, help=work.__doc__).set_defaults(work=work)
    bringing = commands.add_parser("restore", help=bring_back.__doc__)
    bringing.add_argument("--into", type=Path, required=True, help="a folder that is not there yet")
    bringing.add_argument("--to", help="the moment, with its zone; without it as late as is kept")
    bringing.set_defaults(work=bring_back)
    chosen = parser.parse_args(arguments)
    try:
        done: int = asyncio.run(chosen.work(Layout.from_environment(os.environ), chosen))
    except LocalFailure as failure:
        print(failure, file=sys.stderr)
        return UNDERSTOOD
    return done


if __name__ == "__main__":
    sys.exit(main())
