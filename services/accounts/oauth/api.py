"""Clients and consents over HTTP. No third party's token reaches these."""

from uuid import UUID

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.installation import CurrentDesk
from services.accounts.oauth import consents, errors, service, store
from services.accounts.oauth.model import Client
from services.accounts.oauth.schemas import ClientIn, ClientOut, ClientWithSecretOut, ConsentOut, VersionIn
from services.accounts.oauth.states import ClientAction
from services.kit import audit
from services.kit.auth import CurrentActor, RoleMissing
from services.kit.db import Tx
from services.kit.http import OWN, Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, StaleVersion

clients = router(prefix="/v1/oauth", tags=["third parties"], idempotent=False)
"""A remembered answer would hold a secret."""


@clients.post(
    "/clients",
    status_code=201,
    openapi_extra=OWN,
    responses=refusals(RoleMissing, errors.RedirectUnfit, errors.ClientUnfit),
)
async def register(
    body: ClientIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[ClientWithSecretOut]:
    """Register a client for an organisation; its secret is shown this once."""
    client, secret = await service.register(tx, desk, actor, body)
    name = (await store.names_of(tx, [client.organisation_id]))[client.organisation_id]
    record = ClientWithSecretOut(client=service.shown(desk, client, name, actor), client_secret=secret)
    return decided(record, [service.basis_of(desk)])


@clients.get("/clients", openapi_extra=OWN, responses=refusals())
async def list_clients(
    actor: CurrentActor,
    desk: CurrentDesk,
    tx: Tx,
    organisation_id: UUID | None = None,
    first: First = 50,
    after: After = None,
) -> Page[ClientOut]:
    """The clients that the caller manages, newest first."""
    within = authorization.scope(Act.MANAGE_CLIENTS, service.in_charge(desk, actor)) or []
    rows, cursor = await page(tx, store.listed(within, organisation_id), Client.id, first, after)
    names = await store.names_of(tx, [row.organisation_id for row in rows])
    items = [service.shown(desk, row, names[row.organisation_id], actor) for row in rows]
    return Page(items=items, next_cursor=cursor)


@clients.get("/clients/{client_id}", openapi_extra=OWN, responses=refusals(errors.ClientNotFound))
async def read(client_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> ClientOut:
    """A client that the caller manages."""
    client, name = await service.managed(tx, desk, actor, client_id)
    return service.shown(desk, client, name, actor)


@clients.post(
    "/clients/{client_id}/actions/{action}",
    openapi_extra=OWN,
    responses=refusals(errors.ClientNotFound, ActionNotAvailable, StaleVersion),
)
async def act(
    client_id: UUID,
    action: ClientAction,
    body: VersionIn,
    actor: CurrentActor,
    desk: CurrentDesk,
    tx: Tx,
) -> Decided[ClientOut]:
    """Disable a client, ending all it was given, or enable it again."""
    client, name = await service.move(tx, desk, actor, client_id, action, body.version)
    return decided(service.shown(desk, client, name, actor), [service.basis_of(desk)])


@clients.post(
    "/clients/{client_id}/secret",
    openapi_extra=OWN,
    responses=refusals(errors.ClientNotFound, errors.HasNoSecret),
)
async def rotate_secret(
    client_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[ClientWithSecretOut]:
    """Give a client a new secret, shown this once; the old one stays good for a while."""
    client, name, secret = await service.rotate_secret(tx, desk, actor, client_id)
    record = ClientWithSecretOut(client=service.shown(desk, client, name, actor), client_secret=secret)
    return decided(record, [service.basis_of(desk)])


@clients.get("/consents", openapi_extra=OWN, responses=refusals())
async def list_consents(actor: CurrentActor, tx: Tx) -> Page[ConsentOut]:
    """What the caller has let clients do."""
    return Page(items=await consents.of_account(tx, actor.id))


@clients.delete("/consents/{client_id}", openapi_extra=OWN, responses=refusals(errors.ConsentNotFound))
async def take_back(client_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Decided[None]:
    """Take back what the caller has let a client do; its tokens are refreshed no more."""
    await consents.take_back(tx, actor.id, client_id)
    basis = service.basis_of(desk)
    subject = f"oauth_client/{client_id}"
    action = "oauth_consent.TAKE_BACK"
    await audit.record(tx, actor=actor, action=action, subject=subject, moment=desk.moment, basis=(basis,))
    return decided(None, [basis])
