"""A unit's recommendation plan (申报推荐工作方案): published before anybody is recommended (三（六）2)."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.acting import StepInput, act_on
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.post_words import PostPool
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional, terms
from gateway.workflow.cycle import Cycle


@terms("Where a unit's plan stands.")
class RecommendationPlanState(Enum):
    """State of a plan."""

    DRAFT = "起草"
    PUBLISHED = "已公布"


@terms("What can be done with a plan.")
class RecommendationPlanAction(Enum):
    """Action on a plan."""

    PUBLISH = "公布"


@strawberry.type(description="How many a unit means to recommend for a level.")
class PlannedPosts(Told):
    """Posts of a level."""

    level: TitleLevel = described("The level (层级).")
    pool: PostPool = described("From which stock of posts (岗位类别).")
    count: int = described("How many.")


@strawberry.type(
    description="What a unit tells its staff before it recommends anybody (推荐方案, 三（六）2)."
)
class RecommendationPlan(Entity):
    """A plan."""

    source = OneByOne("workflow", "/v1/recommendation-plans")

    id: relay.NodeID[UUID]
    policy_text: str = described("The policy it follows (政策).")
    conditions: str = described("Conditions (条件).")
    procedure: str = described("Procedure (程序).")
    posts: list[PlannedPosts] = listed("How many, level by level (数额).")
    state: RecommendationPlanState = described("Where it stands.")
    version: int = described("Its version.")
    published_at: datetime | None = described("When it was published.")
    available_actions: list[RecommendationPlanAction] = listed("What the caller may try now.")
    unit_id: strawberry.Private[UUID]
    cycle_id: strawberry.Private[UUID]

    @strawberry.field(description="Whose plan (用人单位).")
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.unit_id)

    @strawberry.field(description="Of which year.")
    def cycle(self, info: Info) -> Cycle | None:
        """The cycle."""
        return Cycle.edge(info, self.cycle_id)


@strawberry.input(description="How many a unit means to recommend for a level.")
class PlannedPostsInput:
    """Posts of a level."""

    level: TitleLevel = described("The level (层级).")
    count: int = described("How many.")
    pool: PostPool = described("From which stock of posts (岗位类别).", default=PostPool.GENERAL)


@strawberry.input(description="A unit's plan for a year.")
class CreateRecommendationPlanInput(Act):
    """Draft a plan."""

    unit_id: strawberry.ID = id_of("Organisation", "Whose plan (用人单位).")
    cycle_id: strawberry.ID = id_of("Cycle", "The year.")
    policy_text: str = described("The policy it follows (政策).")
    conditions: str = described("Conditions (条件).")
    procedure: str = described("Procedure (程序).")
    posts: list[PlannedPostsInput] = described("How many, level by level (数额).")


@strawberry.input(description="A draft rewritten.")
class RewriteRecommendationPlanInput(Act):
    """Rewrite a draft."""

    id: strawberry.ID = id_of("RecommendationPlan", "The plan.")
    policy_text: str = described("The policy it follows (政策).")
    conditions: str = described("Conditions (条件).")
    procedure: str = described("Procedure (程序).")
    posts: list[PlannedPostsInput] = described("How many, level by level (数额).")
    version: int = described("The version that was read.")


@strawberry.input(description="A plan to be published.")
class PublishRecommendationPlanInput(StepInput):
    """Publish a plan."""


@strawberry.type(description="What came of an act on a plan.")
class RecommendationPlanPayload(Payload):
    """The plan."""

    plan: RecommendationPlan | None = optional("The plan as it is now.")


@strawberry.type
class RecommendationPlanQuery:
    """Plans."""

    @strawberry.field(description="A plan by its id; for anyone once it is published.")
    async def recommendation_plan(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> RecommendationPlan | None:
        """One plan."""
        return await RecommendationPlan.at(info, id)

    @strawberry.field(description="The published plans; for anyone.")
    async def recommendation_plans(
        self,
        info: Info,
        first: First,
        after: After = None,
        unit_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this unit.")] = None,
        cycle_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this year.")] = None,
    ) -> Connection[RecommendationPlan] | None:
        """Many plans."""
        return await page(
            info.context.workflow,
            "/v1/recommendation-plans",
            RecommendationPlan.of,
            first,
            after,
            unit_id=uuid_of(unit_id, "Organisation", field="unit_id") if unit_id else None,
            cycle_id=uuid_of(cycle_id, "Cycle", field="cycle_id") if cycle_id else None,
        )


@strawberry.type
class RecommendationPlanMutation:
    """Acts on plans."""

    @mutation("Draft a unit's recommendation plan (三（六）2).")
    async def create_recommendation_plan(
        self, info: Info, input: CreateRecommendationPlanInput
    ) -> RecommendationPlanPayload | None:
        """Draft it."""
        done = await info.context.workflow.write("POST", "/v1/recommendation-plans", body_of(input))
        return RecommendationPlanPayload(
            plan=RecommendationPlan.of(done.record), basis=Basis.each(done.basis)
        )

    @mutation("Rewrite a unit's plan, while it is a draft.")
    async def rewrite_recommendation_plan(
        self, info: Info, input: RewriteRecommendationPlanInput
    ) -> RecommendationPlanPayload | None:
        """Rewrite it."""
        path = f"/v1/recommendation-plans/{uuid_of(input.id, 'RecommendationPlan')}"
        done = await info.context.workflow.write("PUT", path, body_of(input, "id"))
        return RecommendationPlanPayload(
            plan=RecommendationPlan.of(done.record), basis=Basis.each(done.basis)
        )

    @mutation("Publish a unit's recommendation plan; only then anybody can be recommended (三（六）2).")
    async def publish_recommendation_plan(
        self, info: Info, input: PublishRecommendationPlanInput
    ) -> RecommendationPlanPayload | None:
        """Publish it."""
        done = await act_on(
            info.context.workflow, "recommendation-plans", RecommendationPlan, input, "PUBLISH"
        )
        return RecommendationPlanPayload(
            plan=RecommendationPlan.of(done.record), basis=Basis.each(done.basis)
        )
