"""What a client is given: access tokens within its scope, refresh tokens of one family, and what an ID token tells."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.installation import Desk
from services.accounts.oauth import store
from services.accounts.oauth.store import Known
from services.accounts.role import seats
from services.accounts.role import store as roles
from services.accounts.role.errors import AccountNotFound
from services.accounts.second_factor.states import AMR, How
from services.accounts.sign_in.schemas import AccountOut
from services.accounts.sign_in.tokens import Bearer
from services.kit.auth import READING, WRITING

MINUTE = 60
INTEGRATION = "integration"


@dataclass(frozen=True, slots=True)
class Grantor:
    """The account a client speaks for, and the session that holds what it was given."""

    account: AccountOut
    session_id: UUID
    how: How


async def account_of(tx: AsyncSession, account_id: UUID) -> AccountOut | None:
    """An account with its roles; None once it is gone."""
    try:
        return await roles.described(tx, account_id)
    except AccountNotFound:
        return None


async def for_person(
    tx: AsyncSession, desk: Desk, known: Known, grantor: Grantor, scope: str, *, refreshable: bool
) -> dict[str, Any]:
    """Tokens with which a client speaks for someone; seats go only to a client that reads or writes."""
    account, scopes = grantor.account, set(scope.split())
    carried = await seats.carried(tx, desk, account.id, grantor.how) if scopes & {READING, WRITING} else None
    more = {
        "client_id": str(known.client.id),
        "scope": scope,
        "sid": str(grantor.session_id),
        "amr": AMR[grantor.how],
    }
    held = carried.seats if carried else ()
    bearer = Bearer(account.id, "person", account.name, account.person_id, held, more)
    token = _signed(desk, bearer, scope)
    if refreshable:
        token["refresh_token"] = await store.next_refresh_token(
            tx, grantor.session_id, desk.policy.oauth.client_session
        )
    return token


def for_client(desk: Desk, known: Known, scope: str) -> dict[str, Any]:
    """A token with which a client speaks for itself, from a seat at its organisation."""
    client = known.client
    more = {"client_id": str(client.id), "scope": scope}
    return _signed(desk, Bearer(client.id, INTEGRATION, client.name, None, (known.seat,), more), scope)


def claims_of(account: AccountOut, scope: str) -> dict[str, Any]:
    """What userinfo and an ID token tell of someone, by the scope that was granted."""
    told: dict[str, Any] = {"sub": str(account.id)}
    if "profile" in scope.split():
        told |= {
            "name": account.name,
            "preferred_username": account.login,
            "roles": [role.model_dump(mode="json") for role in account.roles],
        }
    return told


def _signed(desk: Desk, bearer: Bearer, scope: str) -> dict[str, Any]:
    seconds = desk.policy.oauth.access_token_minutes * MINUTE
    return {
        "access_token": desk.installation.signer.sign(bearer, seconds),
        "token_type": "Bearer",
        "expires_in": seconds,
        "scope": scope,
    }
