"""Where an external issuer signs people in, a password opens a session only for the few roles that the policy names."""

import secrets

from services.accounts.installation import Desk
from services.accounts.oauth.errors import SignInElsewhere
from services.accounts.oauth.service import basis_of
from services.accounts.role import seats
from services.accounts.sign_in import service
from services.accounts.sign_in import store as accounts
from services.accounts.sign_in.errors import CredentialsWrong
from services.accounts.sign_in.origin import Origin
from services.accounts.sign_in.service import Challenge, Tokens
from services.kit.db import Database


async def sign_in(db: Database, desk: Desk, login: str, password: str, origin: Origin) -> Tokens | Challenge:
    """Start a session by password, where that is done here.

    The password of somebody who signs in elsewhere is not looked at: right or wrong, it is answered and counted alike,
    so that nobody learns who may, or tries such passwords here.

    Raises:
        SignInElsewhere: people sign in at the external issuer; says where to begin.
        TooManyTries, TooBusy, CredentialsWrong: as ever.
    """
    if desk.installation.external is None:
        return await service.sign_in(db, desk, login, password, origin)
    away = SignInElsewhere(address=f"{desk.installation.issuer}/oauth/authorize", basis=(basis_of(desk),))
    async with db.begin() as look:
        known = await accounts.account_by_login(look, login)
        held = {seat.role for seat in await seats.held(look, desk, known.id)} if known else set()
    if not held & set(desk.policy.oauth.external.still_here):
        password = secrets.token_urlsafe()
    try:
        account = await service.check_password(db, desk, login, password, origin)
    except CredentialsWrong:
        raise away from None
    return await service.enter(db, desk, account, origin)
