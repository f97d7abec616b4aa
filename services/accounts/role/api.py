"""Staff accounts and roles over HTTP."""

from uuid import UUID

from services.accounts.installation import CurrentDesk
from services.accounts.role import errors, offer, service, store
from services.accounts.role.schemas import GrantIn, OfferIn, OfferOut, Offers, StaffIn
from services.accounts.sign_in.errors import LoginTaken
from services.accounts.sign_in.schemas import AccountCreatedOut, AccountOut, ActivationOut
from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.http import OWN, Decided, decided, refusals, router

roles = router(prefix="/v1", tags=["roles"])
"""None is for clients: an account or a role that one made for itself would outlast the consent it was given."""


@roles.post(
    "/staff",
    status_code=201,
    responses=refusals(errors.RoleDoesNotFit, errors.NotForYourself, LoginTaken),
    openapi_extra=OWN,
)
async def create_staff(
    body: StaffIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[AccountCreatedOut]:
    """Create an account with roles for someone who works for an organisation."""
    account, code, basis = await service.create_staff(
        tx, desk, actor, body.organisation_id, login=body.login, name=body.name, roles=body.roles
    )
    described = await store.described(tx, account.id)
    activation = ActivationOut.model_validate(code, from_attributes=True)
    return decided(AccountCreatedOut(account=described, activation=activation), [basis])


@roles.post(
    "/organisations/{organisation_id}/roles",
    responses=refusals(errors.RoleDoesNotFit, errors.AccountNotFound, errors.NotForYourself),
    openapi_extra=OWN,
)
async def grant(
    organisation_id: UUID, body: GrantIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[AccountOut]:
    """Give a role; the answer shows the account's roles in this organisation's subtree."""
    basis = await service.grant(tx, desk, actor, organisation_id, body.account_id, body.role)
    return decided(await store.described(tx, body.account_id, below=organisation_id), [basis])


@roles.delete(
    "/organisations/{organisation_id}/roles",
    responses=refusals(errors.RoleDoesNotFit, errors.LastManager, errors.RoleNotHeld, errors.NotForYourself),
    openapi_extra=OWN,
)
async def revoke(
    organisation_id: UUID, body: GrantIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[AccountOut]:
    """Take a role away; the answer shows what is left in this organisation's subtree."""
    basis = await service.revoke(tx, desk, actor, organisation_id, body.account_id, body.role)
    return decided(await store.described(tx, body.account_id, below=organisation_id), [basis])


@roles.post(
    "/accounts/{account_id}/activation",
    responses=refusals(errors.AccountNotFound, errors.NotForYourself),
    openapi_extra=OWN,
)
async def reissue(account_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Decided[ActivationOut]:
    """A new code for an account whose code expired or whose password is forgotten; the old code is void."""
    code, basis = await service.reissue_code(tx, desk, actor, account_id)
    return decided(ActivationOut.model_validate(code, from_attributes=True), [basis])


@roles.post(
    "/organisations/{organisation_id}/role-offers",
    status_code=201,
    responses=refusals(
        errors.RoleDoesNotFit, errors.RoleNotOffered, errors.AccountNotFound, errors.NotForYourself
    ),
    openapi_extra=OWN,
)
async def make_offer(
    organisation_id: UUID, body: OfferIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[OfferOut]:
    """Offer a role to somebody of another organisation; it is held once he or she accepts."""
    made, basis = await offer.make(tx, desk, actor, organisation_id, body.login, body.role)
    return decided(OfferOut.model_validate(made, from_attributes=True), [basis])


@roles.get("/me/role-offers", openapi_extra=OWN)
async def offers(actor: CurrentActor, tx: Tx) -> Offers:
    """The roles that are offered to the caller."""
    found = await offer.of_account(tx, actor.id)
    return Offers(items=[OfferOut.model_validate(each, from_attributes=True) for each in found])


@roles.post("/me/role-offers/{offer_id}/accept", responses=refusals(errors.OfferNotFound), openapi_extra=OWN)
async def accept(offer_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Decided[AccountOut]:
    """Take a role that is offered; the next refresh brings it."""
    basis = await offer.answer(tx, desk, actor, offer_id, accept=True)
    return decided(await store.described(tx, actor.id), [basis])


@roles.post("/me/role-offers/{offer_id}/decline", responses=refusals(errors.OfferNotFound), openapi_extra=OWN)
async def decline(offer_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Decided[AccountOut]:
    """Leave a role that is offered."""
    basis = await offer.answer(tx, desk, actor, offer_id, accept=False)
    return decided(await store.described(tx, actor.id), [basis])
