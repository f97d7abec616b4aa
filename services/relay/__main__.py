"""Run the relay, or ask it something: `python -m services.relay [verify-audit|status|dead-letters|redrive|pass-over]`."""

import argparse
import asyncio
import sys
from uuid import UUID

import uvloop
from pydantic import ValidationError

from services.kit import logging
from services.kit.settings import unusable
from services.relay.commands import COMMANDS
from services.relay.main import relay
from services.relay.routes import ROUTES
from services.relay.settings import Settings


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m services.relay", description=__doc__)
    chosen = made.add_subparsers(dest="command")
    chosen.add_parser("run", help="relay events and seal audit logs until stopped (the default)")
    chosen.add_parser("verify-audit", help="walk every audit chain; exit code 1 when one is broken")
    chosen.add_parser("status", help="what is unrouted, open and dead in each schema")
    chosen.add_parser("dead-letters", help="list the events that subscribers refused")
    redrive = chosen.add_parser("redrive", help="try dead letters again, in order")
    redrive.add_argument("--event", type=UUID, help="only this event")
    redrive.add_argument("--subscriber", choices=sorted(ROUTES))
    over = chosen.add_parser("pass-over", help="go on with what waits behind a dead letter, without it")
    over.add_argument("--event", type=UUID, required=True)
    over.add_argument("--subscriber", choices=sorted(ROUTES))
    return made


def main(arguments: list[str] | None = None) -> int:
    """Do one command; 2 with one line where the settings cannot be used."""
    given = parser().parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as error:
        print(f"relay: {unusable(error)}", file=sys.stderr)
        return 2
    if command := COMMANDS.get(given.command):
        return asyncio.run(command(settings, print, given))
    logging.configure(settings.log_level, "relay")
    uvloop.run(relay(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
