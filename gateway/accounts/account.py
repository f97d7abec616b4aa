"""Accounts (账号) and the roles they hold at organisations, as far as the caller may see them."""

from datetime import datetime
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Activation, Organisation
from gateway.accounts.person import Person
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import Entity, Lookup, completed
from gateway.told import Told, body_of
from gateway.words import described, hidden, id_of, optional
from services.accounts.contract import Role


@strawberry.type(description="A role held at an organisation (任职).")
class Seat(Told):
    """A seat."""

    role: Role = described("The role (角色).")
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(description="Where it is held.")
    def organisation(self, info: Info) -> Organisation | None:
        """The organisation."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.type(
    description="What somebody signs in with (账号). What the caller may not see of it is null: see `Organisation.accounts`."
)
class Account(Entity):
    """An account."""

    source = Lookup("accounts", "/v1/accounts/lookup")

    id: relay.NodeID[UUID]
    login: str | None = completed("Login name (登录名).")
    name: str | None = completed(
        "Name (姓名); null while somebody of another organisation has not answered an offer."
    )
    seats: list[Seat] | None = completed(
        "The roles it holds, each at an organisation (任职): of the caller's own account all; in a list those there; "
        "else those at organisations whose accounts the caller manages, or below them.",
        told_as="roles",
    )
    offers: list[Seat] | None = completed("The roles it is offered and has not answered, likewise (邀请).")
    activated: bool | None = completed("Whether a password was ever set (是否已激活).")
    has_second_factor: bool | None = completed("Whether a second factor is set (是否绑定第二重验证).")
    locked_until: datetime | None = completed(
        "After wrong tries: until when further ones are not looked at (登录锁定至)."
    )
    person_id: strawberry.Private[UUID | None]
    home_id: strawberry.Private[UUID | None] = hidden("organisation_id")

    @property
    def from_list(self) -> bool:
        """What came of an act, and what a person tells, leave out how an account stands."""
        return self.offers is None

    @strawberry.field(description="The person behind it; null for accounts of staff only.")
    def person(self, info: Info) -> Person | None:
        """The person."""
        return Person.edge(info, self.person_id)

    @strawberry.field(description="The organisation that it belongs to (所属机构).")
    async def organisation(self, info: Info) -> Organisation | None:
        """Where it belongs."""
        whole = await Account.find(info, self.id) if self.from_list else self
        return await Organisation.find(info, whole.home_id) if whole else None


@strawberry.input(description="A member of staff of the caller's organisation.")
class CreateStaffAccountInput(Act):
    """Create an account for staff."""

    organisation_id: strawberry.ID = id_of("Organisation", "Where the roles are held.")
    name: str = described("Name (姓名).")
    login: str = described("Login name (登录名).")
    roles: list[Role] = described("The roles (角色).")


@strawberry.input(description="A role for an account, at an organisation that the caller manages.")
class GrantRoleInput(Act):
    """Grant a role."""

    organisation_id: strawberry.ID = id_of("Organisation", "Where it is held.")
    account_id: strawberry.ID = id_of("Account", "Whose.")
    role: Role = described("The role (角色).")


@strawberry.input(description="A role taken from an account, at an organisation that the caller manages.")
class RevokeRoleInput(GrantRoleInput):
    """Take a role back."""


@strawberry.type(description="What came of making an account for staff.")
class CreateStaffAccountPayload(Payload):
    """The new account."""

    account: Account | None = optional("The new account.")
    activation: Activation | None = optional("How its owner signs in first.")


@strawberry.type(description="What came of an act on an account.")
class AccountPayload(Payload):
    """The account."""

    account: Account | None = optional("The account as it is now.")


@strawberry.input(description="An account whose code expired, or whose password is forgotten.")
class ReissueActivationInput(Act):
    """Ask for a new code."""

    account_id: strawberry.ID = id_of("Account", "Whose.")


@strawberry.type(description="What came of asking for a new code.")
class ReissueActivationPayload(Payload):
    """The code."""

    activation: Activation | None = optional("The new code; the old one is void.")


@strawberry.type
class AccountMutation:
    """Acts on accounts."""

    @mutation("Make an account for a member of staff of an organisation that the caller manages.")
    async def create_staff_account(
        self, info: Info, input: CreateStaffAccountInput
    ) -> CreateStaffAccountPayload | None:
        """Create it with its roles."""
        done = await info.context.accounts.write("POST", "/v1/staff", body_of(input))
        return CreateStaffAccountPayload(
            account=Account.of(done.record["account"]),
            activation=Activation.perhaps(done.record.get("activation")),
            basis=Basis.each(done.basis),
        )

    @mutation("Give an account a role at an organisation that the caller manages.")
    async def grant_role(self, info: Info, input: GrantRoleInput) -> AccountPayload | None:
        """Grant it."""
        return await _change_role(info, "POST", input)

    @mutation("Take a role at an organisation that the caller manages from an account.")
    async def revoke_role(self, info: Info, input: RevokeRoleInput) -> AccountPayload | None:
        """Revoke it."""
        return await _change_role(info, "DELETE", input)

    @mutation("Get a new code for an account of the caller's organisation; the old code is void.")
    async def reissue_activation(
        self, info: Info, input: ReissueActivationInput
    ) -> ReissueActivationPayload | None:
        """Get it."""
        account = uuid_of(input.account_id, "Account", field="account_id")
        done = await info.context.accounts.write("POST", f"/v1/accounts/{account}/activation")
        return ReissueActivationPayload(activation=Activation.of(done.record), basis=Basis.each(done.basis))


async def _change_role(info: Info, method: str, given: GrantRoleInput) -> AccountPayload:
    where = uuid_of(given.organisation_id, "Organisation", field="organisation_id")
    done = await info.context.accounts.write(
        method, f"/v1/organisations/{where}/roles", body_of(given, "organisation_id")
    )
    return AccountPayload(account=Account.of(done.record), basis=Basis.each(done.basis))
