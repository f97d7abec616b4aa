"""Ranked lists (推荐排序名单): in which order a unit recommends for the posts of a level and pool (三（六）2, 一（四）3)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.post_words import PostPool
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import Told, body_of
from gateway.words import described, id_of, listed, optional
from gateway.workflow.recommendation_plan import RecommendationPlan
from gateway.workflow.registration import Registration


@strawberry.type(description="One on a ranked list, with the place and why (排序人员).")
class RankedPerson(Told):
    """One on the list."""

    person_name: str = described("Who (姓名).")
    series: str = described("Code of the series (系列).")
    place: int = described("The place; equals have the same (名次).")
    score: float | None = described("The score that the unit gave (得分).")
    given: int | None = described("The place that the unit gave, where it gave no scores.")
    posted: bool = described("Whether a village posting is confirmed (驻村).")
    reason: str = described("Why, in the unit's words (理由).")
    change_reason: str | None = described("Why the person moved up compared with the list before (调整理由).")
    basis: list[Basis] = listed("By which article the person stands before an equal (一（四）3).")
    registration_id: strawberry.Private[UUID]

    @strawberry.field(description="The registration; null where the caller may not see it.")
    def registration(self, info: Info) -> Registration | None:
        """The registration."""
        return Registration.edge(info, self.registration_id)


@strawberry.type(
    description="The order in which a unit recommends for posts of a level (推荐排序名单, 三（六）2)."
)
class RankedList(Entity):
    """A list."""

    source = OneByOne("workflow", "/v1/ranked-lists")

    id: relay.NodeID[UUID]
    level: TitleLevel = described("The level (层级).")
    pool: PostPool = described("From which stock of posts (岗位类别).")
    no: int = described("Its number; the highest of a level and pool is in force.")
    created_at: datetime = described("When it was published inside the unit.")
    ranked: list[RankedPerson] = listed("Who is on it, in order.")
    plan_id: strawberry.Private[UUID]

    @strawberry.field(description="Of which plan.")
    def plan(self, info: Info) -> RecommendationPlan | None:
        """The plan."""
        return RecommendationPlan.edge(info, self.plan_id)


@strawberry.input(description="Where the unit puts one who has registered, and why.")
class RankInput:
    """One's measure."""

    registration_id: strawberry.ID = id_of("Registration", "Which registration.")
    reason: str = described("Why (理由).")
    change_reason: str | None = optional(
        "Why the person moves up compared with the list before; needed wherever that is so (调整理由)."
    )
    score: float | None = optional("The score; more is better (得分).")
    place: int | None = optional("The place, where no scores are given; the same makes equals (名次).")


@strawberry.input(description="Everybody who has registered for posts of a level, measured alike.")
class PublishRankedListInput(Act):
    """Publish a list."""

    plan_id: strawberry.ID = id_of("RecommendationPlan", "Of which plan.")
    level: TitleLevel = described("The level (层级).")
    pool: PostPool = described("From which stock of posts (岗位类别).", default=PostPool.GENERAL)
    ranked: list[RankInput] = described("Everybody, each with a measure and a reason.")


@strawberry.type(description="What came of publishing a ranked list.")
class RankedListPayload(Payload):
    """The list."""

    ranked_list: RankedList | None = optional("The list as it was published.")


@strawberry.type
class RankedListQuery:
    """Ranked lists."""

    @strawberry.field(description="A ranked list by its id; for the unit's people.")
    async def ranked_list(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> RankedList | None:
        """One list."""
        return await RankedList.at(info, id)

    @strawberry.field(
        description="The ranked lists that the caller may see, newest first; every one is kept."
    )
    async def ranked_lists(
        self,
        info: Info,
        first: First,
        after: After = None,
        plan_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this plan.")] = None,
        level: Annotated[TitleLevel | None, strawberry.argument(description="Of this level.")] = None,
        pool: Annotated[PostPool | None, strawberry.argument(description="Of this stock of posts.")] = None,
    ) -> Connection[RankedList] | None:
        """Many lists."""
        return await page(
            info.context.workflow,
            "/v1/ranked-lists",
            RankedList.of,
            first,
            after,
            plan_id=uuid_of(plan_id, "RecommendationPlan", field="plan_id") if plan_id else None,
            level=level and level.name,
            pool=pool and pool.name,
        )


@strawberry.type
class RankedListMutation:
    """Acts on ranked lists."""

    @mutation(
        "Publish inside the unit in which order it recommends; postings come first among equals (一（四）3)."
    )
    async def publish_ranked_list(
        self, info: Info, input: PublishRankedListInput
    ) -> RankedListPayload | None:
        """Publish it."""
        done = await info.context.workflow.write("POST", "/v1/ranked-lists", body_of(input))
        return RankedListPayload(ranked_list=RankedList.of(done.record), basis=Basis.each(done.basis))
