"""`python -m services.accounts.seed`: what exists from the start, the provincial HRSS and its first two accounts.

It can be run any number of times and changes nothing that is there. It prints how to sign in: activation codes, each
once; or, with a demonstration's password (`--demo-password`, or DEMO_PASSWORD), that password. Only a demonstration has
a known password, and in it the provincial manager also works as title officer and reviewer.
"""

import argparse
import asyncio
import os
import sys
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.authorization import IN_CHARGE
from services.accounts.contract import OrganisationKind, OrganisationLevel, Role
from services.accounts.installation import Desk, Installation
from services.accounts.organisation.details import Checker
from services.accounts.organisation.model import Organisation
from services.accounts.organisation.policy import FirstAccount
from services.accounts.organisation.rules import Proposal
from services.accounts.organisation.service import begin_history, row_of
from services.accounts.organisation.store import add_root
from services.accounts.role import service as roles
from services.accounts.role import store as grants
from services.accounts.role.store import Granted
from services.accounts.settings import Settings
from services.accounts.sign_in import activation
from services.accounts.sign_in import store as accounts
from services.accounts.sign_in.passwords import weaknesses
from services.kit import clock
from services.kit.auth import Actor
from services.kit.db import Database
from services.kit.policy import PolicyError
from services.kit.settings import unusable

NOBODY = Actor(UUID(int=0), "service", "seed")
DEMO_ROLES = (Role.TITLE_OFFICER, Role.REVIEWER)


async def seed(tx: AsyncSession, desk: Desk, demo_password: str | None) -> list[str]:
    """Make what is missing; how to sign in, a line for each account.

    Raises:
        ValueError: the demonstration's password does not obey the password rule.
    """
    first = desk.policy.organisations.root
    for account in (first.manager, first.operator):
        if demo_password and weaknesses(demo_password, account.login, desk.policy.sign_in.password):
            raise ValueError("the demonstration's password does not obey the rule of sign_in.yaml (password)")
    root_id = await _root(tx, desk)
    manager = (IN_CHARGE, *(DEMO_ROLES if demo_password else ()))
    return [
        await _account(tx, desk, root_id, first.manager, manager, demo_password),
        await _account(tx, desk, root_id, first.operator, (Role.OPERATOR,), demo_password),
    ]


async def _root(tx: AsyncSession, desk: Desk) -> UUID:
    """The provincial HRSS, made where there is none."""
    policy, province = desk.policy, desk.installation.province
    region = policy.regions[policy.organisations.root.region_code]
    proposal = Proposal(OrganisationKind.HRSS, OrganisationLevel.PROVINCE, None, None, region)
    proposal = Checker(policy.organisations, policy.articles).completed(proposal)
    told = {"name": policy.organisations.root.name, "uscc": None, "province": province}
    values = row_of(policy, proposal, told, [])
    if await add_root(tx, values):
        await begin_history(
            tx, desk, NOBODY, None, values, (policy.articles[policy.organisations.root.article],)
        )
    known = select(Organisation.id).where(Organisation.parent_id.is_(None), Organisation.province == province)
    return (await tx.execute(known)).scalar_one()


async def _account(
    tx: AsyncSession,
    desk: Desk,
    root_id: UUID,
    first: FirstAccount,
    held: tuple[Role, ...],
    password: str | None,
) -> str:
    """One of the first accounts, made where it is missing; how to sign in with it."""
    account, granted = await accounts.account_by_login(tx, first.login), Granted(root_id, None)
    code = None
    if account is None:
        account, code = await roles.open_account(
            tx, desk, login=first.login, name=first.name, roles=held, granted=granted
        )
    if password is not None:
        await grants.grant(tx, account.id, held, granted)
        if account.password_hash is None:
            password_hash = await desk.installation.passwords.hash(password)
            await accounts.set_password(
                tx, account.id, password_hash, former=desk.policy.sign_in.password.former
            )
            return f"{first.login} / {password}"
        same = await desk.installation.passwords.verify(password, account.password_hash)
        return f"{first.login} / {password if same else '(its own password)'}"
    if account.password_hash is None and not (code or await activation.pending(tx, account.id)):
        code = await activation.issue(tx, desk, account)
    if code is not None:
        return f"{first.login}: activation code {code.code}, good until {code.expires_at:%Y-%m-%d}"
    return f"{first.login}: {'its own password' if account.password_hash else 'the code printed before'}"


async def run(settings: Settings, demo_password: str | None) -> list[str]:
    """Seed the database of `settings`."""
    installation, db = Installation.of(settings), Database(settings.async_database_url, pool_size=1)
    try:
        async with db.begin() as tx:
            moment = await clock.now(tx, simulated=settings.simulated_clock)
            return await seed(tx, Desk(installation, moment), demo_password)
    finally:
        await db.close()


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; 2 with one line where something is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m services.accounts.seed", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--demo-password", default=os.environ.get("DEMO_PASSWORD") or None)
    chosen = parser.parse_args(arguments)
    try:
        lines = asyncio.run(run(Settings(), chosen.demo_password))
    except ValidationError as error:
        print(f"seed: {unusable(error)}", file=sys.stderr)
        return 2
    except (PolicyError, ValueError, OSError, DBAPIError) as error:
        print(f"seed: {str(error).splitlines()[0]}", file=sys.stderr)
        return 2
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
