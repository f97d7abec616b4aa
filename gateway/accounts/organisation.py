"""Organisations (机构): who stands below whom, who may create what (附件3), and creating them top-down."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation_whole import FormerName, OrganisationContact, PersonInCharge, whole_of
from gateway.accounts.organisation_words import OrganisationAction, OrganisationStatus
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.kept.lookups import KeptLookup
from gateway.projection import asked_of_items
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, Known, Lookup, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, optional
from services.accounts.contract import OrganisationKind, OrganisationLevel, OrganisationNature, Role

if TYPE_CHECKING:
    from gateway.accounts.account import Account
    from gateway.accounts.person import Person
    from gateway.history import HistoryEntry

RolesAsked: TypeAlias = Annotated[
    list[Role] | None,
    strawberry.argument(description="Only who holds, or is offered, one of these there; at most ten."),
]
NameAsked: TypeAlias = Annotated[str | None, strawberry.argument(description="Part of the name (姓名).")]


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

    source = KeptLookup(Lookup("accounts", "/v1/organisations/lookup"), "organisation")

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
    status: OrganisationStatus = described("Whether it is in use (状态).")
    created_at: datetime = described("When it was created.")
    lineage: list[LineageStep] = described("From the root down to itself (隶属关系).")
    parent_id: strawberry.Private[UUID | None]
    successor_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Its superior (上级机构); null for the root.")
    def parent(self, info: Info) -> "Organisation | None":
        """The superior."""
        return Organisation.edge(info, self.parent_id)

    @strawberry.field(description="The organisations right below it (下级机构).")
    async def children(
        self, info: Info, first: First, after: After = None
    ) -> "Connection[Organisation] | None":
        """Its subordinates."""
        return await page(
            info.context.accounts, "/v1/organisations", Organisation.of, first, after, parent_id=self.id
        )

    @strawberry.field(description="The organisations above it, from the root down (上级机构).")
    async def ancestors(self, info: Info) -> "list[Organisation] | None":
        """Those above it."""
        return await Organisation.find_each(info, [step.uuid for step in self.lineage[:-1]])

    @strawberry.field(description="Itself and all organisations below it (全部下级机构), newest first.")
    async def subtree(
        self, info: Info, first: First, after: After = None
    ) -> "Connection[Organisation] | None":
        """All below it."""
        return await page(
            info.context.accounts, "/v1/organisations", Organisation.of, first, after, below=self.id
        )

    @strawberry.field(description="Where it went, if it was merged (并入的机构).")
    def successor(self, info: Info) -> "Organisation | None":
        """The organisation it went into."""
        return Organisation.edge(info, self.successor_id)

    @strawberry.field(description="How it is reached (联系方式); null beside the caller's own line.")
    async def contact(self, info: Info) -> OrganisationContact | None:
        """Its contact."""
        whole = await whole_of(info, self.id)
        return whole.contact if whole else None

    @strawberry.field(description="Who is in charge there (专人负责).")
    async def person_in_charge(self, info: Info) -> PersonInCharge | None:
        """The person in charge."""
        whole = await whole_of(info, self.id)
        return whole.person_in_charge if whole else None

    @strawberry.field(description="The names it had (曾用名), newest first.")
    async def former_names(self, info: Info) -> list[FormerName] | None:
        """Its former names."""
        whole = await whole_of(info, self.id)
        return whole.former_names if whole else None

    @strawberry.field(description="What the caller may do with it now (可进行的操作).")
    async def available_actions(self, info: Info) -> list[OrganisationAction] | None:
        """What the caller may do."""
        whole = await whole_of(info, self.id)
        return whole.available_actions if whole else None

    @strawberry.field(
        description="Every step of its life (办理记录), for those who work on cases there or above."
    )
    async def history(
        self, info: Info
    ) -> list[Annotated["HistoryEntry", strawberry.lazy("gateway.history")]] | None:
        """Its history."""
        from gateway.history import HistoryEntry

        told = await info.context.accounts.get(f"/v1/organisations/{self.id}/history")
        return HistoryEntry.each(told["items"])

    @strawberry.field(
        description="Who has an account there (账号): whoever belongs to it, or holds or is offered a role there; newest first. "
        "For its managers and those above. Of somebody who belongs elsewhere they see the role, and the name once it is accepted."
    )
    async def accounts(
        self,
        info: Info,
        first: First,
        after: After = None,
        roles: RolesAsked = None,
        q: NameAsked = None,
    ) -> Connection[Annotated["Account", strawberry.lazy("gateway.accounts.account")]] | None:
        """Its accounts."""
        from gateway.accounts.account import Account

        path, asked = f"/v1/organisations/{self.id}/accounts", [each.name for each in roles or ()]
        return await page(info.context.accounts, path, Account.of, first, after, role=asked or None, q=q)

    @strawberry.field(description="The people it created accounts for (所属人员).")
    async def people(
        self, info: Info, first: First, after: After = None
    ) -> Connection[Annotated["Person", strawberry.lazy("gateway.accounts.person")]] | None:
        """Its people."""
        from gateway.accounts.person import SEALED, Person

        fields = asked_of_items(info, SEALED)
        return await page(
            info.context.accounts,
            "/v1/people",
            Person.of,
            first,
            after,
            organisation_id=self.id,
            fields=fields,
        )


@strawberry.type(description="The first sign-in of a new account (账号激活); shown once, to hand over.")
class Activation(Told):
    """What a new account is activated with."""

    login: str = described("Login name (登录名).")
    code: str = described("Code to be given with the first password (激活码).")
    expires_at: datetime = described("Until when it can be used.")


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


@strawberry.type(description="What came of creating an organisation.")
class CreateOrganisationPayload(Payload):
    """The new organisation."""

    organisation: Organisation | None = optional("The new organisation.")
    activation: Activation | None = optional("How its manager signs in first; no client is told.")


ParentAsked: TypeAlias = Annotated[
    strawberry.ID | None, strawberry.argument(description="Right below this one.")
]
TopAsked: TypeAlias = Annotated[
    strawberry.ID | None, strawberry.argument(description="In the subtree of this one.")
]
KindAsked: TypeAlias = Annotated[OrganisationKind | None, strawberry.argument(description="Of this kind.")]
NatureAsked: TypeAlias = Annotated[
    OrganisationNature | None, strawberry.argument(description="Of this nature.")
]
RegionAsked: TypeAlias = Annotated[
    str | None, strawberry.argument(description="In this division or one that lies in it.")
]
StatusAsked: TypeAlias = Annotated[
    OrganisationStatus | None, strawberry.argument(description="Where it stands; any where it is left out.")
]
Searched: TypeAlias = Annotated[
    str | None,
    strawberry.argument(
        description="Part of a present or former name, a slip forgiven, or a code's beginning; best match first."
    ),
]


@strawberry.type
class OrganisationQuery:
    """Organisations."""

    @strawberry.field(description="An organisation by its id.")
    async def organisation(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Organisation | None:
        """One organisation."""
        return await Organisation.at(info, id)

    @strawberry.field(
        description="The organisations of the caller's subtree, newest first; a search tells the best match first."
    )
    async def organisations(  # noqa: PLR0913 - what a list is narrowed to, each by its own name
        self,
        info: Info,
        first: First,
        after: After = None,
        parent_id: ParentAsked = None,
        kind: KindAsked = None,
        q: Searched = None,
        below: TopAsked = None,
        nature: NatureAsked = None,
        region_code: RegionAsked = None,
        status: StatusAsked = None,
    ) -> Connection[Organisation] | None:
        """Many organisations."""
        asked = {
            "parent_id": uuid_of(parent_id, "Organisation", field="parent_id") if parent_id else None,
            "below": uuid_of(below, "Organisation", field="below") if below else None,
            "kind": kind and kind.name,
            "nature": nature and nature.name,
            "region_code": region_code,
            "state": status and status.name,
            "q": q,
        }
        part = info.context.accounts
        return await page(part, "/v1/organisations", Organisation.of, first, after, **asked)


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
