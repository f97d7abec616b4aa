"""Organisations (机构): who stands below whom, who may create what (附件3), and creating them top-down."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, Known, Lookup, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, optional_id_of, terms
from services.accounts.contract import OrganisationKind, OrganisationLevel, OrganisationNature

if TYPE_CHECKING:
    from gateway.person import Person

terms("The six kinds of organisation (附件3 一).")(OrganisationKind)
terms("The level an organisation belongs to (层级).")(OrganisationLevel)
terms("What an organisation is by law (单位性质); special subordinations follow from it (附件3 三).")(
    OrganisationNature
)


@strawberry.type(description="One organisation on the way from the root down to another (隶属关系).")
class LineageStep(Known):
    """A step of a lineage."""

    named = "Organisation"

    name: str = described("Its name (机构名称).")
    kind: OrganisationKind = described("Its kind (机构类别).")
    level: OrganisationLevel = described("Its level (层级).")


@strawberry.type(description="An organisation of the platform (机构), created by its superior (附件3).")
class Organisation(Entity):
    """An organisation."""

    source = Lookup("accounts", "/v1/organisations/lookup")

    id: relay.NodeID[UUID]
    name: str = described("Full name (机构名称).")
    kind: OrganisationKind = described("Kind (机构类别, 附件3 一).")
    level: OrganisationLevel = described("Level (层级).")
    nature: OrganisationNature | None = described(
        "What it is by law (单位性质); null for departments of a unit."
    )
    industry: str | None = described("Industry of an authority (所属行业), as the policy names it.")
    region_code: str = described("Region (行政区划代码, GB/T 2260).")
    region_name: str | None = described("Name of the region (行政区划名称).")
    uscc: str | None = described("Unified social credit code (统一社会信用代码, GB 32100).")
    status: str = described("Whether it is in use (状态).")
    created_at: datetime = described("When it was created.")
    lineage: list[LineageStep] = described("From the root down to itself (隶属关系).")
    parent_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Its superior (上级机构); null for the root.")
    async def parent(self, info: Info) -> "Organisation | None":
        """The superior."""
        return await Organisation.find(info, self.parent_id)

    @strawberry.field(description="The organisations right below it (下级机构).")
    async def children(
        self, info: Info, first: First, after: After = None
    ) -> "Connection[Organisation] | None":
        """Its subordinates."""
        return await page(
            info.context.accounts, "/v1/organisations", Organisation.of, first, after, parent_id=self.id
        )

    @strawberry.field(description="The people it created accounts for (所属人员).")
    async def people(
        self, info: Info, first: First, after: After = None
    ) -> Connection[Annotated["Person", strawberry.lazy("gateway.person")]] | None:
        """Its people."""
        from gateway.person import Person

        return await page(
            info.context.accounts, "/v1/people", Person.of, first, after, organisation_id=self.id
        )


@strawberry.type(description="The first sign-in of a new account (账号激活); shown once, to hand over.")
class Activation(Told):
    """What a new account is activated with."""

    login: str = described("Login name (登录名).")
    code: str = described("Code to be given with the first password (激活码).")
    expires_at: datetime = described("Until when it can be used.")


@strawberry.type(description="A kind of organisation that may create another.")
class Creator(Told):
    """Who may create what was asked about."""

    kind: OrganisationKind = described("Its kind.")
    level: OrganisationLevel | None = described("Its level.")
    industry: str | None = described("Its industry, for authorities.")
    region_code: str | None = described("Its region (行政区划代码).")
    region_name: str | None = described("Name of its region (行政区划名称).")
    summary: str = described("Who that is, in words.")


@strawberry.type(description="Why a creation would be refused, in the words it would be refused with.")
class CreationRefusal(Told):
    """A refusal told beforehand."""

    code: str = described("Its stable name.")
    message: str = described("Why.")
    field: str | None = described("The input field concerned.")


@strawberry.type(description="Who may create an organisation, told before anyone tries (附件3).")
class CreationExplained(Told):
    """What the rules say."""

    allowed: bool = described("Whether the creator asked about may.")
    refusal: CreationRefusal | None = described("Why the creator asked about may not.")
    who_may: list[Creator] = listed("Who may.")
    basis: list[Basis] = listed("The articles that say so.")


@strawberry.input(description="The first manager of a new organisation (机构管理员).")
class ManagerInput:
    """The manager."""

    name: str = described("Name (姓名).")
    login: str = described("Login name (登录名).")


@strawberry.input(description="An organisation to be created below one that the caller manages.")
class CreateOrganisationInput(Act):
    """Create an organisation."""

    name: str = described("Full name (机构名称).")
    kind: OrganisationKind = described("Kind (机构类别).")
    level: OrganisationLevel = described("Level (层级).")
    nature: OrganisationNature | None = optional("What it is by law (单位性质).")
    industry: str | None = optional("Industry of an authority (所属行业).")
    region_code: str = described("Region (行政区划代码).")
    uscc: str | None = optional("Unified social credit code (统一社会信用代码).")
    creator_id: strawberry.ID = id_of(
        "Organisation", "The organisation on whose behalf it is created (创建机构)."
    )
    manager: ManagerInput = described("Its first manager.")


@strawberry.input(description="An organisation that somebody thinks of creating.")
class ExplainCreationInput:
    """Ask who may create."""

    name: str | None = optional("Full name (机构名称).")
    kind: OrganisationKind = described("Kind (机构类别).")
    level: OrganisationLevel = described("Level (层级).")
    nature: OrganisationNature | None = optional("What it is by law (单位性质).")
    industry: str | None = optional("Industry of an authority (所属行业).")
    region_code: str = described("Region (行政区划代码).")

    creator_id: strawberry.ID | None = optional_id_of("Organisation", "Whether this one may.")


@strawberry.type(description="What came of creating an organisation.")
class CreateOrganisationPayload(Payload):
    """The new organisation."""

    organisation: Organisation | None = optional("The new organisation.")
    activation: Activation | None = optional("How its manager signs in first.")


@strawberry.type
class OrganisationQuery:
    """Organisations."""

    @strawberry.field(description="An organisation by its id.")
    async def organisation(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Organisation | None:
        """One organisation."""
        return await Organisation.at(info, id)

    @strawberry.field(description="The organisations of the caller's subtree, in order of creation.")
    async def organisations(
        self,
        info: Info,
        first: First,
        after: After = None,
        parent_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Right below this one.")
        ] = None,
        kind: Annotated[OrganisationKind | None, strawberry.argument(description="Of this kind.")] = None,
        q: Annotated[str | None, strawberry.argument(description="Part of the name.")] = None,
    ) -> Connection[Organisation] | None:
        """Many organisations."""
        below = uuid_of(parent_id, "Organisation", field="parent_id") if parent_id else None
        return await page(
            info.context.accounts,
            "/v1/organisations",
            Organisation.of,
            first,
            after,
            parent_id=below,
            kind=kind and kind.name,
            q=q,
        )

    @strawberry.field(description="Who may create such an organisation, and on which article (附件3).")
    async def explain_creation(
        self, info: Info, input: Annotated[ExplainCreationInput, strawberry.argument(description="What.")]
    ) -> CreationExplained | None:
        """Ask before acting."""
        return CreationExplained.of(
            await info.context.accounts.ask("/v1/organisations/explain-creation", body_of(input))
        )


@strawberry.type
class OrganisationMutation:
    """Acts on organisations."""

    @mutation("Create an organisation below one that the caller manages (附件3).")
    async def create_organisation(
        self, info: Info, input: CreateOrganisationInput
    ) -> CreateOrganisationPayload | None:
        """Create it, with its first manager."""
        done = await info.context.accounts.write("POST", "/v1/organisations", body_of(input))
        return CreateOrganisationPayload(
            organisation=Organisation.of(done.record["organisation"]),
            activation=Activation.perhaps(done.record.get("activation")),
            basis=Basis.each(done.basis),
        )
