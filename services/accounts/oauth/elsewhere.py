"""Where an external issuer signs people in, a password opens a session only for the few roles that the policy names."""

from services.accounts.installation import Desk
from services.accounts.oauth.errors import SignInElsewhere
from services.accounts.oauth.service import basis_of
from services.accounts.role import seats
from services.accounts.sign_in import service
from services.accounts.sign_in.errors import CredentialsWrong
from services.accounts.sign_in.origin import Origin
from services.accounts.sign_in.service import Challenge, Tokens
from services.kit.db import Database


async def sign_in(db: Database, desk: Desk, login: str, password: str, origin: Origin) -> Tokens | Challenge:
    """Start a session by password, where that is done here.

    A wrong password and a right one of somebody else's are one answer, so that nobody learns who may, or tries
    passwords of those who sign in elsewhere.

    Raises:
        SignInElsewhere: people sign in at the external issuer; says where to begin.
        TooManyTries, TooBusy, CredentialsWrong: as ever.
    """
    if desk.installation.external is None:
        return await service.sign_in(db, desk, login, password, origin)
    away = SignInElsewhere(address=f"{desk.installation.issuer}/oauth/authorize", basis=(basis_of(desk),))
    try:
        account = await service.check_password(db, desk, login, password, origin)
    except CredentialsWrong:
        raise away from None
    async with db.begin() as tx:
        held = {seat.role for seat in await seats.held(tx, desk, account.id)}
    if not held & set(desk.policy.oauth.external.still_here):
        raise away
    return await service.enter(db, desk, account, origin)
