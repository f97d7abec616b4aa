"""Clients: registered for an organisation by those whom the policy names, disabled, given a new secret; with audit."""

from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import OAuthClientMoved
from services.accounts.installation import Desk
from services.accounts.oauth import redirects, rules, store
from services.accounts.oauth.errors import ClientNotFound, HasNoSecret, RedirectUnfit
from services.accounts.oauth.model import Client
from services.accounts.oauth.schemas import ClientIn, ClientOut
from services.accounts.oauth.states import ClientAction, ClientKind, ClientState
from services.accounts.oauth.steps import STEPS
from services.accounts.organisation import store as organisations
from services.kit import audit, transition
from services.kit.auth import Actor
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import available_actions, decide


def in_charge(desk: Desk, actor: Actor) -> Actor:
    """The caller with only those seats that the policy lets register clients, held in person.

    Who acts for a manager has no client made: its secret would outlast the delegation.
    """
    return authorization.only_of(actor, desk.policy.oauth.registered_by)


def basis_of(desk: Desk) -> Basis:
    """The article that third parties rest on."""
    return desk.policy.articles[desk.policy.oauth.article]


async def register(tx: AsyncSession, desk: Desk, actor: Actor, told: ClientIn) -> tuple[Client, str | None]:
    """A new client and its secret, which only a confidential one has.

    Raises:
        RoleMissing: the caller registers no clients for that organisation, or there is none.
        RedirectUnfit: codes cannot be sent to one of the addresses.
        ClientUnfit: kind, grants, scopes and redirect URIs do not go together; the findings name all reasons.
    """
    lineage = await organisations.lineage_of(tx, told.organisation_id)
    basis = basis_of(desk)
    authorization.require(Act.MANAGE_CLIENTS, in_charge(desk, actor), lineage, basis)
    public = told.kind is ClientKind.PUBLIC
    for uri in told.redirect_uris:
        if not redirects.may_be_registered(uri, public=public):
            raise RedirectUnfit(uri=uri, field="redirect_uris", basis=(basis,))
    rules.refuse_unfit(desk.policy.oauth, told.kind, told.grants, told.scopes, told.redirect_uris, basis)
    secret = None if public else store.new_secret()
    client = _row(desk, told, lineage, secret)
    tx.add(client)
    await tx.flush()
    await tx.refresh(client)
    await transition.begin(
        tx,
        _table(),
        subject_id=client.id,
        state=client.state,
        actor=actor,
        moment=desk.moment,
        organisation_id=client.organisation_id,
        basis=(basis,),
    )
    return client, secret


def _row(desk: Desk, told: ClientIn, lineage: list[UUID], secret: str | None) -> Client:
    return Client(
        id=new_id(),
        province=desk.installation.province,
        name=told.name,
        organisation_id=told.organisation_id,
        kind=told.kind,
        redirect_uris=list(dict.fromkeys(told.redirect_uris)),
        scopes=list(dict.fromkeys(told.scopes)),
        grants=list(dict.fromkeys(told.grants)),
        state=ClientState.ACTIVE,
        secret_digest=store.digest(secret) if secret else None,
        lineage=lineage,
    )


async def move(
    tx: AsyncSession, desk: Desk, actor: Actor, client_id: UUID, action: ClientAction, version: int | None
) -> tuple[Client, str]:
    """Disable a client, with every session it was given, or enable it again.

    Raises:
        ClientNotFound: there is none, or none of the caller's.
        ActionNotAvailable: it is in that state already.
        StaleVersion: the caller has read another version.
    """
    client, name = await managed(tx, desk, actor, client_id)
    decided = decide(
        STEPS, client.as_case(), action, in_charge(desk, actor), desk.policy.articles, version=version
    )
    event = OAuthClientMoved(
        client_id=client.id, organisation_id=client.organisation_id, name=client.name, state=decided.after
    )
    await transition.take(tx, _table(), decided, actor=actor, moment=desk.moment, event=event)
    if action is ClientAction.DISABLE:
        await store.end_of_client(tx, client.id, by="CLIENT_DISABLED")
    await tx.refresh(client)
    return client, name


async def rotate_secret(
    tx: AsyncSession, desk: Desk, actor: Actor, client_id: UUID
) -> tuple[Client, str, str]:
    """A new secret; the one until now stays good for the hours of the policy.

    Raises:
        ClientNotFound: there is none, or none of the caller's.
        HasNoSecret: the client is public.
    """
    client, name = await managed(tx, desk, actor, client_id)
    if client.kind == ClientKind.PUBLIC:
        raise HasNoSecret
    secret = await store.set_secret(tx, client, desk.policy.oauth.former_secret_hours)
    await audit.record(
        tx,
        actor=actor,
        action="oauth_client.ROTATE_SECRET",
        subject=f"oauth_client/{client.id}",
        moment=desk.moment,
        organisation_id=client.organisation_id,
        basis=(basis_of(desk),),
    )
    return client, name, secret


async def managed(tx: AsyncSession, desk: Desk, actor: Actor, client_id: UUID) -> tuple[Client, str]:
    """A client the caller manages, locked.

    Raises:
        ClientNotFound: there is none, or none of the caller's.
    """
    client, name = await store.get(tx, client_id)
    if authorization.seat_for(Act.MANAGE_CLIENTS, in_charge(desk, actor), client.lineage) is None:
        raise ClientNotFound
    return client, name


def shown(desk: Desk, client: Client, organisation_name: str, actor: Actor) -> ClientOut:
    """A client as it is answered."""
    fields = {name: getattr(client, name) for name in ClientOut.model_fields if hasattr(client, name)}
    more = {
        "client_id": client.id,
        "organisation_name": organisation_name,
        "available_actions": available_actions(STEPS, client.as_case(), in_charge(desk, actor)),
    }
    return ClientOut.model_validate(fields | more)


def _table() -> Table:
    table = Client.__table__
    assert isinstance(table, Table)
    return table
