"""The pool of review experts (评审专家库); names are not published."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from gateway.context import Info
from gateway.ids import uuid_of
from gateway.organisation import Organisation
from gateway.refusals import Act, Basis, Payload, mutation
from gateway.relay import After, Connection, First, Known, page
from gateway.specialty import Specialty
from gateway.title_level import TitleLevel
from gateway.told import body_of
from gateway.words import described, id_of, optional, optional_id_of


@strawberry.type(description="An expert of the pool (评审专家).")
class Expert(Known):
    """An expert."""

    name: str = described("Name (姓名).")
    series: str = described("Code of the series (系列).")
    title_level: TitleLevel = described("The level of the expert's own title (职称层级).")
    valid_until: date = described("Last day in the pool (有效期).")
    version: int | None = described("Its version.")
    organisation_id: strawberry.Private[UUID | None]
    specialty_ids: strawberry.Private[list[UUID]]

    @strawberry.field(description="Where the expert works.")
    async def organisation(self, info: Info) -> Organisation | None:
        """The employer."""
        return await Organisation.find(info, self.organisation_id)

    @strawberry.field(description="The specialties (专业).")
    async def specialties(self, info: Info) -> list[Specialty] | None:
        """The specialties."""
        return await Specialty.find_each(info, self.specialty_ids)


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
    version: int = described("The version that was read.")


@strawberry.type(description="What came of an act on an expert.")
class ExpertPayload(Payload):
    """The expert."""

    expert: Expert | None = optional("The expert as told now.")


@strawberry.type
class ExpertQuery:
    """The pool."""

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
