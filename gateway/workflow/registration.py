"""Registrations of interest (推荐登记): a person asks for one of the posts that the unit's plan announces (三（六）2)."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.person import Person
from gateway.acting import StepInput, act_on
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.post_words import PostPool
from gateway.quota.title_level import TitleLevel
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, Entity, First, OneByOne, page
from gateway.told import body_of
from gateway.words import described, id_of, listed, optional, optional_id_of, terms
from gateway.workflow.recommendation_plan import RecommendationPlan
from gateway.workflow.specialty import Specialty


@terms("Where a registration of interest stands.")
class RegistrationState(Enum):
    """State of a registration."""

    REGISTERED = "已登记"
    RANKED = "已列入排序"
    PASSED_OVER = "不予推荐"
    WITHDRAWN = "已撤回"


@terms("What can be done with a registration of interest.")
class RegistrationAction(Enum):
    """Action on a registration."""

    WITHDRAW = "撤回登记"
    PASS_OVER = "不予推荐"  # noqa: S105 - no password


@strawberry.type(description="A person's interest in posts of the unit's plan (推荐登记, 三（六）2).")
class Registration(Entity):
    """A registration."""

    source = OneByOne("workflow", "/v1/registrations")

    id: relay.NodeID[UUID]
    person_name: str = described("Whose it is (姓名).")
    series: str = described("Code of the series (系列).")
    level: TitleLevel = described("The level (层级).")
    pool: PostPool = described("From which stock of posts (岗位类别).")
    route: str = described("Code of the route (申报途径).")
    state: RegistrationState = described("Where it stands.")
    created_at: datetime = described("When it was registered.")
    version: int = described("Its version.")
    available_actions: list[RegistrationAction] = listed("What the caller may try now.")
    plan_id: strawberry.Private[UUID]
    person_id: strawberry.Private[UUID]
    specialty_id: strawberry.Private[UUID | None]

    @strawberry.field(description="In which plan.")
    def plan(self, info: Info) -> RecommendationPlan | None:
        """The plan."""
        return RecommendationPlan.edge(info, self.plan_id)

    @strawberry.field(description="Whose it is; null where the caller may not see the person.")
    def person(self, info: Info) -> Person | None:
        """The person."""
        return Person.edge(info, self.person_id)

    @strawberry.field(description="For which specialty (专业).")
    def specialty(self, info: Info) -> Specialty | None:
        """The specialty."""
        return Specialty.edge(info, self.specialty_id)


@strawberry.input(description="For which posts of the plan the caller wishes to be recommended.")
class RegisterInterestInput(Act):
    """Register."""

    plan_id: strawberry.ID = id_of("RecommendationPlan", "In which published plan.")
    series: str = described("Code of the series (系列).")
    specialty_id: strawberry.ID | None = optional_id_of("Specialty", "For which specialty (专业).")
    level: TitleLevel = described("The level (层级).")
    pool: PostPool = described(
        "From which stock of posts; TARGETED instead of the province-wide review (双定向, 一（四）1).",
        default=PostPool.GENERAL,
    )
    route: str | None = optional("Code of the route (申报途径); left out, it follows.")


@strawberry.input(description="A step of a registration.")
class ActOnRegistrationInput(StepInput):
    """Take a step."""

    action: RegistrationAction = described("Which step; one of `availableActions`.")


@strawberry.type(description="What came of an act on a registration.")
class RegistrationPayload(Payload):
    """The registration."""

    registration: Registration | None = optional("The registration as it is now.")


@strawberry.type
class RegistrationQuery:
    """Registrations."""

    @strawberry.field(description="A registration of interest by its id.")
    async def registration(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Registration | None:
        """One registration."""
        return await Registration.at(info, id)

    @strawberry.field(description="The registrations of interest that the caller may see.")
    async def registrations(
        self,
        info: Info,
        first: First,
        after: After = None,
        plan_id: Annotated[strawberry.ID | None, strawberry.argument(description="In this plan.")] = None,
        person_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of this person.")] = None,
        state: Annotated[RegistrationState | None, strawberry.argument(description="In this state.")] = None,
    ) -> Connection[Registration] | None:
        """Many registrations."""
        return await page(
            info.context.workflow,
            "/v1/registrations",
            Registration.of,
            first,
            after,
            plan_id=uuid_of(plan_id, "RecommendationPlan", field="plan_id") if plan_id else None,
            person_id=uuid_of(person_id, "Person", field="person_id") if person_id else None,
            state=state and state.name,
        )


@strawberry.type
class RegistrationMutation:
    """Acts on registrations."""

    @mutation("Register interest in posts of the own unit's published plan (三（六）2).")
    async def register_interest(self, info: Info, input: RegisterInterestInput) -> RegistrationPayload | None:
        """Register."""
        done = await info.context.workflow.write("POST", "/v1/registrations", body_of(input))
        return RegistrationPayload(registration=Registration.of(done.record), basis=Basis.each(done.basis))

    @mutation(
        "Withdraw a registration until it is ranked, or pass over who is ranked, for a reason (三（六）2)."
    )
    async def act_on_registration(
        self, info: Info, input: ActOnRegistrationInput
    ) -> RegistrationPayload | None:
        """Take the step."""
        done = await act_on(info.context.workflow, "registrations", Registration, input, input.action.name)
        return RegistrationPayload(registration=Registration.of(done.record), basis=Basis.each(done.basis))
