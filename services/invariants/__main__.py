"""Look whether all that must hold does hold, on a running platform: `python -m services.invariants`.

Reads only, in short transactions. Exit code 0: all holds; 1: something is broken, each named by its key and invariant;
2: something could not be looked at, or what was asked makes no sense.
"""

import argparse
import asyncio
import math
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack

from pydantic import ValidationError

from services.invariants.checking import Asked, Everything, check
from services.invariants.settings import Settings
from services.invariants.walking import Pace, Report, reading
from services.kit.db import Database
from services.kit.policy import PolicyError
from services.kit.settings import async_url, unusable
from services.relay.loops import DATABASE_FAILURES, one_line

WHOLE, BROKEN, UNREADABLE = 0, 1, 2


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m services.invariants", description=__doc__, exit_on_error=False
    )
    made.add_argument("--only", default="", help="invariants whose names begin so, as in `vote.`")
    made.add_argument(
        "--rows", type=rows, default=2000, help="rows looked at in one transaction (%(default)s)"
    )
    made.add_argument("--pause", type=seconds, default=0.0, help="seconds of rest after each (%(default)s)")
    made.add_argument(
        "--patience", type=seconds, default=10.0, help="seconds that what is under way may take (%(default)s)"
    )
    return made


def rows(given: str) -> int:
    """At least one: with none nothing would be looked at, and all would be whole."""
    if (number := int(given)) < 1:
        raise ValueError(given)
    return number


def seconds(given: str) -> float:
    """A time that ends."""
    if not 0 <= (number := float(given)) < math.inf:
        raise ValueError(given)
    return number


def main(arguments: list[str] | None = None) -> int:
    """Look at all schemas whose databases the environment names."""
    try:
        given = parser().parse_args(arguments)
        settings = Settings()
        everything = Everything.by(settings.policies_dir, settings.province)
        asked = Asked(given.only, Pace(given.rows, given.pause), given.patience)
        return asyncio.run(_run(settings.databases, everything, asked))
    except ValidationError as error:
        _say(f"invariants: {unusable(error)}")
    except (argparse.ArgumentError, PolicyError) as error:
        _say(f"invariants: {error}")
    except DATABASE_FAILURES as error:
        _say(f"invariants: cannot be read: {one_line(error)}")
    return UNREADABLE


async def _run(databases: Mapping[str, str], everything: Everything, asked: Asked) -> int:
    if not databases:
        _say(
            "invariants: no database; set ACCOUNTS_DATABASE_URL and the like, each under the service's own role"
        )
        return UNREADABLE
    worst, looked_at = WHOLE, 0
    async with AsyncExitStack() as stack:
        begins = {}
        for service, url in databases.items():
            database = await stack.enter_async_context(Database(async_url(url), pool_size=1))
            begins[service] = reading(database)
        async for report in check(begins, everything, asked, _say):
            looked_at += 1
            _tell(report)
            worst = max(worst, BROKEN if report.broken else WHOLE)
    print(f"{looked_at} invariants: {'broken' if worst else 'whole'}")
    return worst if looked_at else UNREADABLE


def _tell(report: Report) -> None:
    for each in report.broken:
        print(f"BROKEN {report.service} {report.name} ({report.says}): {each.subject} {each.why}".rstrip())
    if report.more:
        print(f"BROKEN {report.service} {report.name}: and {report.more} more")
    if report.under_way:
        print(f"{report.service} {report.name}: {report.under_way} under way")


def _say(line: str) -> None:
    """Progress and trouble, beside what was found."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
