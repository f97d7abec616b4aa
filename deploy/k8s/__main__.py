"""`python -m deploy.k8s`: bring a database to where this release needs it, as the job `prepare` does before each rollout.

Roles and schemas, migrations, and the first two accounts. All of it can be run any number of times and by two at once.
"""

import asyncio
import sys
from collections.abc import Mapping

from pydantic import Field, Json, SecretStr, ValidationError
from pydantic_settings import BaseSettings

from deploy.local.bootstrap import SERVICES
from deploy.local.failures import UNDERSTOOD, LocalFailure
from deploy.local.preparing import prepare
from migrations.__main__ import show
from migrations.failures import MigrationFailure
from services.accounts import seed


class Preparing(BaseSettings):
    """What the job reads from its environment beside the settings of accounts."""

    admin_database_url: SecretStr = Field(
        description="the database, as a role that may create roles and schemas"
    )
    role_passwords: Json[dict[str, str]] = Field(description='JSON {"service": "the password of its role"}')


async def prepared(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Prepare the database, and say where each schema stands then."""
    await prepare(admin_url, passwords)
    await show(admin_url)


def main() -> int:
    """Prepare, then seed; 2 with one line where something is missing that only an operator can give."""
    try:
        given = Preparing()
    except ValidationError as error:
        names = ", ".join(str(each["loc"][0]).upper() for each in error.errors())
        return _refuse(f"prepare: set {names} (see deploy/k8s/README.md)")
    if missing := set(SERVICES) - set(given.role_passwords):
        return _refuse(f"prepare: ROLE_PASSWORDS has none of {', '.join(sorted(missing))}")
    try:
        asyncio.run(prepared(given.admin_database_url.get_secret_value(), given.role_passwords))
    except (LocalFailure, MigrationFailure) as failure:
        return _refuse(str(failure))
    return seed.main([])  # a demonstration's password comes from its environment


def _refuse(why: str) -> int:
    print(why, file=sys.stderr)
    return UNDERSTOOD


if __name__ == "__main__":
    sys.exit(main())
