"""Avoidance (回避): what ties experts to those under review, and whom applicants want kept out (三（三）)."""

from datetime import date
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from gateway.accounts.organisation import Organisation
from gateway.acting import StepInput
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, First, Known, page
from gateway.told import body_of
from gateway.words import described, id_of, listed, optional, optional_id_of, terms
from gateway.workflow.declaration import LISTED, Declaration


@terms("What ties an expert to somebody under review.")
class RelationKind(Enum):
    """Kind of a relation."""

    KINSHIP = "亲属"
    CO_AUTHORSHIP = "合作研究或署名"
    SUPERVISION = "师生、导师"
    INTEREST = "其他利害关系"


@terms("Who put a relation on record.")
class RelationSource(Enum):
    """Source of a relation."""

    EXPERT = "专家本人申明"
    OFFICE = "办事机构登记"


@terms("Whether a relation keeps the expert out.")
class RelationState(Enum):
    """State of a relation."""

    ON_RECORD = "在录"
    LIFTED = "已解除"


@terms("What can be done with a relation.")
class RelationAction(Enum):
    """Action on a relation."""

    LIFT = "解除"


@terms("Where a request for avoidance stands.")
class AvoidanceRequestState(Enum):
    """State of a request."""

    LODGED = "已提出"
    UPHELD = "准予回避"
    REJECTED = "不予回避"
    WITHDRAWN = "已撤回"


@terms("What can be done with a request for avoidance.")
class AvoidanceRequestAction(Enum):
    """Action on a request."""

    UPHOLD = "决定准予"
    REJECT = "决定不予"
    WITHDRAW = "撤回"


@strawberry.type(
    description="What ties an expert to somebody (回避关系); its author and the office read it, nobody else."
)
class ExpertRelation(Known):
    """A relation."""

    kind: RelationKind = described("Which kind.")
    source: RelationSource = described("Who put it on record.")
    note: str = described("What it is, in the author's words.")
    origin: str | None = described("Where the office knows it from (来源).")
    recorded_on: date = described("Since when it is on record.")
    state: RelationState = described("Whether it keeps the expert out.")
    version: int = described("Its version.")
    available_actions: list[RelationAction] = listed("What the caller may try now.")
    declaration_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The declaration it names, where it names one and the caller may read it.")
    def declaration(self, info: Info) -> Declaration | None:
        """The declaration."""
        return Declaration.edge(info, self.declaration_id, LISTED)


@strawberry.type(
    description="An applicant's request that somebody keep out (申请回避); it does not tell who is in the pool."
)
class AvoidanceRequest(Known):
    """A request."""

    expert_name: str | None = described("Whom it names (姓名).")
    reason: str = described("Why.")
    lodged_on: date = described("When it was lodged.")
    state: AvoidanceRequestState = described("Where it stands; undecided it counts at the draw.")
    decision: str | None = described("Why it was decided so.")
    decided_on: date | None = described("When it was decided.")
    version: int = described("Its version.")
    available_actions: list[AvoidanceRequestAction] = listed("What the caller may try now.")
    declaration_id: strawberry.Private[UUID]
    organisation_id: strawberry.Private[UUID | None]

    @strawberry.field(description="Whose review it is about.")
    def declaration(self, info: Info) -> Declaration | None:
        """The declaration."""
        return Declaration.edge(info, self.declaration_id, LISTED)

    @strawberry.field(description="Where that one works.")
    def organisation(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.input(description="A relation of the caller, an expert: to one account, person or declaration.")
class DeclareRelationInput(Act):
    """Declare a relation."""

    kind: RelationKind = described("Which kind.")
    account_id: strawberry.ID | None = optional_id_of("Account", "To whom, by account.")
    person_id: strawberry.ID | None = optional_id_of("Person", "To whom, by person.")
    declaration_id: strawberry.ID | None = optional_id_of(
        "Declaration", "To whom, by a declaration of the agenda, or of the office."
    )
    note: str = described("What it is.")


@strawberry.input(description="What a committee's office has found of an expert.")
class NoteRelationInput(DeclareRelationInput):
    """Note a relation."""

    expert_id: strawberry.ID = id_of("Expert", "The expert.")
    origin: str = described("Where the office knows it from (来源).")


@strawberry.input(description="A relation that no longer keeps the expert out; `note` says why.")
class LiftRelationInput(StepInput):
    """Lift a relation."""


@strawberry.input(description="Whom the applicant wants kept out: an expert's id, or a name and the unit.")
class RequestAvoidanceInput(Act):
    """Ask for avoidance."""

    declaration_id: strawberry.ID = id_of("Declaration", "The caller's declaration.")
    expert_id: strawberry.ID | None = optional_id_of("Expert", "Whom, by the expert's id.")
    expert_name: str | None = optional("Whom, by name (姓名).")
    organisation_id: strawberry.ID | None = optional_id_of("Organisation", "Where that one works.")
    reason: str = described("Why.")


@strawberry.input(description="A decision on a request, with a reason in `note`; or its author's withdrawal.")
class ActOnAvoidanceRequestInput(StepInput):
    """Act on a request."""

    action: AvoidanceRequestAction = described("Which step; one of `availableActions`.")


@strawberry.type(description="What came of an act on a relation.")
class RelationPayload(Payload):
    """The relation."""

    relation: ExpertRelation | None = optional("The relation as it is now.")


@strawberry.type(description="What came of an act on a request for avoidance.")
class AvoidanceRequestPayload(Payload):
    """The request."""

    request: AvoidanceRequest | None = optional("The request as it is now.")


@strawberry.type
class AvoidanceQuery:
    """Relations and requests."""

    @strawberry.field(
        description="The relations that the caller has put on record, or his or her committee's office reads."
    )
    async def expert_relations(
        self, info: Info, first: First, after: After = None
    ) -> Connection[ExpertRelation] | None:
        """Many relations."""
        return await page(info.context.workflow, "/v1/relations", ExpertRelation.of, first, after)

    @strawberry.field(
        description="The caller's own requests for avoidance, and those that his or her office decides on."
    )
    async def avoidance_requests(
        self,
        info: Info,
        first: First,
        after: After = None,
        declaration_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="About this declaration.")
        ] = None,
        state: Annotated[
            AvoidanceRequestState | None, strawberry.argument(description="In this state.")
        ] = None,
    ) -> Connection[AvoidanceRequest] | None:
        """Many requests."""
        named = uuid_of(declaration_id, "Declaration", field="declaration_id") if declaration_id else None
        return await page(
            info.context.workflow,
            "/v1/avoidance-requests",
            AvoidanceRequest.of,
            first,
            after,
            declaration_id=named,
            state=state and state.name,
        )


@strawberry.type
class AvoidanceMutation:
    """Acts on relations and requests."""

    @mutation("Put a relation of one's own on record, at any time (experts of the pool, 三（三）).")
    async def declare_relation(self, info: Info, input: DeclareRelationInput) -> RelationPayload | None:
        """Declare it."""
        done = await info.context.workflow.write("POST", "/v1/relations", body_of(input))
        return RelationPayload(relation=ExpertRelation.of(done.record), basis=Basis.each(done.basis))

    @mutation("Put on record what a committee's office has found of an expert (三（三）).")
    async def note_relation(self, info: Info, input: NoteRelationInput) -> RelationPayload | None:
        """Note it."""
        path = f"/v1/experts/{uuid_of(input.expert_id, 'Expert', field='expert_id')}/relations"
        done = await info.context.workflow.write("POST", path, body_of(input, "expert_id"))
        return RelationPayload(relation=ExpertRelation.of(done.record), basis=Basis.each(done.basis))

    @mutation("Lift a relation on record, with a reason (a committee's office, 三（三）).")
    async def lift_relation(self, info: Info, input: LiftRelationInput) -> RelationPayload | None:
        """Lift it."""
        path = f"/v1/relations/{uuid_of(input.id, 'ExpertRelation')}/actions/LIFT"
        done = await info.context.workflow.write("POST", path, body_of(input, "id"))
        return RelationPayload(relation=ExpertRelation.of(done.record), basis=Basis.each(done.basis))

    @mutation("Ask that an expert keep out of the review of one's declaration, before the draw (三（三）).")
    async def request_avoidance(
        self, info: Info, input: RequestAvoidanceInput
    ) -> AvoidanceRequestPayload | None:
        """Ask."""
        declaration = uuid_of(input.declaration_id, "Declaration", field="declaration_id")
        path = f"/v1/declarations/{declaration}/avoidance-requests"
        done = await info.context.workflow.write("POST", path, body_of(input, "declaration_id"))
        return AvoidanceRequestPayload(request=AvoidanceRequest.of(done.record), basis=Basis.each(done.basis))

    @mutation("Decide on a request with a reason, or withdraw one's own, before the draw (三（三）).")
    async def act_on_avoidance_request(
        self, info: Info, input: ActOnAvoidanceRequestInput
    ) -> AvoidanceRequestPayload | None:
        """Act on it."""
        request = uuid_of(input.id, "AvoidanceRequest")
        path = f"/v1/avoidance-requests/{request}/actions/{input.action.name}"
        done = await info.context.workflow.write("POST", path, body_of(input, "id", "action"))
        return AvoidanceRequestPayload(request=AvoidanceRequest.of(done.record), basis=Basis.each(done.basis))
