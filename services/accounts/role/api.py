"""Staff accounts and roles over HTTP."""

from uuid import UUID

from services.accounts.installation import CurrentDesk
from services.accounts.role import errors, service, store
from services.accounts.role.schemas import GrantIn, StaffIn
from services.accounts.sign_in.errors import LoginTaken
from services.accounts.sign_in.schemas import AccountCreatedOut, AccountOut, ActivationOut
from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.http import Decided, decided, refusals, router

roles = router(prefix="/v1", tags=["roles"])


@roles.post("/staff", status_code=201, responses=refusals(errors.RoleDoesNotFit, LoginTaken))
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
    responses=refusals(errors.RoleDoesNotFit, errors.AccountNotFound),
)
async def grant(
    organisation_id: UUID, body: GrantIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[AccountOut]:
    """Give a role; the answer shows the account's roles in this organisation's subtree."""
    basis = await service.grant(tx, desk, actor, organisation_id, body.account_id, body.role)
    return decided(await store.described(tx, body.account_id, below=organisation_id), [basis])


@roles.delete(
    "/organisations/{organisation_id}/roles",
    responses=refusals(errors.RoleDoesNotFit, errors.LastManager, errors.RoleNotHeld),
)
async def revoke(
    organisation_id: UUID, body: GrantIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[AccountOut]:
    """Take a role away; the answer shows what is left in this organisation's subtree."""
    basis = await service.revoke(tx, desk, actor, organisation_id, body.account_id, body.role)
    return decided(await store.described(tx, body.account_id, below=organisation_id), [basis])


@roles.post("/accounts/{account_id}/activation", responses=refusals(errors.AccountNotFound))
async def reissue(account_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> Decided[ActivationOut]:
    """A new code for an account whose code expired or whose password is forgotten; the old code is void."""
    code, basis = await service.reissue_code(tx, desk, actor, account_id)
    return decided(ActivationOut.model_validate(code, from_attributes=True), [basis])
