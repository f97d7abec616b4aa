"""The chain of reviews in advance (逐级审核, 三（一）): who reviews in turn, which committee's office last, by when at the latest."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.quota.title_level import TitleLevel
from gateway.told import Told
from gateway.words import described, listed, terms
from gateway.workflow.committee import Committee
from services.accounts.contract import PersonKind, Role


@terms("How far a body of the review chain is with a declaration.")
class ChainProgress(Enum):
    """Progress of a link."""

    WAITING = "未到"
    CURRENT = "审核中"
    DONE = "已审核"


@strawberry.type(description="Who answered for a declaration at a body (审核人).")
class ChainAnswer(Told):
    """Somebody who answered."""

    reviewer_name: str = described("Who.")
    action: str = described("By which step: the first opinion, passing on, or accepting.")
    endorsed_at: datetime = described("When.")


@strawberry.type(description="One body of the chain, in its turn.")
class ChainStation(Told):
    """A station."""

    name: str = described("How the body is called.")
    role: Role = described("In which role it acts.")
    state: ChainProgress = described("How far it is.")
    came_at: datetime | None = described("When the declaration came to it, in this round.")
    due_on: date | None = described(
        "By when at the latest it is done (办理期限); null: it is behind, or too late."
    )
    went_at: datetime | None = described("When it went on.")
    answered_by: list[ChainAnswer] = listed("Who answered for it there.")
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(description="The body.")
    def organisation(self, info: Info) -> Organisation | None:
        """The organisation."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.type(description="The bodies that review in turn, the committee's office last.")
class ReviewChain(Told):
    """A chain."""

    committee_name: str | None = described("The committee it goes to; null: none is competent yet.")
    stations: list[ChainStation] = listed("The bodies, in their turn.")
    committee_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The committee it goes to (评委会).")
    def committee(self, info: Info) -> Committee | None:
        """The committee."""
        return Committee.edge(info, self.committee_id)


@strawberry.type
class ReviewChainQuery:
    """The chain before anything is begun."""

    @strawberry.field(
        description="Who would review a declaration, for somebody of a unit, or of a county where such people declare directly."
    )
    async def review_chain(
        self,
        info: Info,
        cycle_id: Annotated[strawberry.ID, strawberry.argument(description="In which year.")],
        unit_id: Annotated[
            strawberry.ID,
            strawberry.argument(description="The unit or its department; else the county's HRSS."),
        ],
        kind: Annotated[PersonKind, strawberry.argument(description="What kind of person (人员类别).")],
        series: Annotated[str, strawberry.argument(description="Code of the series (系列).")],
        level: Annotated[TitleLevel, strawberry.argument(description="The level (层级).")],
        specialty_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="The specialty.")
        ] = None,
    ) -> ReviewChain | None:
        """The chain as it would be."""
        told = await info.context.workflow.get(
            "/v1/review-chain",
            cycle_id=uuid_of(cycle_id, "Cycle", field="cycle_id"),
            unit_id=uuid_of(unit_id, "Organisation", field="unit_id"),
            kind=kind.name,
            series=series,
            level=level.name,
            specialty_id=uuid_of(specialty_id, "Specialty", field="specialty_id") if specialty_id else None,
        )
        return ReviewChain.of(told)
