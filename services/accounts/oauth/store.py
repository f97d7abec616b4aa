"""Clients, codes, consents and client sessions in the database. What expires, expires by the database's clock."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.authorization import OF_CLIENTS
from services.accounts.oauth.errors import ClientNotFound
from services.accounts.oauth.model import Client, Code
from services.accounts.oauth.policy import LivesFor
from services.accounts.oauth.states import ClientState
from services.accounts.organisation.lineage import line_of
from services.accounts.organisation.model import Organisation
from services.accounts.organisation.states import State as OrganisationState
from services.accounts.sign_in.model import RefreshToken, Session
from services.accounts.sign_in.store import end_sessions, void_codes
from services.kit.auth import Seat
from services.kit.ids import new_id

SECRET_BYTES = 32
BARE: dict[str, Any] = {"synchronize_session": False}


def new_secret() -> str:
    """A code, token, secret or cookie that cannot be guessed."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> bytes:
    """What is kept of one; it is random enough to need no key."""
    return hashlib.sha256(secret.encode()).digest()


@dataclass(frozen=True, slots=True)
class Known:
    """A client as the protocol meets it: with its organisation's name and lineage."""

    client: Client
    organisation_name: str
    seat: Seat
    former_is_good: bool

    def has_secret(self, secret: str) -> bool:
        """Whether a secret is the client's, or the former one in its time of grace; compared in constant time."""
        row, told = self.client, digest(secret)
        present = hmac.compare_digest(row.secret_digest or b"", told)
        former = hmac.compare_digest(row.former_secret_digest or b"", told)
        return present or (former and self.former_is_good)


async def known(tx: AsyncSession, client_id: str) -> Known | None:
    """An active client, of an organisation in use, by the id it tells; None for anything else."""
    try:
        key = UUID(client_id)
    except ValueError:
        return None
    line = line_of(Organisation, Organisation.lineage, "id", "kind", "level", "nature", "industry")
    good = func.coalesce(Client.former_secret_until > func.now(), False)
    query = select(Client, Organisation.name, line, good)
    query = query.join(Organisation, Organisation.id == Client.organisation_id)
    query = query.where(Client.state == ClientState.ACTIVE, Organisation.state == OrganisationState.ACTIVE)
    row = (await tx.execute(query.where(Client.id == key))).first()
    if row is None:
        return None
    client, name, lineage, former = row
    seat = {"role": OF_CLIENTS, "organisation_id": client.organisation_id, "lineage": lineage}
    return Known(client, name, Seat.model_validate(seat), former)


async def get(tx: AsyncSession, client_id: UUID) -> tuple[Client, str]:
    """A client in any state, locked, with its organisation's name.

    Raises:
        ClientNotFound: there is none.
    """
    query = select(Client, Organisation.name).join(Organisation, Organisation.id == Client.organisation_id)
    row = (await tx.execute(query.where(Client.id == client_id).with_for_update(of=Client))).first()
    if row is None:
        raise ClientNotFound
    return row[0], row[1]


def listed(within: Sequence[UUID], organisation_id: UUID | None) -> Select[Client]:
    """The clients of subtrees, and of an organisation's own."""
    query = select(Client).where(Client.lineage.overlap(within))
    return query.where(Client.organisation_id == organisation_id) if organisation_id else query


async def names_of(tx: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Names of organisations."""
    rows = await tx.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids)))
    return {row.id: row.name for row in rows}


async def set_secret(tx: AsyncSession, client: Client, grace_hours: int) -> str:
    """A new secret; the one until now stays good for a while."""
    secret = new_secret()
    values = {
        "former_secret_digest": Client.secret_digest,
        "former_secret_until": func.now() + timedelta(hours=grace_hours),
        "secret_digest": digest(secret),
        "version": Client.version + 1,
    }
    changed = update(Client).where(Client.id == client.id).values(**values).execution_options(**BARE)
    await tx.execute(changed)
    await tx.refresh(client)
    return secret


async def add_code(tx: AsyncSession, code: str, seconds: int, values: Mapping[str, Any]) -> None:
    """Keep a code's digest for `seconds`."""
    expires = func.clock_timestamp() + timedelta(seconds=seconds)
    await tx.execute(insert(Code).values(digest=digest(code), expires_at=expires, **values))


async def locked_code(tx: AsyncSession, code: str, client_id: UUID) -> tuple[Code, bool] | None:
    """A client's code, locked so that of many at once one is first, and whether it has expired."""
    expired = Code.expires_at <= func.clock_timestamp()
    query = select(Code, expired).where(Code.digest == digest(code), Code.client_id == client_id)
    row = (await tx.execute(query.with_for_update())).first()
    return (row[0], row[1]) if row else None


async def use_code(tx: AsyncSession, code: Code, session_id: UUID | None) -> None:
    """Use a code up, and remember what it gave."""
    used = update(Code).where(Code.digest == code.digest)
    await tx.execute(used.values(used_at=func.now(), session_id=session_id).execution_options(**BARE))


async def open_session(
    tx: AsyncSession, account_id: UUID, rule: LivesFor, client_id: UUID, scope: str, how: str
) -> UUID:
    """A client's session: a family of refresh tokens, listed and ended like any other of the account's."""
    session_id, longest = new_id(), func.now() + timedelta(days=rule.longest_days)
    values = {"account_id": account_id, "client_id": client_id, "scope": scope, "how": how}
    await tx.execute(insert(Session).values(id=session_id, longest_until=longest, **values))
    return session_id


async def next_refresh_token(tx: AsyncSession, session_id: UUID, rule: LivesFor) -> str:
    """A further refresh token of a session."""
    token, expires = new_secret(), func.now() + timedelta(hours=rule.idle_hours)
    values = {"digest": digest(token), "session_id": session_id, "expires_at": expires}
    await tx.execute(insert(RefreshToken).values(**values))
    return token


@dataclass(frozen=True, slots=True)
class Held:
    """A refresh token that is held out, with its session; `good` unless used, expired, or the session is over."""

    digest: bytes
    session: Session
    used: bool
    good: bool
    expires_at: datetime


async def locked_refresh_token(tx: AsyncSession, token: str) -> Held | None:
    """A client's refresh token, locked with its session so that of many at once one is first."""
    live = Session.ended_at.is_(None) & (Session.longest_until > func.now())
    good = RefreshToken.used_at.is_(None) & (RefreshToken.expires_at > func.now()) & live
    query = select(RefreshToken, Session, good).join(Session, Session.id == RefreshToken.session_id)
    query = query.where(RefreshToken.digest == digest(token), Session.client_id.is_not(None))
    row = (await tx.execute(query.with_for_update())).first()
    if row is None:
        return None
    kept, session, is_good = row
    return Held(kept.digest, session, kept.used_at is not None, is_good, kept.expires_at)


async def use_refresh_token(tx: AsyncSession, held: Held) -> None:
    """Use a refresh token up."""
    used = update(RefreshToken).where(RefreshToken.digest == held.digest)
    await tx.execute(used.values(used_at=func.now()).execution_options(**BARE))


async def live_session(tx: AsyncSession, session_id: UUID) -> Session | None:
    """A client's session that goes on."""
    live = Session.ended_at.is_(None) & (Session.longest_until > func.now())
    found: Session | None = await tx.scalar(select(Session).where(Session.id == session_id, live))
    return found


async def end(tx: AsyncSession, session_id: UUID, by: str) -> None:
    """End a client's session with all its tokens."""
    await end_sessions(tx, Session.id == session_id, by=by)


async def end_of_client(
    tx: AsyncSession, client_id: UUID, *, account_id: UUID | None = None, by: str
) -> None:
    """End a client's sessions, all or those of one account; what it might still exchange for another is void."""
    await void_codes(
        tx, Code.client_id == client_id, *([Code.account_id == account_id] if account_id else [])
    )
    which = Session.client_id == client_id
    await end_sessions(tx, which & (Session.account_id == account_id) if account_id else which, by=by)
