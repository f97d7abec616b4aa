"""The pool of review experts (评审专家库); names are not published."""

from datetime import date
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.acting import StepInput, act_on
from gateway.context import Info
from gateway.history import HistoryEntry
from gateway.ids import uuid_of
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import body_of
from gateway.words import described, id_of, listed, optional, optional_id_of, terms
from gateway.workflow.specialty import Specialty


@terms("Where an entry of the pool stands; only who is in the pool is drawn.")
class ExpertState(Enum):
    """State of an entry."""

    IN_POOL = "在库"
    SUSPENDED = "已暂停"
    WITHDRAWN = "已退出"


@terms("What can be done with an entry of the pool.")
class ExpertAction(Enum):
    """Action on an entry."""

    RENEW = "续聘或更新"
    SUSPEND = "暂停"
    WITHDRAW = "退出专家库"
    REINSTATE = "恢复入库"


@terms("Why an expert is not in the pool.")
class ExpertGround(Enum):
    """Ground of a suspension or withdrawal."""

    OWN_REQUEST = "本人申请"
    DISCIPLINE = "违反评审纪律"
    UNFIT = "不再符合入库条件"
    OTHER = "其他"


@strawberry.type(description="An expert of the pool (评审专家).")
class Expert(Entity):
    """An expert."""

    source = OneByOne("workflow", "/v1/experts")

    id: relay.NodeID[UUID]
    name: str = described("Name (姓名).")
    series: str = described("Code of the series (系列).")
    title_level: TitleLevel = described("The level of the expert's own title (职称层级).")
    valid_until: date = described("Last day in the pool (有效期).")
    state: ExpertState = described("Whether in the pool.")
    ground: ExpertGround | None = described("Why not in the pool (事由).")
    stands_since: date | None = described("Since when suspended, withdrawn or reinstated.")
    version: int | None = described("Its version.")
    available_actions: list[ExpertAction] = listed("What the caller may try now.")
    account_id: strawberry.Private[UUID]
    organisation_id: strawberry.Private[UUID | None]
    specialty_ids: strawberry.Private[list[UUID]]

    @strawberry.field(description="Where the expert works.")
    def organisation(self, info: Info) -> Organisation | None:
        """The employer."""
        return Organisation.edge(info, self.organisation_id)

    @strawberry.field(description="The specialties (专业).")
    async def specialties(self, info: Info) -> list[Specialty] | None:
        """The specialties."""
        return await Specialty.find_each(info, self.specialty_ids)

    @strawberry.field(description="Its timeline (办理记录), for those who keep the entry.")
    async def history(self, info: Info) -> list[HistoryEntry] | None:
        """What has happened to it."""
        return HistoryEntry.each(await info.context.workflow.get(f"/v1/experts/{self.id}/history"))


@strawberry.input(description="An expert for the pool.")
class AddExpertInput(Act):
    """Add an expert."""

    name: str = described("Name (姓名).")
    account_id: strawberry.ID = id_of("Account", "The expert's account.")
    organisation_id: strawberry.ID = id_of("Organisation", "Where the expert works.")
    series: str = described("Code of the series (系列).")
    specialty_ids: list[strawberry.ID] | None = optional_id_of("Specialty", "The specialties (专业).")
    title_level: TitleLevel = described("The level of the expert's own title (职称层级).")
    valid_until: date = described("Last day in the pool (有效期).")


@strawberry.input(description="What an expert may judge from now on, and until when.")
class RenewExpertInput(Act):
    """Renew an entry."""

    id: strawberry.ID = id_of("Expert", "The expert.")
    specialty_ids: list[strawberry.ID] | None = optional_id_of("Specialty", "The specialties (专业).")
    title_level: TitleLevel = described("The level of the expert's own title (职称层级).")
    valid_until: date = described("Last day in the pool (有效期).")
    organisation_id: strawberry.ID | None = optional_id_of(
        "Organisation", "Where the expert works now, if it has changed."
    )
    version: int = described("The version that was read.")


@strawberry.input(description="A step out of the pool or back into it; `note` says why.")
class ActOnExpertInput(StepInput):
    """Act on an entry."""

    action: ExpertAction = described("Which step; a renewal goes by `renewExpert`.")
    ground: ExpertGround | None = optional("SUSPEND, WITHDRAW: what takes the expert out (事由).")


@strawberry.type(description="What came of an act on an expert.")
class ExpertPayload(Payload):
    """The expert."""

    expert: Expert | None = optional("The expert as told now.")


@strawberry.type
class ExpertQuery:
    """The pool."""

    @strawberry.field(description="An expert of the pool by id, for those who keep the entry.")
    async def expert(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Expert | None:
        """One expert."""
        return await Expert.at(info, id)

    @strawberry.field(description="The experts of the pool that the caller may see.")
    async def experts(
        self,
        info: Info,
        first: First,
        after: After = None,
        committee_id: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Those only that qualify for this committee."),
        ] = None,
        series: Annotated[str | None, strawberry.argument(description="Of this series.")] = None,
        state: Annotated[ExpertState | None, strawberry.argument(description="In this state.")] = None,
    ) -> Connection[Expert] | None:
        """Many experts."""
        return await page(
            info.context.workflow,
            "/v1/experts",
            Expert.of,
            first,
            after,
            committee_id=uuid_of(committee_id, "Committee", field="committee_id") if committee_id else None,
            series=series,
            state=state and state.name,
        )


@strawberry.type
class ExpertMutation:
    """Acts on the pool."""

    @mutation("Take an expert into the pool.")
    async def add_expert(self, info: Info, input: AddExpertInput) -> ExpertPayload | None:
        """Add the expert."""
        done = await info.context.workflow.write("POST", "/v1/experts", body_of(input))
        return ExpertPayload(expert=Expert.of(done.record), basis=Basis.each(done.basis))

    @mutation("Renew an expert's entry in the pool.")
    async def renew_expert(self, info: Info, input: RenewExpertInput) -> ExpertPayload | None:
        """Renew it."""
        path = f"/v1/experts/{uuid_of(input.id, 'Expert')}"
        done = await info.context.workflow.write("PUT", path, body_of(input, "id"))
        return ExpertPayload(expert=Expert.of(done.record), basis=Basis.each(done.basis))

    @mutation("Suspend an expert, take one out of the pool, or back into it, with a reason (三（三）).")
    async def act_on_expert(self, info: Info, input: ActOnExpertInput) -> ExpertPayload | None:
        """Take the step."""
        done = await act_on(info.context.workflow, "experts", Expert, input, input.action.name)
        return ExpertPayload(expert=Expert.of(done.record), basis=Basis.each(done.basis))
