"""Recommendations (单位推荐): a post is held, the recommendation publicised for five working days, then confirmed (三（六）2)."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.employment import AidPosting
from gateway.accounts.organisation import Organisation
from gateway.accounts.person import Person
from gateway.accounts.record import PersonRecord
from gateway.accounts.record_words import RecordKind, RecordState
from gateway.acting import StepInput, act_on
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.post_words import Ground, PostPool
from gateway.quota.reservation import Reservation
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, Lookup, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, optional_id_of, terms
from gateway.workflow.publicity import Publicity
from gateway.workflow.ranked_list import RankedList
from gateway.workflow.recommendation_plan import RecommendationPlan
from gateway.workflow.review_chain import ReviewChain
from gateway.workflow.specialty import Specialty


@terms("Where a recommendation stands.")
class RecommendationState(Enum):
    """State of a recommendation."""

    RESERVED = "已预留岗位"
    IN_PUBLICITY = "公示中"
    CONFIRMED = "已推荐"
    WITHDRAWN = "已撤回"
    LAPSED = "已失效（评审未通过或结果无效）"


@terms("What can be done with a recommendation.")
class RecommendationAction(Enum):
    """Action on a recommendation."""

    PUBLICISE = "公示"
    CONFIRM = "确认推荐"
    WITHDRAW = "撤回推荐"


@terms("For which act of the unit a verdict on a material was first asked.")
class JudgedFor(Enum):
    """Act of the unit."""

    RECOMMEND = "推荐"
    PUBLICISE = "公示"
    CONFIRM = "确认推荐"


@strawberry.type(
    description="What was found of one material before the unit recommended (审核结论, 三（二）)."
)
class RecommendationVerdict(Told):
    """A verdict."""

    kind: RecordKind = described("Of which kind the record is (类别).")
    verdict: RecordState = described("Confirmed, or refused (审核结论).")
    reason: str | None = described("Why it was refused (理由).")
    sha256: str | None = described("Digest of the file that was looked at.")
    decided_at: datetime | None = described("When it was decided.")
    judged_for: JudgedFor = described("For which act of the unit it was first asked.")
    record_version: int = described("Which version of the record it is about.")
    record_id: strawberry.Private[UUID]
    confirmer_id: strawberry.Private[UUID]

    @strawberry.field(description="The record; null where the caller may not see it.")
    def record(self, info: Info) -> PersonRecord | None:
        """The record."""
        return PersonRecord.edge(info, self.record_id)

    @strawberry.field(description="Who answers for it.")
    def confirmer(self, info: Info) -> Organisation | None:
        """The organisation."""
        return Organisation.edge(info, self.confirmer_id)


@strawberry.type(description="An expert who nominates (举荐专家, 一（七）第1段).")
class Nominator(Told):
    """An expert."""

    name: str = described("The name.")
    title: str = described("The expert's title (职称).")
    unit: str = described("Where the expert works (单位).")


@strawberry.type(description="A unit's recommendation of one person for a level (单位推荐, 三（六）2).")
class Recommendation(Entity):
    """A recommendation."""

    source = Lookup("workflow", "/v1/recommendations/by-id")

    id: relay.NodeID[UUID]
    series: str = described("Code of the series (系列).")
    level: TitleLevel = described("The level (层级).")
    state: RecommendationState = described("Where it stands.")
    rank: int | None = described(
        "Its place on the unit's ranked list (推荐排名); null where no post is taken."
    )
    pool: PostPool = described("From which stock of posts (岗位类别).")
    ground: Ground | None = described("Why it takes no post, as the unit says (不受岗位数额限制的情形).")
    route: str = described("Code of the route (申报途径); `routes` tells them.")
    assessment: str | None = described(
        "The document of the unit's assessment that the route rests on (考核材料)."
    )
    aid: AidPosting | None = described("Who sends an aid-Qinghai talent, and for how long (援青, 二（四）1).")
    nominators: list[Nominator] = listed("The experts that the route rests on (举荐专家).")
    version: int = described("Its version.")
    available_actions: list[RecommendationAction] = listed("What the caller may try now.")
    verdicts: list[RecommendationVerdict] = listed(
        "What was found of each material, oldest first (审核结论)."
    )
    plan_id: strawberry.Private[UUID]
    unit_id: strawberry.Private[UUID]
    person_id: strawberry.Private[UUID]
    specialty_id: strawberry.Private[UUID | None]
    ranked_list_id: strawberry.Private[UUID | None]
    publicity_id: strawberry.Private[UUID | None]
    reservation_id: strawberry.Private[UUID | None]

    @strawberry.field(description="By which plan.")
    def plan(self, info: Info) -> RecommendationPlan | None:
        """The plan."""
        return RecommendationPlan.edge(info, self.plan_id)

    @strawberry.field(description="By which ranked list it was the person's turn (推荐排序名单).")
    def ranked_list(self, info: Info) -> RankedList | None:
        """The list."""
        return RankedList.edge(info, self.ranked_list_id)

    @strawberry.field(description="Who recommends (用人单位).")
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)

    @strawberry.field(description="Who is recommended.")
    def person(self, info: Info) -> Person | None:
        """The person."""
        return Person.edge(info, self.person_id)

    @strawberry.field(description="For which specialty (专业).")
    def specialty(self, info: Info) -> Specialty | None:
        """The specialty."""
        return Specialty.edge(info, self.specialty_id)

    @strawberry.field(description="The post it holds (岗位预留).")
    def reservation(self, info: Info) -> Reservation | None:
        """The reservation."""
        return Reservation.edge(info, self.reservation_id)

    @strawberry.field(
        description="The chain that reviews its declaration: as it is, or as it would be were it submitted now (逐级审核, 三（一）)."
    )
    async def review_chain(self, info: Info) -> ReviewChain | None:
        """The chain."""
        return ReviewChain.of(await info.context.workflow.get(f"/v1/recommendations/{self.id}/chain"))

    @strawberry.field(description="Its publicity inside the unit (推荐公示); null before.")
    def publicity(self, info: Info) -> Publicity | None:
        """The publicity."""
        return Publicity.edge(info, self.publicity_id)


@strawberry.input(description="An expert who nominates (举荐专家).")
class NominatorInput:
    """An expert."""

    name: str = described("The name.")
    title: str = described("The expert's title (职称).")
    unit: str = described("Where the expert works (单位).")


@strawberry.input(description="A person whom a unit recommends.")
class RecommendInput(Act):
    """Recommend."""

    plan_id: strawberry.ID = id_of("RecommendationPlan", "By which published plan.")
    person_id: strawberry.ID = id_of("Person", "Whom.")
    series: str = described("Code of the series (系列).")
    specialty_id: strawberry.ID | None = optional_id_of("Specialty", "For which specialty (专业).")
    level: TitleLevel = described("The level (层级).")
    pool: PostPool = described("From which stock of posts (岗位类别).", default=PostPool.GENERAL)
    ground: Ground | None = optional("On what ground outside the unit's numbers (不受岗位数额限制的情形).")
    route: str | None = optional(
        "Code of the route (申报途径); left out, it follows from pool, ground and kind of person."
    )
    assessment: str | None = optional(
        "Name or number of the document of the unit's assessment; some routes need it (考核材料)."
    )
    nominators: list[NominatorInput] | None = optional(
        "The experts who nominate (举荐专家); one route needs them."
    )


@strawberry.input(description="A step of a recommendation.")
class ActOnRecommendationInput(StepInput):
    """Take a step."""

    action: RecommendationAction = described("Which step; one of `availableActions`.")


@strawberry.type(description="What came of an act on a recommendation.")
class RecommendationPayload(Payload):
    """The recommendation."""

    recommendation: Recommendation | None = optional("The recommendation as it is now.")


@strawberry.type
class RecommendationQuery:
    """Recommendations."""

    @strawberry.field(description="A recommendation by its id.")
    async def recommendation(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Recommendation | None:
        """One recommendation."""
        return await Recommendation.at(info, id)

    @strawberry.field(description="The recommendations that the caller may see.")
    async def recommendations(
        self,
        info: Info,
        first: First,
        after: After = None,
        plan_id: Annotated[strawberry.ID | None, strawberry.argument(description="By this plan.")] = None,
        person_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this person.")] = None,
        state: Annotated[
            RecommendationState | None, strawberry.argument(description="In this state.")
        ] = None,
    ) -> Connection[Recommendation] | None:
        """Many recommendations."""
        return await page(
            info.context.workflow,
            "/v1/recommendations",
            Recommendation.of,
            first,
            after,
            plan_id=uuid_of(plan_id, "RecommendationPlan", field="plan_id") if plan_id else None,
            person_id=uuid_of(person_id, "Person", field="person_id") if person_id else None,
            state=state and state.name,
        )


@strawberry.type
class RecommendationMutation:
    """Acts on recommendations."""

    @mutation("Recommend a person; a post is held, or it is refused with the figures (二（一）, 三（六）2).")
    async def recommend(self, info: Info, input: RecommendInput) -> RecommendationPayload | None:
        """Recommend."""
        done = await info.context.workflow.write("POST", "/v1/recommendations", body_of(input))
        return RecommendationPayload(
            recommendation=Recommendation.of(done.record), basis=Basis.each(done.basis)
        )

    @mutation(
        "Take a step with a recommendation: publicise, confirm after the publicity, withdraw (三（六）2)."
    )
    async def act_on_recommendation(
        self, info: Info, input: ActOnRecommendationInput
    ) -> RecommendationPayload | None:
        """Take the step."""
        done = await act_on(
            info.context.workflow, "recommendations", Recommendation, input, input.action.name
        )
        return RecommendationPayload(
            recommendation=Recommendation.of(done.record), basis=Basis.each(done.basis)
        )
