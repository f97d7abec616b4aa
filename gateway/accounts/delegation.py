"""Handing a role to a colleague for a leave (请假委托), and roles offered to people of other organisations (邀请担任)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry

from gateway.accounts.account import Account
from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, First, Known, page
from gateway.told import body_of
from gateway.words import described, id_of, optional, terms
from services.accounts.contract import DelegationState, Role

terms("Where a delegation stands (委托状态).")(DelegationState)


@strawberry.type(description="A role that a colleague exercises from one day to another (角色委托).")
class RoleDelegation(Known):
    """A delegation."""

    role: Role = described("The role (角色).")
    organisation_id: strawberry.Private[UUID]
    delegator_name: str = described("Who handed it over (委托人).")
    delegate_name: str = described("Who exercises it (受托人).")
    begins_on: date = described("Its first day.")
    ends_on: date = described("Its last day.")
    reason: str = described("Why (事由).")
    state: DelegationState = described("Where it stands.")
    running: bool = described("Whether it counts today.")
    version: int = described("How often it has changed.")

    @strawberry.field(description="Where the role is held.")
    def organisation(self, info: Info) -> Organisation | None:
        """The organisation."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.type(description="Somebody of the same organisation to whom a role may be handed (同事).")
class Colleague(Known):
    """A colleague."""

    named = "Account"

    name: str = described("Name (姓名).")


@strawberry.type(description="A role that an organisation offers to somebody of another (邀请).")
class RoleOffer(Known):
    """An offer."""

    role: Role = described("The role (角色).")
    organisation_name: str = described("Who offers it.")
    offered_at: datetime = described("When.")


@strawberry.input(description="A role of the caller's, for a colleague of the same organisation.")
class DelegateRoleInput(Act):
    """Hand it over."""

    organisation_id: strawberry.ID = id_of("Organisation", "Where it is held.")
    role: Role = described("The role (角色).")
    delegate_id: strawberry.ID = id_of("Account", "The colleague's account (受托人).")
    begins_on: date = described("The first day.")
    ends_on: date = described("The last day.")
    reason: str = described("Why (事由).")


@strawberry.input(description="A delegation to be ended before its last day.")
class EndDelegationInput(Act):
    """Take it back."""

    id: strawberry.ID = id_of("RoleDelegation", "The delegation.")
    note: str | None = optional("Why.")
    version: int | None = optional("The version that was read.")


@strawberry.input(description="A role for somebody of another organisation.")
class OfferRoleInput(Act):
    """Offer it."""

    organisation_id: strawberry.ID = id_of("Organisation", "Where it would be held.")
    login: str = described("The sign-in name that he or she told.")
    role: Role = described("The role (角色).")


@strawberry.input(description="Yes or no to a role that is offered.")
class AnswerRoleOfferInput(Act):
    """Answer."""

    id: strawberry.ID = id_of("RoleOffer", "The offer.")
    accept: bool = described("Whether it is taken.")


@strawberry.type(description="What came of an act on a delegation.")
class DelegationPayload(Payload):
    """The delegation."""

    delegation: RoleDelegation | None = optional("The delegation as it is now.")


@strawberry.type(description="What came of offering a role.")
class OfferRolePayload(Payload):
    """The offer."""

    offer: RoleOffer | None = optional("The offer; it waits for an answer.")


@strawberry.type(description="What came of answering an offer.")
class AnswerRoleOfferPayload(Payload):
    """The account."""

    account: Account | None = optional("The caller's account as it is now.")


@strawberry.type
class DelegationQuery:
    """Delegations and offers."""

    @strawberry.field(
        description="The delegations that concern the caller, or organisations the caller manages; newest first."
    )
    async def role_delegations(
        self, info: Info, first: First, after: After = None
    ) -> Connection[RoleDelegation] | None:
        """Many delegations."""
        return await page(info.context.accounts, "/v1/delegations", RoleDelegation.of, first, after)

    @strawberry.field(
        description="Those to whom the caller may hand a role held at an organisation: the ids for `delegateRole`, newest first."
    )
    async def colleagues(
        self,
        info: Info,
        organisation_id: Annotated[
            strawberry.ID, strawberry.argument(description="Where the caller holds a role.")
        ],
        first: First,
        after: After = None,
        q: Annotated[str | None, strawberry.argument(description="Part of the name (姓名).")] = None,
    ) -> Connection[Colleague] | None:
        """Many colleagues."""
        where = uuid_of(organisation_id, "Organisation", field="organisation_id")
        path = f"/v1/organisations/{where}/colleagues"
        return await page(info.context.accounts, path, Colleague.of, first, after, q=q)

    @strawberry.field(description="The roles that are offered to the caller.")
    async def role_offers(self, info: Info) -> list[RoleOffer] | None:
        """What waits for an answer."""
        return RoleOffer.each((await info.context.accounts.get("/v1/me/role-offers"))["items"])


@strawberry.type
class DelegationMutation:
    """Acts on delegations and offers."""

    @mutation("Hand a role of one's own to a colleague for a period; what is done with it shows both names.")
    async def delegate_role(self, info: Info, input: DelegateRoleInput) -> DelegationPayload | None:
        """Hand it over."""
        done = await info.context.accounts.write("POST", "/v1/delegations", body_of(input))
        return DelegationPayload(delegation=RoleDelegation.of(done.record), basis=Basis.each(done.basis))

    @mutation("End a delegation early: its delegator, its delegate, or a manager.")
    async def end_delegation(self, info: Info, input: EndDelegationInput) -> DelegationPayload | None:
        """Take it back."""
        which = uuid_of(input.id, "RoleDelegation")
        path = f"/v1/delegations/{which}/actions/END"
        done = await info.context.accounts.write("POST", path, body_of(input, "id"))
        return DelegationPayload(delegation=RoleDelegation.of(done.record), basis=Basis.each(done.basis))

    @mutation("Offer a role to somebody of another organisation; it is held once he or she agrees.")
    async def offer_role(self, info: Info, input: OfferRoleInput) -> OfferRolePayload | None:
        """Offer it."""
        where = uuid_of(input.organisation_id, "Organisation", field="organisation_id")
        path = f"/v1/organisations/{where}/role-offers"
        done = await info.context.accounts.write("POST", path, body_of(input, "organisation_id"))
        return OfferRolePayload(offer=RoleOffer.of(done.record), basis=Basis.each(done.basis))

    @mutation("Take a role that is offered, or leave it.")
    async def answer_role_offer(
        self, info: Info, input: AnswerRoleOfferInput
    ) -> AnswerRoleOfferPayload | None:
        """Answer."""
        word = "accept" if input.accept else "decline"
        path = f"/v1/me/role-offers/{uuid_of(input.id, 'RoleOffer')}/{word}"
        done = await info.context.accounts.write("POST", path)
        return AnswerRoleOfferPayload(account=Account.of(done.record), basis=Basis.each(done.basis))
