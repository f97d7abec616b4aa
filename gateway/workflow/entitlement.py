"""Lists of people who keep their preferences (享受政策人员名单), kept by the prefectures' health authorities (二（四）2)."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.accounts.person import Person
from gateway.acting import StepInput, act_on
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, terms
from gateway.workflow.cycle import Cycle


@terms("Where a list stands; it counts once it is published.")
class EntitlementListState(Enum):
    """State of a list."""

    DRAFT = "拟定"
    PUBLISHED = "已公布"


@terms("What can be done with a list.")
class EntitlementListAction(Enum):
    """Action on a list."""

    ADD = "列入人员"
    REMOVE = "移出人员"
    PUBLISH = "公布名单"


@strawberry.type(
    description="That a person was put on a list or taken off it; nothing of it is ever altered."
)
class EntitlementEntry(Told):
    """An entry."""

    person_name: str = described("Who (姓名).")
    action: EntitlementListAction = described("Put on the list, or taken off it.")
    reason: str = described("Why (事由).")
    actor_name: str = described("Who entered it.")
    at: datetime = described("When.")
    listed: bool = described("Whether it holds: an addition, and the person's last entry.")
    person_id: strawberry.Private[UUID]

    @strawberry.field(description="The person.")
    def person(self, info: Info) -> Person | None:
        """The person."""
        return Person.edge(info, self.person_id)


@strawberry.type(
    description="A list of people who keep their preferences (二（四）2); it counts once published."
)
class EntitlementList(Entity):
    """A list."""

    source = OneByOne("workflow", "/v1/entitlement-lists")

    id: relay.NodeID[UUID]
    title: str = described("Its title.")
    document_number: str = described("The document that determines the persons (文号).")
    state: EntitlementListState = described("Where it stands.")
    published_at: datetime | None = described("When it was published.")
    created_at: datetime = described("When it was begun.")
    version: int = described("Its version.")
    available_actions: list[EntitlementListAction] = listed("What the caller may try now.")
    cycle_id: strawberry.Private[UUID]
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(description="The year.")
    def cycle(self, info: Info) -> Cycle | None:
        """The year."""
        return Cycle.edge(info, self.cycle_id)

    @strawberry.field(description="The authority that keeps it.")
    def organisation(self, info: Info) -> Organisation | None:
        """The keeper."""
        return Organisation.edge(info, self.organisation_id)

    @strawberry.field(description="Everything that was entered on it, newest first.")
    async def entries(
        self, info: Info, first: First, after: After = None
    ) -> Connection[EntitlementEntry] | None:
        """The entries."""
        path = f"/v1/entitlement-lists/{self.id}/entries"
        return await page(info.context.workflow, path, EntitlementEntry.of, first, after)


@strawberry.input(description="A list of a year, by the document that determines the persons.")
class BeginEntitlementListInput(Act):
    """Begin a list."""

    cycle_id: strawberry.ID = id_of("Cycle", "The year.")
    title: str = described("Its title.")
    document_number: str = described("The document that determines the persons (文号).")


@strawberry.input(description="Whom to put on a list or take off it, and why.")
class EnterEntitlementInput(Act):
    """Enter somebody."""

    id: strawberry.ID = id_of("EntitlementList", "The list.")
    person_id: strawberry.ID = id_of("Person", "Who; of the keeper's prefecture.")
    action: EntitlementListAction = described("ADD or REMOVE.")
    reason: str = described("Why (事由).")
    version: int | None = optional("The version of the list that was read.")


@strawberry.input(description="A list to be published.")
class PublishEntitlementListInput(StepInput):
    """Publish a list."""


@strawberry.type(description="What came of an act on a list.")
class EntitlementListPayload(Payload):
    """The list."""

    entitlement_list: EntitlementList | None = optional("The list as it is now.")


@strawberry.type(description="What came of an entry on a list.")
class EntitlementEntryPayload(Payload):
    """The entry."""

    entry: EntitlementEntry | None = optional("What was entered.")


@strawberry.type
class EntitlementQuery:
    """Lists of entitled people."""

    @strawberry.field(
        description="The lists on the line of the caller's seats; all for the province's health commission."
    )
    async def entitlement_lists(
        self,
        info: Info,
        first: First,
        after: After = None,
        cycle_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this year.")] = None,
    ) -> Connection[EntitlementList] | None:
        """Many lists."""
        wanted = uuid_of(cycle_id, "Cycle", field="cycle_id") if cycle_id else None
        path = "/v1/entitlement-lists"
        return await page(info.context.workflow, path, EntitlementList.of, first, after, cycle_id=wanted)


@strawberry.type
class EntitlementMutation:
    """Acts on lists of entitled people."""

    @mutation("Begin a list of people who keep their preferences (a prefecture's health authority).")
    async def begin_entitlement_list(
        self, info: Info, input: BeginEntitlementListInput
    ) -> EntitlementListPayload | None:
        """Begin it."""
        done = await info.context.workflow.write("POST", "/v1/entitlement-lists", body_of(input))
        return EntitlementListPayload(
            entitlement_list=EntitlementList.of(done.record), basis=Basis.each(done.basis)
        )

    @mutation("Put somebody of the prefecture on a list, or take somebody off it, for a reason.")
    async def enter_entitlement(
        self, info: Info, input: EnterEntitlementInput
    ) -> EntitlementEntryPayload | None:
        """Enter it."""
        path = f"/v1/entitlement-lists/{uuid_of(input.id, 'EntitlementList')}/entries"
        done = await info.context.workflow.write("POST", path, body_of(input, "id"))
        return EntitlementEntryPayload(entry=EntitlementEntry.of(done.record), basis=Basis.each(done.basis))

    @mutation("Publish a list: from now on being on it is a fact that criteria may ask for.")
    async def publish_entitlement_list(
        self, info: Info, input: PublishEntitlementListInput
    ) -> EntitlementListPayload | None:
        """Publish it."""
        done = await act_on(info.context.workflow, "entitlement-lists", EntitlementList, input, "PUBLISH")
        return EntitlementListPayload(
            entitlement_list=EntitlementList.of(done.record), basis=Basis.each(done.basis)
        )
