"""`python -m deploy.local.preparing`: the database as this code needs it, by a process that ends when it is done.

Migrations import more than all else that starts the platform; in a process of their own that memory is given back.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping

from deploy.local.bootstrap import SERVICES, bootstrap
from deploy.local.failures import UNDERSTOOD, LocalFailure
from migrations.failures import MigrationFailure
from migrations.run import upgrade


async def prepare(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Make roles, schemas and tables as this code needs them."""
    await bootstrap(admin_url, passwords)
    for service in SERVICES:
        await upgrade(admin_url, service)


def main() -> int:
    """Prepare the database of ADMIN_DATABASE_URL; 2, with one line that says why, where it cannot be."""
    try:
        asyncio.run(prepare(os.environ["ADMIN_DATABASE_URL"], json.loads(os.environ["ROLE_PASSWORDS"])))
    except (LocalFailure, MigrationFailure) as failure:
        print(failure, file=sys.stderr)
        return UNDERSTOOD
    return 0


if __name__ == "__main__":
    sys.exit(main())
