"""How an organisation's people stand in the online test (二（三）): figures, unit by unit, and whom to remind."""

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from gateway.accounts.organisation import Organisation
from gateway.accounts.person import Person
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.relay import After, Connection, First, Known, page
from gateway.told import Told
from gateway.words import described

Whose: TypeAlias = Annotated[
    strawberry.ID, strawberry.argument(description="An organisation of the caller's.")
]
Year: TypeAlias = Annotated[
    int | None, strawberry.argument(description="Of this year; else of the one that rules.")
]


@strawberry.type(description="How many people there are, and how they stand in the online test.")
class TestFigures(Told):
    """Figures."""

    cycle: int = described("The year (年度).")
    people: int = described("How many people there are.")
    passed: int = described("How many have passed.")
    failed: int = described("How many have tried and not passed yet.")
    untried: int = described("How many have handed in nothing yet.")


@strawberry.type(description="The same for one unit.")
class UnitTestFigures(Known):
    """Figures of a unit."""

    named = "Organisation"

    name: str = described("Its name (名称).")
    people: int = described("How many people it has.")
    passed: int = described("How many have passed.")
    failed: int = described("How many have tried and not passed yet.")
    untried: int = described("How many have handed in nothing yet.")

    @strawberry.field(description="The unit (用人单位).")
    def unit(self, info: Info) -> Organisation | None:
        """The unit."""
        return Organisation.edge(info, self.uuid)


@strawberry.type(description="Someone who has not passed the online test yet.")
class TestWaiting(Known):
    """Whom to remind."""

    named = "Person"

    name: str = described("Name (姓名).")
    employer_id: strawberry.Private[UUID | None]
    attempts: int = described("How many attempts were judged.")
    last_score: int | None = described("Points of the last one.")
    last_at: datetime | None = described("When the last one was judged.")

    @strawberry.field(description="The person.")
    def person(self, info: Info) -> Person | None:
        """The person."""
        return Person.edge(info, self.uuid)

    @strawberry.field(description="The employer (用人单位).")
    def employer(self, info: Info) -> Organisation | None:
        """The employer."""
        return Organisation.edge(info, self.employer_id)


def _path(organisation_id: strawberry.ID) -> str:
    return f"/v1/organisations/{uuid_of(organisation_id, 'Organisation', field='organisation_id')}/test"


@strawberry.type
class StandingQuery:
    """Standings, for whoever works on cases of an organisation."""

    @strawberry.field(description="How the people of an organisation and below it stand in the online test.")
    async def test_figures(
        self, info: Info, organisation_id: Whose, cycle: Year = None
    ) -> TestFigures | None:
        """The whole."""
        return TestFigures.of(await info.context.accounts.get(_path(organisation_id), cycle=cycle))

    @strawberry.field(description="The same unit by unit.")
    async def test_figures_by_unit(
        self, info: Info, organisation_id: Whose, first: First, after: After = None, cycle: Year = None
    ) -> Connection[UnitTestFigures] | None:
        """Each unit."""
        path = f"{_path(organisation_id)}/units"
        return await page(info.context.accounts, path, UnitTestFigures.of, first, after, cycle=cycle)

    @strawberry.field(description="Who of them has not passed yet.")
    async def test_waiting(
        self, info: Info, organisation_id: Whose, first: First, after: After = None, cycle: Year = None
    ) -> Connection[TestWaiting] | None:
        """Whom to remind."""
        path = f"{_path(organisation_id)}/waiting"
        return await page(info.context.accounts, path, TestWaiting.of, first, after, cycle=cycle)
