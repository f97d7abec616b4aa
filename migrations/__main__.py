"""`python -m migrations`: upgrade all schemas, show where they stand, or write a new revision from the models."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys

from alembic import command

from migrations.failures import MigrationFailure
from migrations.run import SERVICES, _as_owner, _bound, current, heads, upgrade


async def show(admin_url: str) -> None:
    """Print where each schema stands."""
    for service in SERVICES:
        print(
            f"{service:14} at {await current(admin_url, service) or 'nothing'}, newest {heads(service) or 'nothing'}"
        )


async def upgrade_all(admin_url: str) -> None:
    """Migrate every schema to its newest revision."""
    for service in SERVICES:
        print(f"{service:14} at {await upgrade(admin_url, service) or 'nothing'}")


async def revise(admin_url: str, service: str, name: str) -> None:
    """Write the next revision of `service` from the difference between models and schema; read it before use."""
    number = f"{int(heads(service) or 0) + 1:04}"

    def write(connection: object) -> None:
        config = _bound(service, connection)  # type: ignore[arg-type]
        config.attributes["with_models"] = True
        command.revision(config, message=name, autogenerate=True, rev_id=number)

    async with _as_owner(admin_url, service) as run:
        await run(write)


def main(arguments: list[str] | None = None) -> int:
    """Run one command on the database of DATABASE_URL."""
    parser = argparse.ArgumentParser(prog="python -m migrations", description=__doc__)
    parser.add_argument("--database-url", default=os.environ.get("DATABASE_URL"))
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("show")
    commands.add_parser("upgrade")
    revision = commands.add_parser("revision")
    revision.add_argument("service", choices=SERVICES)
    revision.add_argument(
        "name", help="pre_add_cycle or post_drop_column: pre runs before the new code, post after"
    )
    chosen = parser.parse_args(arguments)
    if not chosen.database_url:
        parser.error(
            "set DATABASE_URL to the administrator's URL, or use make migrate for the embedded server"
        )
    work = {"show": show, "upgrade": upgrade_all}
    try:
        if chosen.command == "revision":
            asyncio.run(revise(chosen.database_url, chosen.service, chosen.name))
        else:
            asyncio.run(work[chosen.command](chosen.database_url))
    except MigrationFailure as failure:
        print(failure, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
